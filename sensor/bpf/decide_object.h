// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What is known of objects where acts are decided: who is spared, and by which path the rules know
// a file.
#ifndef VEDETTE_SENSOR_BPF_DECIDE_OBJECT_H_
#define VEDETTE_SENSOR_BPF_DECIDE_OBJECT_H_

#include "sensor/bpf/object.h"
#include "sensor/bpf/walk.h"

static __always_inline struct enforce_object object_of(struct inode* inode) {
  struct enforce_object object = {
      .ino = BPF_CORE_READ(inode, i_ino),
      .dev = encode_dev(BPF_CORE_READ(inode, i_sb, s_dev)),
  };
  return object;
}

static __always_inline bool is_spared_file(struct inode* inode) {
  struct enforce_object object = object_of(inode);
  return bpf_map_lookup_elem(&enforce_spared, &object) != 0;
}

// Who acts is spared: the daemon, or what the configuration exempts.
static __always_inline bool is_spared_actor(const struct wire_header* h, struct walk_buffer* room) {
  if (h->exec_id == enforcement.daemon_exec_id) return true;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct inode* exe = BPF_CORE_READ(task, mm, exe_file, f_inode);
  struct enforce_object* object = (void*)room->actor;
  if (!exe) return false;
  object->ino = BPF_CORE_READ(exe, i_ino);
  object->dev = encode_dev(BPF_CORE_READ(exe, i_sb, s_dev));
  object->reserved = 0;
  return bpf_map_lookup_elem(&enforce_spared, object) != 0;
}

static __always_inline bool is_generation(struct inode* inode, __u32 generation) {
  return generation == 0 || BPF_CORE_READ(inode, i_generation) == generation;
}

// One step up to the object that the rules know, whose path then stands in front. 0: go on, 1: it
// is there, -1: there is none, or no room.
__weak __attribute__((noinline)) int walk_alias_step(__u32 slot) {
  struct walk_buffer* to = walk_buffer_of(slot);
  if (!to) return -1;
  struct dentry* dentry = (void*)to->at;  // BPF_CORE_READ relocates all of its argument.
  struct inode* inode = BPF_CORE_READ(dentry, d_inode);
  if (inode) {
    struct enforce_object object = object_of(inode);
    const struct enforce_alias* alias = bpf_map_lookup_elem(&enforce_aliases, &object);
    if (alias && is_generation(inode, alias->generation)) {
      __u32 size = alias->size, start = to->start;
      asm volatile("" : "+r"(size), "+r"(start));
      if (size >= ENFORCE_ALIAS_MAX || start > WIRE_TEXT_MAX || start < size) return -1;
      start -= size;
      bpf_probe_read_kernel(&to->bytes[start & (WIRE_TEXT_MAX - 1)], size, alias->path);
      to->start = start;
      if (!to->name) to->name = start + (alias->name & (ENFORCE_ALIAS_MAX - 1));
      return 1;
    }
  }
  struct dentry* parent = BPF_CORE_READ(dentry, d_parent);
  if (!parent || parent == dentry || !walk_prepend(to, dentry, true)) return -1;
  to->at = (__u64)parent;
  return 0;
}

// Puts the path under which the rules know an object above the place, and what lies between, into
// the slot's walk buffer. 1: there is one. Upwards within the file system of the object: the rules'
// objects are found whatever is mounted where.
__weak __attribute__((noinline)) int walk_to_alias(__u32 slot) {
  struct walk_buffer* to = walk_buffer_of(slot);
  if (!to || !to->from) return 0;
  to->at = to->from;
  to->start = WIRE_TEXT_MAX;
  to->name = 0;
  for (int i = 0; i < WALK_STEPS; i++) {
    int end = walk_alias_step(slot);
    if (end != 0) return end > 0;
  }
  return 0;
}

// Where an alias is put together, by slot: on the stack there is no room.
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, SLOT_LIMIT);
  __type(key, __u32);
  __type(value, struct enforce_alias);
} enforce_new_alias SEC(".maps") __weak;

// A further name for an object (the slot's walk begins there) that the rules know by where it lies:
// from now on they know the object itself.
__weak __attribute__((noinline)) int follow_object(__u32 slot) {
  struct walk_buffer* to = walk_buffer_of(slot);
  struct enforce_alias* alias = bpf_map_lookup_elem(&enforce_new_alias, &slot);
  if (!to || !alias) return 0;
  struct dentry* dentry = (void*)to->from;  // BPF_CORE_READ relocates all of its argument.
  struct inode* inode = BPF_CORE_READ(dentry, d_inode);
  if (!inode || !walk_to_alias(slot)) return 0;
  __u32 start = to->start, length = WIRE_TEXT_MAX - start;
  asm volatile("" : "+r"(length));
  if (length == 0 || length >= ENFORCE_ALIAS_MAX) return 0;
  alias->size = length;
  alias->name = to->name - start;
  alias->generation = BPF_CORE_READ(inode, i_generation);
  bpf_probe_read_kernel(alias->path, length, &to->bytes[start & (WIRE_TEXT_MAX - 1)]);
  struct enforce_object object = object_of(inode);
  bpf_map_update_elem(&enforce_aliases, &object, alias, BPF_NOEXIST);
  return 1;
}

#endif  // VEDETTE_SENSOR_BPF_DECIDE_OBJECT_H_
