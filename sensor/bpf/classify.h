// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The classifier's lookups (DESIGN 3): one per dimension, and an AND. No loop over rules.
#ifndef VEDETTE_SENSOR_BPF_CLASSIFY_H_
#define VEDETTE_SENSOR_BPF_CLASSIFY_H_

#include "sensor/bpf/classify_peer.h"
#include "sensor/bpf/enforce.h"
#include "sensor/bpf/process_part.h"

enum classify_input {
  // The slot's walk buffer holds the whole path; else no term is excluded for it.
  CLASSIFY_HAS_PATH = 1,
  CLASSIFY_HAS_PEER = 2,  // It holds the address; `ports` counts.
};

// What classify() says. 0: no term can hold, nobody wants the record.
enum classify_answer {
  CLASSIFY_WANTED = 1,
  CLASSIFY_UNJUDGED = 2,  // A dimension that some term names could not be judged, and was left out.
};

// By the last part of the path in the key. False if there is none.
static __always_inline bool narrow_by_name(const struct classify_kind* kind,
                                           struct walk_buffer* path) {
  struct classify_name_key* key = &path->last_part;
  __u32 from = path->name, length = WIRE_TEXT_MAX - from;
  if (path->key.path[0] != '/') return false;
  __builtin_memset(key, 0, sizeof(*key));
  key->generation = path->value.generation;
  key->kind = path->value.kind;
  if (length > CLASSIFY_NAME_MAX) length = CLASSIFY_NAME_MAX;
  asm volatile("" : "+r"(length));
  if (from && length <= CLASSIFY_NAME_MAX)
    bpf_probe_read_kernel(key->name, length, &path->bytes[from & (WIRE_TEXT_MAX - 1)]);
  const struct classify_vector* found = bpf_map_lookup_elem(&classify_names, key);
  if (!found) found = &kind->defaults[CLASSIFY_name];
  narrow_vector(&path->found, found);
  return true;
}

// Narrows what the slot has found by the path in it and the last part of that, or by the path as a
// target. 1: it could be judged. A global function like narrow_by_value.
__weak __attribute__((noinline)) int narrow_by_path(__u32 slot, __u32 as_target) {
  struct walk_buffer* path = walk_buffer_of(slot);
  if (!path) return 0;
  __u32 generation = path->value.generation, number = path->value.kind;
  const struct classify_kind* kind = kind_in(generation, number);
  __u32 length = WIRE_TEXT_MAX - path->start;
  if (!kind || length == 0 || length >= CLASSIFY_PATH_MAX) return 0;
  struct classify_path_key* key = &path->key;
  asm volatile("" : "+r"(length));
  if (length >= CLASSIFY_PATH_MAX) return 0;
  bpf_probe_read_kernel(key->path, length, &path->bytes[path->start & (WIRE_TEXT_MAX - 1)]);
  key->path[length] = 0;
  __u32 trie = as_target ? CLASSIFY_TRIE(target, number) : CLASSIFY_TRIE(path, number);
  if (kind->used & (as_target ? 1u << CLASSIFY_target : 1u << CLASSIFY_path))
    narrow_by_prefix(&path->found, key, generation, trie, length + 1);
  if (as_target || !(kind->used & (1u << CLASSIFY_name))) return 1;
  return narrow_by_name(kind, path);
}

static __always_inline bool is_empty(const struct classify_vector* vector) {
  __u64 any = 0;
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) any |= vector->words[i];
  return !any;
}

#if ENFORCING
#include "sensor/bpf/decide.h"
#else
static __always_inline int decide(__u32 slot, struct walk_buffer* walk, struct wire_header* h,
                                  const struct classify_kind* kind, bool has_path, bool of_socket) {
  return 0;
}
#endif

static __always_inline int classify_act(__u32 slot, __u32 input, __u32 mode, __u32 ports,
                                        bool of_socket) {
  struct wire_header* h = record_of(slot);
  struct walk_buffer* walk = walk_buffer_of(slot);
  __u32 generation = state.generation;
  if (!h || !walk || generation == 0) return ENFORCING ? 0 : CLASSIFY_WANTED;
  const struct classify_kind* kind = kind_in(generation, h->kind);
  if (!kind) return ENFORCING ? 0 : CLASSIFY_WANTED;
  h->generation = generation;

  struct classify_vector* survivors = (void*)h->survivors;
  *survivors = kind->modes[mode & (CLASSIFY_MODES - 1)];
  walk->value.generation = generation;
  walk->value.kind = h->kind;

  // The cheap ones first: where they leave nothing, the others are not asked. What stands in memory
  // is read from there: the stack is short.
  bool judged = true;
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) walk->found.words[i] = ~0ull;
  if (kind->used & CLASSIFY_OF_PROCESS) {
    judged = process_part(slot, walk, h, kind);
    narrow_vector(survivors, &walk->found);
  }
  if ((input & CLASSIFY_HAS_PEER) && !is_empty(survivors)) {
    narrow_by_peer(slot, ports);
    narrow_vector(survivors, &walk->found);
  }
  if (ENFORCING) return decide(slot, walk, h, kind, input & CLASSIFY_HAS_PATH, of_socket);
  if ((kind->used & (1u << CLASSIFY_path | 1u << CLASSIFY_name)) && !is_empty(survivors)) {
    if (!(input & CLASSIFY_HAS_PATH) || !narrow_by_path(slot, 0)) judged = false;
    narrow_vector(survivors, &walk->found);
  }
  if (kind->used & (1u << CLASSIFY_target)) {
    if (walk->target_generation == generation)
      narrow_vector(survivors, &walk->of_target);
    else
      judged = false;
  }

  __u64 alerting = 0;
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) {
    alerting |= h->survivors[i] & kind->alerting.words[i];
  }
  h->lane = alerting ? WIRE_LANE_CRITICAL : WIRE_LANE_BULK;
  if (is_empty(survivors)) return 0;
  return judged ? CLASSIFY_WANTED : CLASSIFY_WANTED | CLASSIFY_UNJUDGED;
}

// Fills the survivors and the lane of the slot's record. enum classify_answer. `ports`: the peer's,
// and the own one in the upper half. A global function of numbers alone, like walk_path, and for
// the same reason.
__weak __attribute__((noinline)) int classify(__u32 slot, __u32 input, __u32 mode, __u32 ports) {
  return classify_act(slot, input, mode, ports, false);
}

#if ENFORCING
// The same of an act on a socket, apart: whoever comes from there has little stack left, and walks
// no path.
__weak __attribute__((noinline)) int classify_socket(__u32 slot, __u32 mode, __u32 ports) {
  return classify_act(slot, CLASSIFY_HAS_PEER, mode, ports, true);
}
#endif

#endif  // VEDETTE_SENSOR_BPF_CLASSIFY_H_
