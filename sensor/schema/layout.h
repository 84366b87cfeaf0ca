// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The records' structs, made from the rows. Texts' slots follow the numbers, so the kernel never
// pads: the C++ side asserts it, and layout_test compares the BTF of the compiled programs with the
// rows.
#ifndef VEDETTE_SENSOR_SCHEMA_LAYOUT_H_
#define VEDETTE_SENSOR_SCHEMA_LAYOUT_H_

// Rows are read as a table.
// clang-format off
#include "sensor/schema/wire.h"
//
#include "sensor/schema/events.h"
#include "sensor/schema/file.h"
#include "sensor/schema/kernel.h"
#include "sensor/schema/network.h"
#include "sensor/schema/process.h"

// The rows of each kind, by the kind's name: WIRE_ROWS_<kind>(NUM, TEXT, BYTES).
#define WIRE_ROWS_process_fork PROCESS_FORK_FIELDS
#define WIRE_ROWS_process_exec PROCESS_FIELDS
#define WIRE_ROWS_process_exit PROCESS_EXIT_FIELDS
#define WIRE_ROWS_process_seen PROCESS_FIELDS
#define WIRE_ROWS_process_exec_failed PROCESS_EXEC_FAILED_FIELDS
#define WIRE_ROWS_process_credentials PROCESS_CREDENTIALS_FIELDS
#define WIRE_ROWS_process_namespace PROCESS_NAMESPACE_FIELDS
#define WIRE_ROWS_process_root PROCESS_ROOT_FIELDS
#define WIRE_ROWS_process_prctl PROCESS_PRCTL_FIELDS
#define WIRE_ROWS_file_open FILE_OPEN_FIELDS
#define WIRE_ROWS_file_unlink FILE_UNLINK_FIELDS
#define WIRE_ROWS_file_rename FILE_RENAME_FIELDS
#define WIRE_ROWS_file_link FILE_LINK_FIELDS
#define WIRE_ROWS_file_symlink FILE_SYMLINK_FIELDS
#define WIRE_ROWS_file_mkdir FILE_MKDIR_FIELDS
#define WIRE_ROWS_file_mknod FILE_MKNOD_FIELDS
#define WIRE_ROWS_file_chmod FILE_CHMOD_FIELDS
#define WIRE_ROWS_file_chown FILE_CHOWN_FIELDS
#define WIRE_ROWS_file_xattr FILE_XATTR_FIELDS
#define WIRE_ROWS_network_connect NETWORK_CONNECT_FIELDS
#define WIRE_ROWS_file_truncate FILE_TRUNCATE_FIELDS
#define WIRE_ROWS_file_mount FILE_MOUNT_FIELDS
#define WIRE_ROWS_file_umount FILE_UMOUNT_FIELDS
#define WIRE_ROWS_file_receive FILE_RECEIVE_FIELDS
#define WIRE_ROWS_file_mmap FILE_MMAP_FIELDS
#define WIRE_ROWS_file_mprotect FILE_MPROTECT_FIELDS
#define WIRE_ROWS_file_access FILE_ACCESS_FIELDS
#define WIRE_ROWS_process_ptrace PROCESS_PTRACE_FIELDS
#define WIRE_ROWS_process_signal PROCESS_SIGNAL_FIELDS
#define WIRE_ROWS_process_coredump PROCESS_COREDUMP_FIELDS
#define WIRE_ROWS_process_helper PROCESS_HELPER_FIELDS
#define WIRE_ROWS_network_socket NETWORK_CONNECT_FIELDS
#define WIRE_ROWS_network_bind NETWORK_CONNECT_FIELDS
#define WIRE_ROWS_network_listen NETWORK_LISTEN_FIELDS
#define WIRE_ROWS_network_accept NETWORK_CONNECT_FIELDS
#define WIRE_ROWS_network_send NETWORK_DATA_FIELDS
#define WIRE_ROWS_network_receive NETWORK_DATA_FIELDS
#define WIRE_ROWS_network_dns NETWORK_DNS_FIELDS
#define WIRE_ROWS_network_end NETWORK_END_FIELDS
#define WIRE_ROWS_kernel_module KERNEL_MODULE_FIELDS
#define WIRE_ROWS_kernel_load KERNEL_LOAD_FIELDS
#define WIRE_ROWS_kernel_bpf KERNEL_BPF_FIELDS
#define WIRE_ROWS_kernel_perf KERNEL_PERF_FIELDS
#define WIRE_ROWS_kernel_io_uring KERNEL_IO_URING_FIELDS
#define WIRE_ROWS_kernel_memfd KERNEL_MEMFD_FIELDS
#define WIRE_ROWS_kernel_lockdown KERNEL_LOCKDOWN_FIELDS
#define WIRE_ROWS_kernel_clock KERNEL_CLOCK_FIELDS
#define WIRE_ROWS_lost LOST_FIELDS
#define WIRE_ROWS_system_call SYSTEM_CALL_FIELDS

#define WIRE_STRUCT(kind, ...)                           \
  struct wire_##kind {                                   \
    struct wire_header header;                           \
    WIRE_ROWS_##kind(WIRE_NUM, WIRE_TEXT, WIRE_BYTES)    \
  };
WIRE_EVENTS(WIRE_STRUCT)
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_LAYOUT_H_
