// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Rows of the kernel family: what changes, extends or looks into the kernel itself, and system
// calls that no hook covers.
#ifndef VEDETTE_SENSOR_SCHEMA_KERNEL_H_
#define VEDETTE_SENSOR_SCHEMA_KERNEL_H_

// Rows are read as a table.
// clang-format off
// The kinds of the family: events.h says what the columns are.
#define KERNEL_EVENTS(EVENT)                                                                       \
  EVENT(kernel_module, 50, "finit_module,init_module,delete_module", "system",                     \
      "A kernel module was loaded, or is to go")                                                   \
  EVENT(kernel_load, 51, "kernel_read_file,kexec_file_load,kexec_load", "system",                  \
      "The kernel reads what it will trust")                                                       \
  EVENT(kernel_bpf, 52, "bpf", "system", "A BPF program or map is to be made or used")             \
  EVENT(kernel_perf, 53, "perf_event_open", "system", "A performance event is to be opened")       \
  EVENT(kernel_io_uring, 54, "io_uring_setup", "system", "An io_uring was set up")                 \
  EVENT(kernel_memfd, 55, "memfd_create,memfd_secret", "system",                                   \
      "A file in memory was made")                                                                 \
  EVENT(kernel_lockdown, 57, "lockdown", "system", "Lockdown is asked")                            \
  EVENT(kernel_clock, 58, "clock_settime,settimeofday,clock_settime64", "system",                  \
      "The clock is to be set")                                                                    \
  EVENT(system_call, 61,                                                                           \
      "personality,seccomp,keyctl,add_key,request_key,userfaultfd,clock_adjtime,adjtimex,acct,"    \
      "swapon,swapoff,syslog,ioperm,iopl,quotactl,setdomainname,sethostname,reboot,pidfd_open,"    \
      "io_uring_register,fsopen,fsconfig,fsmount,fspick,mount_setattr,landlock_restrict_self",     \
      "system", "A call that no hook covers returned")

#define WIRE_ROWS_kernel_module(NUM, TEXT, BYTES)                                                  \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, unload, kBool, "module.is_unload", "", "The module is taken out")                     \
  NUM(__u32, taints, kUnsigned, "module.taints", "",                                               \
      "TAINT_* bits: 4096 out of tree, 8192 unsigned")                                             \
  TEXT(module_name, 64, kText, "module.name", "", "Name of the module")

// The kernel reads a file, or bytes, that it will trust.
#define WIRE_ROWS_kernel_load(NUM, TEXT, BYTES)                                                    \
  OBJECT_NUMBERS(NUM, "fs")                                                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, load_id, kUnsigned, "load.id", "",                                                    \
      "What for: 1 firmware, 2 module, 3 kexec image, 4 its initramfs, 5 policy, 6 certificate")   \
  NUM(__u32, from_memory, kBool, "load.is_from_memory", "", "Given as bytes, not as a file")       \
  TEXT(path, WIRE_TEXT_MAX, kPath, "", "file.path",                                                \
      "Path of the object, from the root of its mount namespace")

#define WIRE_ROWS_kernel_bpf(NUM, TEXT, BYTES)                                                     \
  NUM(__s32, command, kSigned, "bpf.command", "",                                                  \
      "BPF_*: 0 map create, 5 program load, 8 attach, ...")                                        \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, object_type, kUnsigned, "bpf.type", "", "Type of the program or map that is made")    \
  NUM(__u32, attach_type, kUnsigned, "bpf.attach_type", "", "Where it is to be attached")          \
  TEXT(object_name, 16, kText, "bpf.name", "", "Name of the program or map")                       \
  NUM(__u32, bpf_reserved, kUnsigned, "", "", "Zero")

#define WIRE_ROWS_kernel_perf(NUM, TEXT, BYTES)                                                    \
  NUM(__u64, perf_config, kUnsigned, "perf.config", "", "What is counted")                         \
  NUM(__u32, perf_type, kUnsigned, "perf.type", "",                                                \
      "0 hardware, 1 software, 2 tracepoint, 5 breakpoint, ...")                                   \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")

#define WIRE_ROWS_kernel_io_uring(NUM, TEXT, BYTES)                                                \
  NUM(__u32, setup_flags, kUnsigned, "io_uring.flags", "",                                         \
      "IORING_SETUP_* bits: 2 polls in the kernel")                                                \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, sq_entries, kUnsigned, "io_uring.sq_entries", "", "Places for submissions")           \
  NUM(__u32, cq_entries, kUnsigned, "io_uring.cq_entries", "", "Places for completions")

#define WIRE_ROWS_kernel_memfd(NUM, TEXT, BYTES)                                                   \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, memfd_flags, kUnsigned, "memfd.flags", "",                                            \
      "Flags of the memory, as the kernel keeps them")                                             \
  TEXT(memfd_name, 256, kText, "memfd.name", "", "Name that was given; memfd_secret takes none")   \
  NUM(__u32, secret, kBool, "memfd.is_secret", "",                                                 \
      "Not even the kernel maps its pages (memfd_secret): nobody can look into it")

// The kernel asks whether lockdown allows it.
#define WIRE_ROWS_kernel_lockdown(NUM, TEXT, BYTES)                                                \
  NUM(__u32, reason, kUnsigned, "lockdown.reason", "", "LOCKDOWN_*: what was asked for")           \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")

#define WIRE_ROWS_kernel_clock(NUM, TEXT, BYTES)                                                   \
  NUM(__u64, seconds, kSigned, "clock.seconds", "", "New time, seconds since 1970")                \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, clock_reserved, kUnsigned, "", "", "Zero")

// A call that no hook covers, at its return.
#define WIRE_ROWS_system_call(NUM, TEXT, BYTES)                                                    \
  NUM(__u64, arg0, kUnsigned, "call.arg0", "", "Argument 0 as the program gave it")                \
  NUM(__u64, arg1, kUnsigned, "call.arg1", "", "Argument 1 as the program gave it")                \
  NUM(__u64, arg2, kUnsigned, "call.arg2", "", "Argument 2 as the program gave it")                \
  NUM(__u64, arg3, kUnsigned, "call.arg3", "", "Argument 3 as the program gave it")                \
  NUM(__u64, arg4, kUnsigned, "call.arg4", "", "Argument 4 as the program gave it")                \
  NUM(__u64, arg5, kUnsigned, "call.arg5", "", "Argument 5 as the program gave it")                \
  NUM(__s64, returned, kSigned, "call.result", "", "What it returned")                             \
  NUM(__s32, result, kSigned, "evt.rawres", "",                                                    \
      "0 or -errno; of an attempt the verdict of the security modules")                            \
  NUM(__u32, call_reserved, kUnsigned, "", "", "Zero")
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_KERNEL_H_
