// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The frame of every probe: ACT_BEGIN gives a record to fill, classify() decides, submit() hands it
// over, act_end() gives its place back.
#ifndef VEDETTE_SENSOR_BPF_ACT_H_
#define VEDETTE_SENSOR_BPF_ACT_H_

#include "sensor/bpf/classify.h"
#include "sensor/bpf/emit.h"
#include "sensor/bpf/verdict.h"

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
  if (count) COUNT(count->scratch_busy);
  return -1;
}

static __always_inline struct scratch_large* take_large(__u32 slot, struct sensor_counters* count) {
  slot -= SLOT_SMALL_LIMIT;
  struct scratch_large* scratch = bpf_map_lookup_elem(&scratch_large, &slot);
  if (!scratch) return 0;
  if (enter_slot(&scratch->busy)) return scratch;
  COUNT(count->scratch_busy);
  return 0;
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
  if (ENFORCING) forget_places(act->walk);
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

// Gives the act's verdict: 0, or -errno where this object enforces and the act is denied.
static __always_inline int act_end(struct act* act) {
  int verdict = verdict_of(act->walk);
  leave_slot(&act->scratch->busy);
  return verdict;
}

// Ends an act whose record has no texts.
static __always_inline int act_decide(struct act* act, __u32 input, __u32 mode, __u32 port) {
  struct wire_header* h = (void*)act->scratch->record;
  if (classify(act->slot, input, mode, port))
    submit(h, ACT_ROOM, act->count);
  else
    COUNT(act->count->filtered);
  return act_end(act);
}

#endif  // VEDETTE_SENSOR_BPF_ACT_H_
