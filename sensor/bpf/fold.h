// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Repeats of an act, counted instead of sent: control.h says what the places are and who may touch
// them. Only the bulk lane comes here, so whatever a rule alerts on is sent act by act.
#ifndef VEDETTE_SENSOR_BPF_FOLD_H_
#define VEDETTE_SENSOR_BPF_FOLD_H_

#include "sensor/bpf/budget.h"
#include "sensor/bpf/task.h"

#define FOLD_WORDS (SENSOR_FOLD_STEP / 8)
_Static_assert((SENSOR_FOLD_RECORD_MAX - sizeof(struct wire_header)) % SENSOR_FOLD_STEP == 0,
               "a comparison would read beyond the record");

// Which of its CPU's places an act has. Any will do that spreads acts: records are compared.
static __always_inline __u32 fold_place(const struct wire_header* h, const __u64* members) {
  __u64 mixed = mix64(h->exec_id ^ h->kind);
  for (int i = 0; i < FOLD_WORDS; i++) mixed = mix64(mixed ^ members[i]);
  return h->cpu * SENSOR_FOLDS + (__u32)mixed % SENSOR_FOLDS;
}

static __always_inline bool same_header(const struct wire_header* a, const struct wire_header* b) {
  const __u64 *x = (const void*)a->comm, *y = (const void*)b->comm;
  return a->exec_id == b->exec_id && a->kind == b->kind && a->size == b->size &&
         a->flags == b->flags && a->syscall == b->syscall && a->uid == b->uid && a->gid == b->gid &&
         a->cgroup_id == b->cgroup_id && x[0] == y[0] && x[1] == y[1];
}

// What follows the headers, up to `size`; both are zero behind it, up to a whole step.
static __always_inline bool same_members(const __u8* a, const __u8* b, __u32 size) {
  for (__u32 at = sizeof(struct wire_header); at < SENSOR_FOLD_RECORD_MAX; at += SENSOR_FOLD_STEP) {
    if (at >= size) break;
    const __u64 *x = (const void*)(a + at), *y = (const void*)(b + at);
    __u64 differs = 0;
    for (int i = 0; i < FOLD_WORDS; i++) differs |= x[i] ^ y[i];
    if (differs) return false;
  }
  return true;
}

// Hands over what was counted. Where that fails the acts are lost like any other. Numbered with 0:
// no sequence has a hole for it.
static __always_inline void hand_over_repeats(struct sensor_fold* fold) {
  struct wire_header* h = (void*)fold->record;
  __u32 kind = h->kind;
  struct sensor_counters* count = bpf_map_lookup_elem(&counters, &kind);
  if (!count) return;
  __u64 repeats = fold->repeats;
  fold->repeats = 0;
  h->time_ns = fold->last_ns;
  h->repeats = repeats;
  h->sequence = 0;
  h->flags |= WIRE_FLAG_REPEATS;
  if (config.bulk_per_cgroup && !within_budget(h)) {
    __sync_fetch_and_add(&count->limited, repeats);
    __sync_fetch_and_add(&count->folded, -repeats);
    return;
  }
  __u32 size = fold->record_size;
  asm volatile("" : "+r"(size));
  if (size > SENSOR_FOLD_RECORD_MAX) return;  // Never.
  if (bpf_ringbuf_output(&ring_bulk, h, size, BPF_RB_NO_WAKEUP) == 0) return;
  __sync_fetch_and_add(&count->ring_full[WIRE_LANE_BULK], repeats);
  __sync_fetch_and_add(&count->folded, -repeats);
}

// The place is taken, and has another record or an old one: what was counted goes, and the record
// stays here to be compared with.
static __always_inline void begin_fold(struct sensor_fold* fold, const __u8* record, __u32 size) {
  if (fold->repeats) hand_over_repeats(fold);
  const struct wire_header* h = (const void*)record;
  fold->since_ns = h->time_ns;
  fold->record_size = 0;
  __u32 padded = (size + SENSOR_FOLD_STEP - 1 - sizeof(struct wire_header)) / SENSOR_FOLD_STEP *
                     SENSOR_FOLD_STEP +
                 sizeof(struct wire_header);
  asm volatile("" : "+r"(padded));
  if (padded > SENSOR_FOLD_RECORD_MAX) return;  // Never.
  if (bpf_probe_read_kernel(fold->record, padded, record) == 0) fold->record_size = size;
}

// 1: the record in the small slot repeats one that was sent, and has been counted; it must not be
// sent. 0: send it. A global function of a number, like classify(), and for the same reason.
__weak __attribute__((noinline)) int fold_repeat(__u32 slot) {
  struct scratch_small* scratch = bpf_map_lookup_elem(&scratch_small, &slot);
  if (!scratch || state.unfolded) return 0;
  struct wire_header* h = (void*)scratch->record;
  __u32 size = h->size, kind = h->kind;
  asm volatile("" : "+r"(size));
  if (size > SENSOR_FOLD_RECORD_MAX) return 0;
  if (size < sizeof(*h)) return 0;
  __builtin_memset(scratch->record + size, 0, SENSOR_FOLD_STEP);
  __u32 place = fold_place(h, (void*)(scratch->record + sizeof(*h)));
  struct sensor_fold* fold = bpf_map_lookup_elem(&folds, &place);
  struct sensor_counters* count = bpf_map_lookup_elem(&counters, &kind);
  if (!fold || !count || !enter_slot(&fold->busy)) return 0;
  bool repeats = fold->record_size == size && h->time_ns - fold->since_ns < config.fold_ns &&
                 same_header((void*)fold->record, h) &&
                 same_members(fold->record, scratch->record, size);
  if (repeats) {
    fold->repeats++;
    fold->last_ns = h->time_ns;
    COUNT(count->folded);
  } else {
    begin_fold(fold, scratch->record, size);
  }
  leave_slot(&fold->busy);
  return repeats;
}

#endif  // VEDETTE_SENSOR_BPF_FOLD_H_
