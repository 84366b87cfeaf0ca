// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// More of the kernel's types, for the probes of the process family: kernel_types.h says how they
// are found.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_TYPES_H_
#define VEDETTE_SENSOR_BPF_PROCESS_TYPES_H_

#include "sensor/bpf/kernel_types.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
  struct list_head *next, *prev;
};
struct task_struct___act {
  unsigned int in_execve : 1;
  const struct cred* real_cred;
  struct task_struct* parent;
  struct list_head ptraced, ptrace_entry;
};
struct linux_binprm___at {
  const char* fdpath;
  const char* interp;
};
struct inode___device {
  __u32 i_rdev;
};
struct mm_struct___vector {
  unsigned long saved_auxv[1];
};
struct filename___user {
  const char* uptr;
};  // Gone in 7.x.

struct nsproxy___children {
  struct pid_namespace* pid_ns_for_children;
};
struct proc_ns_operations {
  int type;
};
struct ns_common___pre_6_18 {
  const struct proc_ns_operations* ops;
};  // 6.18 moved the type out of the operations.
struct ns_common___v6_18 {
  __u32 ns_type;
};
struct inode___private {
  void* i_private;
};
struct fs_struct___root {
  struct path root;
};

struct kernel_siginfo {
  int si_signo, si_code;
};
struct sigaction___kernel {
  void* sa_handler;
};
struct k_sigaction {
  struct sigaction___kernel sa;
};
struct subprocess_info {
  const char* path;
  char** argv;
};

#pragma clang attribute pop

#define CLONE_NEW_FLAGS 0x7e020080  // Every CLONE_NEW*; the lowest is CLONE_NEWTIME.
#define CLONE_NEWUSER_FLAG 0x10000000
#define NSFS_MAGIC 0x6e736673

// An exec is under way: what it changes belongs to it.
static __always_inline bool in_exec(struct task_struct* task) {
  struct task_struct___act* now = (void*)task;
  return BPF_CORE_READ_BITFIELD_PROBED(now, in_execve) != 0;
}

#endif  // VEDETTE_SENSOR_BPF_PROCESS_TYPES_H_
