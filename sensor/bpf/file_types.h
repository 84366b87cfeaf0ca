// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The kernel's types that only the file family needs, like kernel_types.h.
#ifndef VEDETTE_SENSOR_BPF_FILE_TYPES_H_
#define VEDETTE_SENSOR_BPF_FILE_TYPES_H_

#include "sensor/bpf/kernel_types.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct mount___namespace {
  struct mnt_namespace* mnt_ns;
};
struct vfsmount___super_block {
  struct dentry* mnt_root;
  struct super_block* mnt_sb;
};
struct task_struct___execve {
  unsigned int in_execve : 1;
};
struct iattr {
  unsigned int ia_valid;
  kuid_t ia_uid;
  kgid_t ia_gid;
};
struct iattr___v6_0 {
  kuid_t ia_vfsuid;
};
struct vm_area_struct {
  unsigned long vm_start, vm_end, vm_flags;
  void* anon_vma;
  struct file* vm_file;
};

#pragma clang attribute pop

// Of the namespace that detached mounts live in: 0 until 6.17, this since.
#define MNT_NS_ANONYMOUS 0xeffffff7u
#define AT_FDCWD_VALUE (-100)
#define S_IFREG_BITS 0100000
#define ATTR_UID_FLAG 2
#define ATTR_GID_FLAG 4
#define MS_MOVE_FLAG 0x2000
#define PROT_READ_FLAG 1
#define PROT_WRITE_FLAG 2
#define READ_IMPLIES_EXEC_FLAG 0x0400000  // personality(2)
#define PROT_EXEC_FLAG 4
#define MAP_TYPE_BITS 15  // 1 MAP_SHARED, 2 MAP_PRIVATE, 3 MAP_SHARED_VALIDATE
#define MAP_ANONYMOUS_FLAG 0x20
#define VM_PROT_BITS 7  // VM_READ, VM_WRITE, VM_EXEC are numbered as PROT_*.
#define MAY_READ_WRITE 6

#endif  // VEDETTE_SENSOR_BPF_FILE_TYPES_H_
