// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The frame of every probe: ACT_BEGIN gives a record to fill, classify() decides, act_hand_over()
// hands it over, act_end() gives its place back.
#ifndef VEDETTE_SENSOR_BPF_ACT_H_
#define VEDETTE_SENSOR_BPF_ACT_H_

#include "sensor/bpf/classify.h"
#include "sensor/bpf/emit.h"
#include "sensor/bpf/fold.h"
#include "sensor/bpf/verdict.h"

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

// An argument of a hook by its number, a constant. Where it depends on the kernel the compiler
// would else add to `ctx` first, and the verifier takes no such sum.
#define HOOK_ARGUMENT(ctx, number)                                                     \
  ({                                                                                   \
    __u64 loaded;                                                                      \
    asm volatile("%0 = *(u64 *)(%1 + %2)" : "=r"(loaded) : "r"(ctx), "i"((number)*8)); \
    loaded;                                                                            \
  })

#define ACT_ROOM (SCRATCH_SMALL - 8)

// The record of the act, zero but for its header, if the act is to be reported; else null. Whoever
// gets one ends with act_end(). `regs` as of call_at().
static __always_inline void* act_begin(struct act* act, struct task_struct* task, __u32 kind,
                                       __u32 size, struct pt_regs___kernel* regs) {
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
  struct call call = call_at(task, regs);
  h->syscall = call.number;
  h->flags = call.flags;
  return h;
}
#define ACT_BEGIN_AT(act, task, kind, regs) \
  ((struct wire_##kind*)act_begin(act, task, WIRE_##kind, sizeof(struct wire_##kind), regs))
#define ACT_BEGIN(act, task, kind) ACT_BEGIN_AT(act, task, kind, 0)

// Gives the act's verdict: 0, or -errno where this object enforces and the act is denied.
static __always_inline int act_end(struct act* act) {
  int verdict = verdict_of(act->walk);
  leave_slot(&act->scratch->busy);
  return verdict;
}

// Sends the record, or counts it where it repeats one that was sent.
static __always_inline void act_hand_over(struct act* act) {
  struct wire_header* h = (void*)act->scratch->record;
  stamp(h);
  if (config.fold_ns && h->lane == WIRE_LANE_BULK && fold_repeat(act->slot)) return;
  submit(h, ACT_ROOM, act->count);
}

// Ends an act whose record has no texts.
static __always_inline int act_decide(struct act* act, __u32 input, __u32 mode, __u32 port) {
  if (classify(act->slot, input, mode, port))
    act_hand_over(act);
  else
    COUNT(act->count->filtered);
  return act_end(act);
}

#endif  // VEDETTE_SENSOR_BPF_ACT_H_
