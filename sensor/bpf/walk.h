// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Paths of the kernel's objects, from the root of their mount namespace: from the leaf up over
// dentries, and across mounts to where they are mounted. No lock is held, so a rename during the
// walk can mix old and new names; every read is safe.
#ifndef VEDETTE_SENSOR_BPF_WALK_H_
#define VEDETTE_SENSOR_BPF_WALK_H_

#include "sensor/bpf/enforce.h"
#include "sensor/bpf/walk_copy.h"

// Components and mounts together; a deeper path is cut and flagged, and keeps its end.
#define WALK_STEPS 80
#define WALK_NAME_MAX 255

// Puts a name in front of what is there. False if there is no room.
static __always_inline bool walk_prepend(struct walk_buffer* to, struct dentry* dentry,
                                         bool slash) {
  __u32 length = BPF_CORE_READ(dentry, d_name.len) & WALK_NAME_MAX;
  const unsigned char* name = BPF_CORE_READ(dentry, d_name.name);
  __u32 start = to->start;
  if (start < length + 1 || start > WIRE_TEXT_MAX) return false;
  start -= length;
  walk_copy(to, start, name, length);
  if (!to->name) to->name = start;
  if (slash) {
    start -= 1;
    to->bytes[start & (WIRE_TEXT_MAX - 1)] = '/';
  }
  to->start = start;
  return true;
}

// Loops and their steps are global functions of the slot's number alone, so that the verifier looks
// at each once, and not once for every way that leads to it and every turn. Where they begin, and
// are, is noted in the slot's buffer: a global function takes no pointer to the kernel's memory,
// and what is read from a map is a number.
//
// One step up. 0: go on, 1: the root is reached, -1: no room.
__weak __attribute__((noinline)) int walk_step(__u32 slot) {
  struct walk_buffer* to = walk_buffer_of(slot);
  if (!to) return -1;
  struct dentry* dentry =
      (void*)to->at;  // BPF_CORE_READ relocates all of its argument: name no struct of ours.
  struct mount* mount = (void*)to->at_mount;
  struct dentry* parent = BPF_CORE_READ(dentry, d_parent);
  if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
    struct mount* above = BPF_CORE_READ(mount, mnt_parent);
    if (above == mount) return 1;
    to->at = (__u64)BPF_CORE_READ(mount, mnt_mountpoint);
    to->at_mount = (__u64)above;
    return 0;
  }
  if (dentry == parent) {  // No name leads to it: memfd:name, pipe, a disconnected tree.
    walk_prepend(to, dentry, false);
    return 1;
  }
  if (!walk_prepend(to, dentry, true)) return -1;
  to->at = (__u64)parent;
  return 0;
}

// Of a path that is cut only its end is there: "...", so that nobody takes it for one that begins
// at the root.
static __always_inline void walk_mark_cut(struct walk_buffer* to) {
  __u32 start = to->start;
  if (start >= 3) start -= 3;
  start &= WIRE_TEXT_MAX - 1;
  to->bytes[start] = to->bytes[start + 1] = to->bytes[start + 2] = '.';
  to->start = start;
}

__weak __attribute__((noinline)) int walk_noted_path(__u32 slot) {
  struct walk_buffer* to = walk_buffer_of(slot);
  if (!to) return 0;
  to->at = to->from;
  to->at_mount = to->mount - bpf_core_field_offset(struct mount, mnt);
  to->start = WIRE_TEXT_MAX;
  to->name = 0;
  for (int i = 0; i < WALK_STEPS; i++) {
    int end = walk_step(slot);
    if (end == 0) continue;
    if (end < 0) break;
    if (to->start == WIRE_TEXT_MAX) {  // The root itself.
      to->start = WIRE_TEXT_MAX - 1;
      to->bytes[WIRE_TEXT_MAX - 1] = '/';
    }
    return 1;
  }
  walk_mark_cut(to);
  return 0;
}

// Leaves the path of (dentry, vfsmount) in the slot's buffer, in bytes[start .. WIRE_TEXT_MAX). 1
// if it is whole.
static __always_inline int walk_path(__u32 slot, const struct dentry* dentry,
                                     const struct vfsmount* mnt) {
  struct walk_buffer* to = walk_buffer_of(slot);
  if (!to) return 0;
  to->from = (__u64)dentry;
  to->mount = (__u64)mnt;
  return walk_noted_path(slot);
}

// The same of a file that is open.
static __always_inline int walk_file(__u32 slot, struct file* file) {
  return walk_path(slot, BPF_CORE_READ(file, f_path.dentry), BPF_CORE_READ(file, f_path.mnt));
}

#endif  // VEDETTE_SENSOR_BPF_WALK_H_
