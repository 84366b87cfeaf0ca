// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The part of the classifier that is about the process: its dimensions are folded into one vector
// for each process and kind of event, so that an act of a process that has done its like before
// costs one look at an array.
//
// What does not change between two execs (the program's path) is kept by exec_id, from exec to
// exit, and handed on at fork; so is its lineage (lineage.h). What can change (name, user) is part
// of what a folded vector is known by, and so is the generation: a vector of another rule set is
// folded anew from the facts.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_PART_H_
#define VEDETTE_SENSOR_BPF_PROCESS_PART_H_

#include "sensor/bpf/classify_maps.h"
#include "sensor/bpf/enforce.h"
#include "sensor/bpf/fold_container.h"
#include "sensor/bpf/fold_traits.h"
#include "sensor/bpf/process_fold.h"
#include "sensor/bpf/program_facts.h"

// Each of the following narrows `walk->found` by one thing or two, and gives false if it is not
// known. `walk->value` has generation and kind.

// Whether the cgroup is a container's, as user space says.
static __always_inline bool fold_scope(__u32 slot, struct walk_buffer* walk, const __u64* cgroup) {
  const __u32* scope = *cgroup ? bpf_map_lookup_elem(&classify_scopes, cgroup) : 0;
  if (!scope) return false;
  set_number(&walk->value, CLASSIFY_scope, *scope);
  return narrow_by_value(slot);
}

#if ENFORCING
#include "sensor/bpf/decide_program.h"
#else
// What is known of the program: its path and its scope.
static __always_inline bool fold_program(__u32 slot, struct walk_buffer* walk,
                                         const struct wire_header* h,
                                         const struct classify_kind* kind) {
  struct program_facts* facts = bpf_map_lookup_elem(&programs, &h->exec_id);
  if (!facts) return false;
  const volatile __u64 *first = &facts->exec_id, *last = &facts->seal;
  __u32 size = facts->exe_size;
  __builtin_memcpy(walk->key.path, facts->exe, CLASSIFY_EXE_MAX);
  if (*first != h->exec_id || *last != h->exec_id) return false;
  bool known = true;
  if (kind->used & (1u << CLASSIFY_exe)) {
    if (size > 0 && size <= CLASSIFY_EXE_MAX)
      narrow_by_prefix(&walk->found, &walk->key, h->generation, CLASSIFY_TRIE(exe, h->kind), size);
    else
      known = false;
  }
  if ((kind->used & (1u << CLASSIFY_scope)) && !fold_scope(slot, walk, &facts->cgroup))
    known = false;
  return known;
}
#endif

// All of it anew. 1: nothing was left out. A global function like narrow_by_value.
__weak __attribute__((noinline)) int fold(__u32 slot) {
  struct wire_header* h = record_of(slot);
  struct walk_buffer* walk = walk_buffer_of(slot);
  if (!h || !walk) return 0;
  const struct classify_kind* kind = kind_in(h->generation, h->kind);
  if (!kind) return 0;
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) walk->found.words[i] = ~0ull;
  struct classify_key* key = &walk->value;
  if (kind->used & (1u << CLASSIFY_comm)) {
    key->dimension = CLASSIFY_comm;
    __builtin_memcpy(key->value, h->comm, sizeof(key->value));
    narrow_by_value(slot);
  }
  if (kind->used & (1u << CLASSIFY_user)) {
    set_number(key, CLASSIFY_user, h->uid);
    narrow_by_value(slot);
  }
  if (kind->used & (1u << CLASSIFY_call)) {
    key->dimension = CLASSIFY_call;
    classify_call_key(h->syscall, h->flags, key->value);
    narrow_by_value(slot);
  }
  walk->facts.known = 1;
  if ((kind->used & (1u << CLASSIFY_exe | 1u << CLASSIFY_scope)) &&
      !fold_program(slot, walk, h, kind))
    walk->facts.known = 0;
  if ((kind->used & (1u << CLASSIFY_lineage)) && !fold_lineage(slot)) walk->facts.known = 0;
  if (kind->used & (1u << CLASSIFY_capability)) fold_capabilities(slot);
  if ((kind->used & (1u << CLASSIFY_container)) && !fold_container(slot)) walk->facts.known = 0;
  return walk->facts.known;
}

// Leaves the vector of the process's part in `walk->found`. False if a dimension that some term
// names was left out.
static __always_inline bool process_part(__u32 slot, struct walk_buffer* walk,
                                         const struct wire_header* h,
                                         const struct classify_kind* kind) {
  const __u64* comm = (const void*)h->comm;
  __u64 mixed = (h->exec_id ^ comm[0] ^ (comm[1] << 7)) +
                (h->kind << 10 ^ (__u32)h->syscall) * 0xff51afd7ed558ccdull;
  __u32 place = (mixed * 0x9e3779b97f4a7c15ull) >> 54;
  struct process_fold* known = bpf_map_lookup_elem(&process_folds, &place);
  walk->facts.capabilities = 0;
  if (kind->used & (1u << CLASSIFY_capability)) CAPABILITIES_OF_ACTOR(&walk->facts.capabilities);
  walk->facts.container = kind->used & (1u << CLASSIFY_container) ? CONTAINER_OF_ACTOR(h) : 0;
  if (known && read_fold(known, h, &walk->facts, &walk->found)) return true;
  // What is not known yet may be known next time.
  if (!fold(slot)) return false;
  if (known) write_fold(known, h, &walk->facts, &walk->found);
  return true;
}

#endif  // VEDETTE_SENSOR_BPF_PROCESS_PART_H_
