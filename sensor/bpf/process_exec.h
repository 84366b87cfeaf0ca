// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What a program is given when it begins, and how it came to run: its standard descriptors, the
// script behind an interpreter, the loader as a program.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_EXEC_H_
#define VEDETTE_SENSOR_BPF_PROCESS_EXEC_H_

#include "sensor/bpf/object.h"
#include "sensor/bpf/process_types.h"
#include "sensor/bpf/task.h"

struct standard_descriptor {
  __u64 ino;
  __u32 dev, mode, rdev;
  __u16 family;
};

#define S_IFCHR_BITS 0020000
#define S_IFBLK_BITS 0060000

// Where a descriptor of the task leads; zeroes if it is closed.
static __always_inline void read_descriptor(struct standard_descriptor* to,
                                            struct task_struct* task, __u32 number) {
  __builtin_memset(to, 0, sizeof(*to));
  struct file* file = file_of(task, number);
  if (!file) return;
  struct inode* inode = BPF_CORE_READ(file, f_inode);
  struct inode___device* device = (void*)inode;
  to->ino = BPF_CORE_READ(inode, i_ino);
  to->dev = encode_dev(BPF_CORE_READ(inode, i_sb, s_dev));
  to->mode = BPF_CORE_READ(inode, i_mode);
  __u32 type = to->mode & S_IFMT_BITS;
  if (type == S_IFCHR_BITS || type == S_IFBLK_BITS)
    to->rdev = encode_dev(BPF_CORE_READ(device, i_rdev));
  if (type != S_IFSOCK_BITS) return;
  struct socket* socket = BPF_CORE_READ(file, private_data);
  to->family = BPF_CORE_READ(socket, sk, __sk_common.skc_family);
}

#define FILL_DESCRIPTOR(e, which, from)   \
  do {                                    \
    (e)->which##_ino = (from)->ino;       \
    (e)->which##_dev = (from)->dev;       \
    (e)->which##_mode = (from)->mode;     \
    (e)->which##_rdev = (from)->rdev;     \
    (e)->which##_family = (from)->family; \
  } while (0)

// By exec those that are to be closed then are closed already.
static __always_inline void fill_descriptors(struct wire_process_exec* e,
                                             struct task_struct* task) {
  struct standard_descriptor at;
  if (!BPF_CORE_READ(task, files)) return;
  read_descriptor(&at, task, 0);
  FILL_DESCRIPTOR(e, stdin, &at);
  read_descriptor(&at, task, 1);
  FILL_DESCRIPTOR(e, stdout, &at);
  read_descriptor(&at, task, 2);
  FILL_DESCRIPTOR(e, stderr, &at);
}

// #! and binfmt_misc put another name here; else both are the same text, not two equal ones.
static __always_inline bool is_script(struct linux_binprm* bprm) {
  struct linux_binprm___at* at = (void*)bprm;
  return BPF_CORE_READ(at, interp) != BPF_CORE_READ(bprm, filename);
}

// A loader is a file that the kernel has mapped for a program that names it (PT_INTERP). Which file
// that is open_exec tells (or bprm_open_interpreter): during an exec it opens the interpreters of
// scripts, and last of all the loader. That there was one the new program's auxiliary vector says
// (AT_BASE). So what an exec that failed left in `opened` is never taken for one.
struct loader_key {
  __u64 ino;
  __u32 dev, generation;
};
// A host has a few, and every container image its own. One that is forgotten is a loader again with
// the next program that it loads.
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 4096);
  __type(key, struct loader_key);
  __type(value, __u32);
} loaders SEC(".maps");
// By task (its address: an exec changes the pid of a thread): the last file that was opened so.
// As many as execs can be under way; one that gives way makes a loader known one exec later.
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1024);
  __type(key, __u64);
  __type(value, struct loader_key);
} opened SEC(".maps");

enum { LOADER_UNKNOWN = 0, LOADER_NO = 1, LOADER_YES = 2 };

static __always_inline void read_loader_key(struct loader_key* to, struct inode* inode) {
  to->ino = BPF_CORE_READ(inode, i_ino);
  to->dev = encode_dev(BPF_CORE_READ(inode, i_sb, s_dev));
  to->generation = BPF_CORE_READ(inode, i_generation);
}

#define AUXILIARY_WORDS 48
#define AT_BASE_TYPE 7

// Did the kernel map a loader for the new program? `room` is for the vector, which it overwrites.
static __always_inline bool has_loader(struct mm_struct* mm, __u64* room) {
  struct mm_struct___vector* vector = (void*)mm;
  if (bpf_core_read(room, AUXILIARY_WORDS * sizeof(*room), &vector->saved_auxv)) return false;
  for (int i = 0; i < AUXILIARY_WORDS; i += 2) {
    if (room[i] == AT_BASE_TYPE) return room[i + 1] != 0;
  }
  return false;
}

#endif  // VEDETTE_SENSOR_BPF_PROCESS_EXEC_H_
