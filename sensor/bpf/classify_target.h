// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The classifier's lookup of the second path of an act, where acts are observed: of a rename or a
// link the new name. No other act pays for it.
#ifndef VEDETTE_SENSOR_BPF_CLASSIFY_TARGET_H_
#define VEDETTE_SENSOR_BPF_CLASSIFY_TARGET_H_

#include "sensor/bpf/classify.h"

// What the path in the slot satisfies as the target of the act, for the classifier, which comes
// later: then the slot holds another path. A global function like narrow_by_value.
__weak __attribute__((noinline)) int judge_target(__u32 slot) {
  struct wire_header* h = record_of(slot);
  struct walk_buffer* walk = walk_buffer_of(slot);
  if (!h || !walk) return 0;
  __u32 generation = state.generation;
  const struct classify_kind* kind = generation ? kind_in(generation, h->kind) : 0;
  walk->target_generation = 0;
  if (!kind || !(kind->used & (1u << CLASSIFY_target))) return 0;
  walk->value.generation = generation;
  walk->value.kind = h->kind;
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) walk->found.words[i] = ~0ull;
  if (!narrow_by_path(slot, 1)) return 0;
  walk->of_target = walk->found;
  walk->target_generation = generation;
  return 1;
}

#endif  // VEDETTE_SENSOR_BPF_CLASSIFY_TARGET_H_
