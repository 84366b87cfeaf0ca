// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Pieces of every probe: may we report, texts of a record, handing it over.
#ifndef VEDETTE_SENSOR_BPF_EMIT_H_
#define VEDETTE_SENSOR_BPF_EMIT_H_

#include "sensor/bpf/budget.h"
#include "sensor/bpf/enforce.h"
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
  COUNT(count->called);
  __u32 pid = BPF_CORE_READ(task, tgid);
  if (ENFORCING ? is_spared(task, pid) : is_self(task, pid) || !in_scope(task, pid)) return 0;
  COUNT(count->seen);
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
  if (at <= room - WIRE_TEXT_MAX && length > 0) {
    asm volatile("" : "+r"(length));  // Else one comparison, that teaches the verifier nothing.
    if (length > WIRE_TEXT_MAX) return;
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

// The same for a text of at most `limit` bytes, a constant, that ends with a NUL, which is not
// carried.
static __always_inline void append_short(__u8* base, __u32 room, struct wire_text* slot,
                                         const char* from, bool user, __u32 limit) {
  struct wire_header* h = (void*)base;
  __u32 at = h->size;
  slot->offset = at;
  slot->length = 0;
  asm volatile("" : "+r"(at));
  if (at > room - WIRE_TEXT_MAX) {
    slot->length = WIRE_TEXT_TRUNCATED;
    return;
  }
  long size = user ? bpf_probe_read_user_str(base + at, limit + 1, from)
                   : bpf_probe_read_kernel_str(base + at, limit + 1, from);
  if (size <= 0 || size > limit + 1) {
    slot->length = WIRE_TEXT_TRUNCATED;
    return;
  }
  slot->length = size - 1;
  if (size == limit + 1) slot->length |= WIRE_TEXT_TRUNCATED;
  h->size = at + size - 1;
}

static __always_inline void append_string(__u8* base, __u32 room, struct wire_text* slot,
                                          const char* from, bool user) {
  append_short(base, room, slot, from, user, WIRE_TEXT_MAX - 1);
}

static __always_inline struct text_source walked(struct walk_buffer* from, bool whole) {
  struct text_source text = {
      .from = &from->bytes[from->start & (2 * WIRE_TEXT_MAX - 1)],
      .length = WIRE_TEXT_MAX - from->start,
      .truncated = !whole,
  };
  return text;
}

// Hands the record over. `room` bounds its size for the verifier.
static __always_inline void submit(struct wire_header* h, __u32 room,
                                   struct sensor_counters* count) {
  stamp(h);
  __u32 lane = h->lane & 1;
  if (lane == WIRE_LANE_BULK && config.bulk_per_cgroup && !within_budget(h)) {
    COUNT(count->limited);
    return;
  }
  __u32 counted = h->kind * WIRE_LANES + lane;
  __u64* sequence = bpf_map_lookup_elem(&sequences, &counted);
  if (!sequence) return;
  COUNT(*sequence);
  h->sequence = *sequence;  // Preempted in between, two records have one number; none is skipped.
  __u32 size = h->size;
  asm volatile("" : "+r"(size));
  if (size > room) size = room;
  // A wakeup costs more than all the rest, so only a reader that sleeps gets one, for this lane.
  long error;
  if (lane == WIRE_LANE_CRITICAL) {
    __u64 wake = BPF_RB_NO_WAKEUP;
    if (state.reader_sleeps) {
      state.reader_sleeps = 0;
      wake = BPF_RB_FORCE_WAKEUP;
    }
    error = bpf_ringbuf_output(&ring_critical, h, size, wake);
  } else {
    __u64 wake = BPF_RB_NO_WAKEUP;
    if (state.bulk_sleeps) {
      state.bulk_sleeps = 0;
      wake = BPF_RB_FORCE_WAKEUP;
    }
    error = bpf_ringbuf_output(&ring_bulk, h, size, wake);
  }
  if (error)
    COUNT(count->ring_full[lane]);
  else
    COUNT(count->submitted[lane]);
}

#endif  // VEDETTE_SENSOR_BPF_EMIT_H_
