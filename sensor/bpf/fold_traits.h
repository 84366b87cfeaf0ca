// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The dimensions of traits of the process. Part of process_part.h; global functions of numbers
// alone, like walk_path, and for the same reason.
#ifndef VEDETTE_SENSOR_BPF_FOLD_TRAITS_H_
#define VEDETTE_SENSOR_BPF_FOLD_TRAITS_H_

#include "sensor/bpf/classify_maps.h"
#include "sensor/bpf/enforce.h"
#include "sensor/bpf/lineage.h"

static __always_inline const struct classify_traits* traits_at(const struct walk_buffer* walk,
                                                               __u32 place) {
  __u32 index = CLASSIFY_TRAITS_INDEX(walk->value.generation, walk->value.kind, place);
  return bpf_map_lookup_elem(&classify_traits, &index);
}

// Narrows what the slot has found by the traits of the dimension at `place`: `facts.traits`. One
// loop of few branches: the verifier goes through it in every program.
__weak __attribute__((noinline)) int narrow_by_traits(__u32 slot, __u32 place) {
  struct walk_buffer* walk = walk_buffer_of(slot);
  if (!walk || place >= CLASSIFY_PLACES) return 0;
  const struct classify_traits* traits = traits_at(walk, place);
  if (!traits) return 0;
  __u64 has = walk->facts.traits;
#pragma clang loop unroll(disable)
  for (int i = 0; i < CLASSIFY_GROUPS; i++) {
    narrow_vector(&walk->found, &traits->holding[i][has & (CLASSIFY_GROUP_VALUES - 1)]);
    has >>= CLASSIFY_GROUP_BITS;
  }
  return 1;
}

// The value is not known.
static __always_inline int narrow_unjudged(struct walk_buffer* walk, __u32 place) {
  const struct classify_traits* traits = traits_at(walk, place);
  if (traits) narrow_vector(&walk->found, &traits->unjudged);
  return 0;
}

// Capabilities in force, without a place on the stack, of which whoever classifies has little left.
// The classifier's trial has its own.
#ifndef CAPABILITIES_OF_ACTOR
static __always_inline void capabilities_of_actor(__u64* to) {
  struct task_struct* task = (void*)bpf_get_current_task();
  const struct cred* cred = BPF_CORE_READ(task, cred);
  bpf_core_read(to, sizeof(*to), &cred->cap_effective);
}
#define CAPABILITIES_OF_ACTOR(to) capabilities_of_actor(to)
#endif

// Always known.
__weak __attribute__((noinline)) int fold_capabilities(__u32 slot) {
  struct walk_buffer* walk = walk_buffer_of(slot);
  if (!walk) return 0;
  const struct classify_traits* traits = traits_at(walk, CLASSIFY_PLACE_capability);
  if (!traits) return 0;
  __u64 has = 0, capabilities = walk->facts.capabilities;
#pragma clang loop unroll(disable)
  for (int i = 0; i < CLASSIFY_GROUPS; i++) {
    has |= traits->given[i][capabilities & (CLASSIFY_GROUP_VALUES - 1)];
    capabilities >>= CLASSIFY_GROUP_BITS;
  }
  walk->facts.traits = has;
  return narrow_by_traits(slot, CLASSIFY_PLACE_capability);
}

// The traits that a name gives.
static __always_inline __u64 traits_of_name(struct classify_key* key, __u64 first, __u64 second) {
  __u64* value = (void*)key->value;
  value[0] = first;
  value[1] = second;
  const struct classify_vector* traits = bpf_map_lookup_elem(&classify_values, key);
  return traits ? traits->words[0] : 0;
}

// What is known of the lineage of who acts. Where acts are decided a program that is about to run
// counts as the one that runs, and so it does while its exec is under way: `becomes`.
static __always_inline const struct lineage_facts* lineage_of_actor(const struct wire_header* h,
                                                                    bool* becomes) {
  __u64 exec_id = h->exec_id;
  const struct lineage_facts* facts = bpf_map_lookup_elem(&lineages, &exec_id);
  *becomes = ENFORCING && h->kind == WIRE_process_exec;
  if (facts || !ENFORCING) return facts;
  exec_id = exec_id_before((void*)bpf_get_current_task());
  *becomes = true;
  return bpf_map_lookup_elem(&lineages, &exec_id);
}

// 1: the lineage is known.
__weak __attribute__((noinline)) int fold_lineage(__u32 slot) {
  struct wire_header* h = record_of(slot);
  struct walk_buffer* walk = walk_buffer_of(slot);
  if (!h || !walk) return 0;
  bool becomes = false;
  const struct lineage_facts* facts = lineage_of_actor(h, &becomes);
  if (!facts || !facts->ready) return narrow_unjudged(walk, CLASSIFY_PLACE_lineage);
  struct classify_key* key = &walk->value;
  key->dimension = CLASSIFY_lineage;
  __u64 has = 0;
  __u32 count = facts->count;
  for (__u32 i = 0; i < LINEAGE_NAMES_MAX; i++) {
    if (i >= count) break;
    has |= traits_of_name(key, facts->names[i][0], facts->names[i][1]);
  }
  const __u64* comm = (const void*)h->comm;
  if (becomes && (facts->own[0] != comm[0] || facts->own[1] != comm[1]))
    has |= traits_of_name(key, facts->own[0], facts->own[1]);
  walk->facts.traits = has;
  return narrow_by_traits(slot, CLASSIFY_PLACE_lineage);
}

#endif  // VEDETTE_SENSOR_BPF_FOLD_TRAITS_H_
