// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Paths of kernfs nodes (cgroups) within their file system, put together as in walk.h.
#ifndef VEDETTE_SENSOR_BPF_WALK_KERNFS_H_
#define VEDETTE_SENSOR_BPF_WALK_KERNFS_H_

#include "sensor/bpf/walk.h"

static __always_inline struct kernfs_node* kernfs_parent(struct kernfs_node* node) {
  struct kernfs_node___v6_15* now = (void*)node;
  struct kernfs_node___pre_6_15* old = (void*)node;
  if (bpf_core_field_exists(now->__parent)) return BPF_CORE_READ(now, __parent);
  return BPF_CORE_READ(old, parent);
}

#define WALK_CGROUP_STEPS 24
__weak __attribute__((noinline)) int walk_noted_kernfs(__u32 slot) {
  struct walk_buffer* to = walk_buffer_of(slot);
  if (!to) return 0;
  struct kernfs_node* node = (void*)to->from;
  to->start = WIRE_TEXT_MAX;
  for (int i = 0; i < WALK_CGROUP_STEPS; i++) {
    struct kernfs_node* parent = kernfs_parent(node);
    __u32 start = to->start;
    if (!parent) {
      if (start == WIRE_TEXT_MAX) {
        to->start = WIRE_TEXT_MAX - 1;
        to->bytes[WIRE_TEXT_MAX - 1] = '/';
      }
      return 1;
    }
    // The length of the name is not kept: read it into the slack behind the text, then put it in
    // place.
    long length =
        bpf_probe_read_kernel_str(&to->bytes[WIRE_TEXT_MAX], WALK_SLACK, BPF_CORE_READ(node, name));
    if (length <= 1 || length > WALK_SLACK || start < length + 1 || start > WIRE_TEXT_MAX) return 0;
    start -= length - 1;
    bpf_probe_read_kernel(&to->bytes[start & (WIRE_TEXT_MAX - 1)], (length - 1) & WALK_NAME_MAX,
                          &to->bytes[WIRE_TEXT_MAX]);
    start -= 1;
    to->bytes[start & (WIRE_TEXT_MAX - 1)] = '/';
    to->start = start;
    node = parent;
  }
  return 0;
}

static __always_inline int walk_kernfs(__u32 slot, const struct kernfs_node* node) {
  struct walk_buffer* to = walk_buffer_of(slot);
  if (!to) return 0;
  to->from = (__u64)node;
  return walk_noted_kernfs(slot);
}

#endif  // VEDETTE_SENSOR_BPF_WALK_KERNFS_H_
