// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What an act's program returns, where it may.
#ifndef VEDETTE_SENSOR_BPF_VERDICT_H_
#define VEDETTE_SENSOR_BPF_VERDICT_H_

#include "sensor/bpf/enforce.h"

// Of the act in the slot: 0 or -errno. Bounded behind the subtraction, of which the verifier knows
// more than of a negation.
static __always_inline int verdict_of(const struct walk_buffer* slot) {
  if (!ENFORCING) return 0;
  __s64 number = slot->verdict & (CLASSIFY_TERMS - 1);
  __s64 verdict = 0;
  asm volatile("%0 -= %1" : "+r"(verdict) : "r"(number));
  if (verdict > 0 || verdict < -255) return 0;
  return (int)verdict;
}

// Before an act: nothing is decided, and nothing was walked.
static __always_inline void forget_places(struct walk_buffer* slot) {
  slot->verdict = 0;
  slot->from = slot->mount = slot->second_from = slot->second_mount = 0;
  slot->against_self = slot->exchanged = 0;
}

// Of the act in the slot, before it is classified.
#if ENFORCING
#define MARK_AGAINST_SELF(slot, condition) \
  ((slot)->against_self = enforcement.protects_self && (condition))
#else
#define MARK_AGAINST_SELF(slot, condition) ((void)0)
#endif

#endif  // VEDETTE_SENSOR_BPF_VERDICT_H_
