// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Where an object lies, and how its path gets into a record.
#ifndef VEDETTE_SENSOR_BPF_FILE_PLACE_H_
#define VEDETTE_SENSOR_BPF_FILE_PLACE_H_

#include "sensor/bpf/act.h"
#include "sensor/bpf/file_types.h"
#include "sensor/bpf/walk.h"

// A place in the file system: a name in a mount that the kernel has resolved, or, where no hook
// tells, a name in user memory that counts from a directory.
struct place {
  struct dentry* dentry;
  struct vfsmount* mnt;  // Null: unknown, and the path begins at the file system's root.
  const char* name;      // In user memory; for a null `dentry`.
  __s32 directory;       // Descriptor that `name` counts from.
};

static __always_inline struct place place_in(const struct path* directory, struct dentry* dentry) {
  struct place at = {.dentry = dentry, .mnt = BPF_CORE_READ(directory, mnt)};
  return at;
}

static __always_inline struct place place_of(const struct path* path) {
  return place_in(path, BPF_CORE_READ(path, dentry));
}

static __always_inline struct place place_of_file(struct file* file) {
  struct place at = {
      .dentry = BPF_CORE_READ(file, f_path.dentry),
      .mnt = BPF_CORE_READ(file, f_path.mnt),
  };
  return at;
}

static __always_inline struct inode* inode_of(struct dentry* dentry) {
  return BPF_CORE_READ(dentry, d_inode);
}

// The mount is in no namespace that has a root: made by open_tree or fsmount and not attached, or
// unmounted while in use. The kernel's own mounts (pipes, memfd) are none such.
static __always_inline bool is_detached(struct vfsmount* mnt) {
  struct mount___namespace* mount = (void*)mnt - bpf_core_field_offset(struct mount, mnt);
  struct mnt_namespace* ns = BPF_CORE_READ(mount, mnt_ns);
  if (!ns) return true;
  if ((unsigned long)ns >= (unsigned long)-MAX_ERRNO) return false;
  __u32 number = BPF_CORE_READ(ns, ns.inum);
  return number == 0 || number == MNT_NS_ANONYMOUS;
}

// Leaves the path of the place in the walk buffer. True if it is whole.
static __always_inline bool walk_place(const struct act* act, const struct place* at) {
  bool whole = walk_path(act->slot, at->dentry, at->mnt);
  if (at->mnt) return whole;
  // Without a mount the walk ends with the name of the file system's root, "/".
  struct walk_buffer* to = act->walk;
  __u32 start = to->start;
  if (to->bytes[start & (WIRE_TEXT_MAX - 1)] == '/' &&
      to->bytes[(start + 1) & (WIRE_TEXT_MAX - 1)] == '/') {
    to->start = start + 1;
  }
  return whole;
}

// The directory that a name in user memory counts from. False if there is none.
static __always_inline bool walk_directory(const struct act* act, __s32 descriptor) {
  struct task_struct* task = (void*)bpf_get_current_task();
  struct place at = {};
  if (descriptor == AT_FDCWD_VALUE) {
    struct fs_struct* fs = BPF_CORE_READ(task, fs);
    if (!fs) return false;
    at.dentry = BPF_CORE_READ(fs, pwd.dentry);
    at.mnt = BPF_CORE_READ(fs, pwd.mnt);
  } else {
    struct file* file = file_of(task, (__u32)descriptor);
    if (!file) return false;
    at = place_of_file(file);
  }
  return walk_path(act->slot, at.dentry, at.mnt);
}

// The name as the program gave it, behind the directory it counts from. What is too long keeps its
// end.
static __always_inline void append_asked(const struct act* act, struct wire_text* slot,
                                         const struct place* at) {
  struct wire_header* h = (void*)act->scratch->record;
  __u8* base = (void*)h;
  char first = 0;
  bpf_probe_read_user(&first, 1, at->name);
  __u32 begin = h->size, cut = 0;
  if (first != '/') {
    bool whole = walk_directory(act, at->directory);
    append_text(base, ACT_ROOM, slot, walked(act->walk, whole));
    cut = slot->length & WIRE_TEXT_TRUNCATED;
    __u32 end = h->size;
    asm volatile("" : "+r"(end));
    if (first && end < ACT_ROOM - WIRE_TEXT_MAX) {
      base[end] = '/';
      h->size = end + 1;
    }
  }
  append_string(base, ACT_ROOM, slot, at->name, true);
  cut |= slot->length & WIRE_TEXT_TRUNCATED;
  __u32 length = h->size - begin;
  if (length > WIRE_TEXT_MAX) {
    begin = h->size - WIRE_TEXT_MAX;
    length = WIRE_TEXT_MAX;
    cut = WIRE_TEXT_TRUNCATED;
  }
  slot->offset = begin;
  slot->length = length | cut;
}

// The path of a second place in the record, walked now.
static __always_inline void append_place(const struct act* act, struct wire_text* slot,
                                         const struct place* at) {
  if (at->dentry) {
    bool whole = walk_place(act, at);
    append_text(act->scratch->record, ACT_ROOM, slot, walked(act->walk, whole));
  } else if (at->name) {
    append_asked(act, slot, at);
  }
}

#endif  // VEDETTE_SENSOR_BPF_FILE_PLACE_H_
