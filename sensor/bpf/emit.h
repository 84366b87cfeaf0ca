// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Pieces of every probe: may we report, texts of a record, handing it over.
#ifndef VEDETTE_SENSOR_BPF_EMIT_H_
#define VEDETTE_SENSOR_BPF_EMIT_H_

#include "sensor/bpf/maps.h"
#include "sensor/bpf/task.h"

static __always_inline bool in_scope(struct task_struct* task, __u32 pid) {
  switch (config.scope) {
    case SCOPE_PROCESS_TREE:
      return bpf_map_lookup_elem(&scope_processes, &pid) != 0;
    case SCOPE_CGROUP:
      return bpf_get_current_ancestor_cgroup_id(config.scope_cgroup_level) == config.scope_cgroup;
  }
  return true;
}

// Never report ourselves, nor the helpers that we start.
static __always_inline bool is_self(struct task_struct* task, __u32 pid) {
  return pid == config.self_pid || (__u32)BPF_CORE_READ(task, real_parent, tgid) == config.self_pid;
}

// The counters of the kind if this act of the task is to be reported, else null.
static __always_inline struct sensor_counters* enter(struct task_struct* task, __u32 kind) {
  struct sensor_counters* count = bpf_map_lookup_elem(&counters, &kind);
  if (!count) return 0;
  count->called++;
  __u32 pid = BPF_CORE_READ(task, tgid);
  if (is_self(task, pid) || !in_scope(task, pid)) return 0;
  count->seen++;
  return count;
}

// Where a text comes from: kernel or user memory, and whether it is already known to be cut.
struct text_source {
  const void* from;
  __u32 length;
  bool truncated;
  bool user;
};

// Appends a text to the record in `base`, which has `room` bytes (a constant), and fills its slot.
// What does not fit, or cannot be read, becomes an empty text that is flagged.
static __always_inline void append_text(__u8* base, __u32 room, struct wire_text* slot,
                                        struct text_source text) {
  struct wire_header* h = (void*)base;
  __u32 at = h->size;
  __u32 length = text.length;
  if (length > WIRE_TEXT_MAX) {
    length = WIRE_TEXT_MAX;
    text.truncated = true;
  }
  slot->offset = at;
  slot->length = 0;
  asm volatile("" : "+r"(at), "+r"(length));  // Keep the checked registers for the verifier.
  if (at <= room - WIRE_TEXT_MAX && length > 0 && length <= WIRE_TEXT_MAX) {
    long error = text.user ? bpf_probe_read_user(base + at, length, text.from)
                           : bpf_probe_read_kernel(base + at, length, text.from);
    if (error == 0) {
      slot->length = length;
      h->size = at + length;
    } else {
      text.truncated = true;
    }
  } else if (length > 0) {
    text.truncated = true;
  }
  if (text.truncated) slot->length |= WIRE_TEXT_TRUNCATED;
}

// The same for a text that ends with a NUL, which is not carried.
static __always_inline void append_string(__u8* base, __u32 room, struct wire_text* slot,
                                          const char* from, bool user) {
  struct wire_header* h = (void*)base;
  __u32 at = h->size;
  slot->offset = at;
  slot->length = 0;
  asm volatile("" : "+r"(at));
  if (at > room - WIRE_TEXT_MAX) {
    slot->length = WIRE_TEXT_TRUNCATED;
    return;
  }
  long size = user ? bpf_probe_read_user_str(base + at, WIRE_TEXT_MAX, from)
                   : bpf_probe_read_kernel_str(base + at, WIRE_TEXT_MAX, from);
  if (size <= 0 || size > WIRE_TEXT_MAX) {
    slot->length = WIRE_TEXT_TRUNCATED;
    return;
  }
  slot->length = size - 1;
  if (size == WIRE_TEXT_MAX) slot->length |= WIRE_TEXT_TRUNCATED;
  h->size = at + size - 1;
}

static __always_inline struct text_source walked(struct walk_buffer* from, bool whole) {
  struct text_source text = {
      .from = &from->bytes[from->start & (2 * WIRE_TEXT_MAX - 1)],
      .length = WIRE_TEXT_MAX - from->start,
      .truncated = !whole,
  };
  return text;
}

// Whether the record's cgroup may put one more into the bulk lane. Counted in stretches of a tenth
// of a second; CPUs that count at the same time may let some more through.
#define BUDGET_STRETCH_NS 100000000ull
static __always_inline bool within_budget(const struct wire_header* h) {
  __u64 cgroup = h->cgroup_id;
  struct cgroup_budget* budget = bpf_map_lookup_elem(&cgroup_budgets, &cgroup);
  if (!budget) {
    struct cgroup_budget fresh = {.since_ns = h->time_ns, .used = 1};
    bpf_map_update_elem(&cgroup_budgets, &cgroup, &fresh, BPF_ANY);
    return true;
  }
  if (h->time_ns - budget->since_ns > BUDGET_STRETCH_NS) {
    budget->since_ns = h->time_ns;
    budget->used = 0;
  }
  __sync_fetch_and_add(&budget->used, 1);
  return budget->used <= config.bulk_per_cgroup / 10;
}

// Hands the record over. `room` bounds its size for the verifier.
static __always_inline void submit(struct wire_header* h, __u32 room,
                                   struct sensor_counters* count) {
  __u32 lane = h->lane & 1;
  if (lane == WIRE_LANE_BULK && config.bulk_per_cgroup && !within_budget(h)) {
    count->limited++;
    return;
  }
  __u32 counted = h->kind * WIRE_LANES + lane;
  __u64* sequence = bpf_map_lookup_elem(&sequences, &counted);
  if (!sequence) return;
  h->sequence = ++*sequence;
  __u32 size = h->size;
  asm volatile("" : "+r"(size));
  if (size > room) size = room;
  // 0 wakes the reader only if it had read all there was: an edge. The bulk lane is read by a
  // timer.
  long error = lane == WIRE_LANE_CRITICAL
                   ? bpf_ringbuf_output(&ring_critical, h, size, 0)
                   : bpf_ringbuf_output(&ring_bulk, h, size, BPF_RB_NO_WAKEUP);
  if (error)
    count->ring_full[lane]++;
  else
    count->submitted[lane]++;
}

#endif  // VEDETTE_SENSOR_BPF_EMIT_H_
