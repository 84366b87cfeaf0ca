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

// By the path and its last part. False if it cannot be judged.
static __always_inline bool narrow_by_path(struct classify_vector* vector,
                                           const struct classify_kind* kind,
                                           const struct wire_header* h, struct walk_buffer* path) {
  __u32 length = WIRE_TEXT_MAX - path->start;
  if (length == 0 || length >= CLASSIFY_PATH_MAX) return false;
  struct classify_path_key* key = &path->key;
  asm volatile("" : "+r"(length));
  if (length >= CLASSIFY_PATH_MAX) return false;
  bpf_probe_read_kernel(key->path, length, &path->bytes[path->start & (WIRE_TEXT_MAX - 1)]);
  key->path[length] = 0;
  if (kind->used & (1u << CLASSIFY_path))
    narrow_by_prefix(vector, key, h->generation, CLASSIFY_TRIE(path, h->kind), length + 1);
  return true;
}

static __always_inline bool narrow_by_name(struct classify_vector* vector,
                                           const struct classify_kind* kind,
                                           const struct wire_header* h, struct walk_buffer* path) {
  struct classify_name_key* key = &path->last_part;
  __u32 from = path->name, length = WIRE_TEXT_MAX - from;
  if (path->key.path[0] != '/') return false;
  __builtin_memset(key, 0, sizeof(*key));
  key->generation = h->generation;
  key->kind = h->kind;
  if (length > CLASSIFY_NAME_MAX) length = CLASSIFY_NAME_MAX;
  asm volatile("" : "+r"(length));
  if (from && length <= CLASSIFY_NAME_MAX)
    bpf_probe_read_kernel(key->name, length, &path->bytes[from & (WIRE_TEXT_MAX - 1)]);
  const struct classify_vector* found = bpf_map_lookup_elem(&classify_names, key);
  narrow_vector(vector, found ? found : &kind->defaults[CLASSIFY_name]);
  return true;
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
  __u32 index = (generation & 1) * WIRE_KIND_LIMIT + h->kind;
  const struct classify_kind* kind = bpf_map_lookup_elem(&classify_kinds, &index);
  if (!kind) return ENFORCING ? 0 : CLASSIFY_WANTED;
  h->generation = generation;

  struct classify_vector* survivors = (void*)h->survivors;
  *survivors = kind->modes[mode & (CLASSIFY_MODES - 1)];
  walk->value.generation = generation;
  walk->value.kind = h->kind;

  // The cheap ones first: where they leave nothing, the others are not asked. What stands in memory
  // is read from there: the stack is short.
  bool judged = true;
  if (kind->used & CLASSIFY_OF_PROCESS) {
    judged = process_part(slot, walk, h, kind);
    narrow_vector(survivors, &walk->found);
  }
  if ((input & CLASSIFY_HAS_PEER) && !is_empty(survivors)) {
    narrow_by_port(survivors, kind, &walk->value, CLASSIFY_port, ports & 0xffff);
    narrow_by_port(survivors, kind, &walk->value, CLASSIFY_own_port, ports >> 16);
    if (kind->used & (1u << CLASSIFY_address)) narrow_by_address(survivors, h, walk);
  }
  if (ENFORCING) return decide(slot, walk, h, kind, input & CLASSIFY_HAS_PATH, of_socket);
  if ((kind->used & (1u << CLASSIFY_path | 1u << CLASSIFY_name)) && !is_empty(survivors)) {
    bool path = (input & CLASSIFY_HAS_PATH) && narrow_by_path(survivors, kind, h, walk);
    if (path && (kind->used & (1u << CLASSIFY_name)))
      path = narrow_by_name(survivors, kind, h, walk);
    if (!path) judged = false;
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
