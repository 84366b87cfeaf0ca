// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What is true of the cgroup of who acts. Part of process_part.h, like fold_traits.h.
#ifndef VEDETTE_SENSOR_BPF_FOLD_CONTAINER_H_
#define VEDETTE_SENSOR_BPF_FOLD_CONTAINER_H_

#include "sensor/bpf/fold_traits.h"
#include "sensor/bpf/program_facts.h"

// The number of a cgroup (of version 2); 0: none was given.
static __always_inline __u32 number_of_cgroup(const __u64* cgroup) {
  const __u32* number = bpf_map_lookup_elem(&cgroup_numbers, cgroup);
  return number ? *number : 0;
}

// Where acts are decided, the cgroup counts in which the task is now; a folded vector is known by
// its number. Those who observe take that in which the program began, as all fields do: what was
// folded is true until something else is known of any cgroup.
#if ENFORCING
#define CONTAINER_OF_ACTOR(h) number_of_cgroup(&(h)->cgroup_id)
#else
#define CONTAINER_OF_ACTOR(h) (state.cgroups_told)
#endif

// 1: it holds for as long as what a folded vector is known by. 0: the number is 0.
static __always_inline int container_number(__u32 slot, const struct walk_buffer* walk,
                                            __u32* number) {
  if (ENFORCING) {
    *number = walk->facts.container;
    return *number != 0;
  }
  struct wire_header* h = record_of(slot);
  const struct program_facts* facts = h ? bpf_map_lookup_elem(&programs, &h->exec_id) : 0;
  if (!facts) return 0;
  const volatile __u64 *first = &facts->exec_id, *last = &facts->seal;
  __u64 cgroup = facts->cgroup;
  if (*first != h->exec_id || *last != h->exec_id) return 0;
  *number = number_of_cgroup(&cgroup);
  return 1;
}

// 1: what was found holds for as long as what it is known by does not change.
__weak __attribute__((noinline)) int fold_container(__u32 slot) {
  struct walk_buffer* walk = walk_buffer_of(slot);
  if (!walk) return 0;
  __u32 number = 0;
  int known = container_number(slot, walk, &number);
  if (!number) {
    narrow_unjudged(walk, CLASSIFY_PLACE_container);
    return known;
  }
  struct classify_key* key = &walk->value;
  key->dimension = CLASSIFY_container;
  walk->facts.traits = traits_of_name(key, number, 0);
  narrow_by_traits(slot, CLASSIFY_PLACE_container);
  return known;
}

#endif  // VEDETTE_SENSOR_BPF_FOLD_CONTAINER_H_
