// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The frame of every probe: may we, count, build, decide, submit.
#ifndef VEDETTE_SENSOR_BPF_EMIT_H_
#define VEDETTE_SENSOR_BPF_EMIT_H_

#include "sensor/bpf/classify.h"
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

// Who is alone in a slot may use it. Both may go away again where two came at once: nobody waits.
static __always_inline bool enter_slot(__u64* busy) {
  __sync_fetch_and_add(busy, 1);
  if (*(volatile __u64*)busy == 1) return true;
  __sync_fetch_and_add(busy, -1);
  return false;
}

static __always_inline void leave_slot(__u64* busy) { __sync_fetch_and_add(busy, -1); }

// A free small slot of this CPU for an act of the kind, or -1: then scratch_busy has counted it. A
// global function, so that the verifier takes its result for any number and looks once at what
// follows.
__weak __attribute__((noinline)) int take_slot(__u32 kind) {
  for (__u32 i = 0; i < SLOT_SMALL_LIMIT; i++) {
    __u32 slot = i;
    struct scratch_small* scratch = bpf_map_lookup_elem(&scratch_small, &slot);
    if (scratch && enter_slot(&scratch->busy)) return i;
  }
  struct sensor_counters* count = bpf_map_lookup_elem(&counters, &kind);
  if (count) count->scratch_busy++;
  return -1;
}

static __always_inline struct scratch_large* take_large(__u32 slot, struct sensor_counters* count) {
  slot -= SLOT_SMALL_LIMIT;
  struct scratch_large* scratch = bpf_map_lookup_elem(&scratch_large, &slot);
  if (!scratch) return 0;
  if (enter_slot(&scratch->busy)) return scratch;
  count->scratch_busy++;
  return 0;
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

// Hands the record over. `room` bounds its size for the verifier.
static __always_inline void submit(struct wire_header* h, __u32 room,
                                   struct sensor_counters* count) {
  __u32 lane = h->lane & 1;
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

// An act that is being reported: its record and where that is built.
struct act {
  struct sensor_counters* count;
  struct scratch_small* scratch;
  struct walk_buffer* walk;
  __u32 slot;
};

#define ACT_ROOM (SCRATCH_SMALL - 8)

// The record of the act, zero but for its header, if the act is to be reported; else null. Whoever
// gets one ends with act_end().
static __always_inline void* act_begin(struct act* act, struct task_struct* task, __u32 kind,
                                       __u32 size) {
  act->count = enter(task, kind);
  if (!act->count) return 0;
  int slot = take_slot(kind);
  if (slot < 0) return 0;
  act->slot = slot;
  act->scratch = bpf_map_lookup_elem(&scratch_small, &act->slot);
  act->walk = walk_buffer_of(act->slot);
  if (!act->scratch || !act->walk) return 0;  // Never: the slot is there.
  struct wire_header* h = (void*)act->scratch->record;
  __builtin_memset(h, 0, size);
  fill_header(h, task, kind, size);
  struct call call = current_call(task);
  h->syscall = call.number;
  h->flags = call.flags;
  return h;
}
#define ACT_BEGIN(act, task, kind) \
  ((struct wire_##kind*)act_begin(act, task, WIRE_##kind, sizeof(struct wire_##kind)))

static __always_inline void act_end(struct act* act) { leave_slot(&act->scratch->busy); }

// Ends an act whose record has no texts.
static __always_inline void act_decide(struct act* act, __u32 input, __u32 mode, __u32 port) {
  struct wire_header* h = (void*)act->scratch->record;
  if (classify(act->slot, input, mode, port))
    submit(h, ACT_ROOM, act->count);
  else
    act->count->filtered++;
  act_end(act);
}

#endif  // VEDETTE_SENSOR_BPF_EMIT_H_
