// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The classifier's lookups (DESIGN 3): one per dimension, and an AND. No loop over rules.
#ifndef VEDETTE_SENSOR_BPF_CLASSIFY_H_
#define VEDETTE_SENSOR_BPF_CLASSIFY_H_

#include "sensor/bpf/enforce.h"
#include "sensor/bpf/maps.h"

// The record under construction in the slot, or null.
static __always_inline struct wire_header* record_of(__u32 slot) {
  if (slot < SLOT_SMALL_LIMIT) {
    struct scratch_small* small = bpf_map_lookup_elem(&scratch_small, &slot);
    return small ? (void*)small->record : 0;
  }
  slot -= SLOT_SMALL_LIMIT;
  struct scratch_large* large = bpf_map_lookup_elem(&scratch_large, &slot);
  return large ? (void*)large->record : 0;
}

static __always_inline void narrow(struct wire_header* h, const struct classify_vector* vector) {
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) h->survivors[i] &= vector->words[i];
}

static __always_inline void narrow_by_value(struct wire_header* h, const struct classify_kind* kind,
                                            const struct classify_key* key, __u32 dimension) {
  const struct classify_vector* found = bpf_map_lookup_elem(&classify_values, key);
  narrow(h, found ? found : &kind->defaults[dimension & 7]);
}

static __always_inline void narrow_by_path(struct wire_header* h, struct walk_buffer* path) {
  __u32 length = WIRE_TEXT_MAX - path->start;
  if (length == 0 || length >= CLASSIFY_PATH_MAX) return;
  struct classify_path_key* key = &path->key;
  key->generation = h->generation;
  key->kind = h->kind;
  asm volatile("" : "+r"(length));
  if (length >= CLASSIFY_PATH_MAX) return;
  bpf_probe_read_kernel(key->path, length, &path->bytes[path->start & (2 * WIRE_TEXT_MAX - 1)]);
  key->path[length] = 0;
  key->prefix_bits = 64 + 8 * (length + 1);
  const struct classify_vector* found = bpf_map_lookup_elem(&classify_paths, key);
  if (found) narrow(h, found);
}

#if ENFORCING
#include "sensor/bpf/decide.h"
#else
static __always_inline int decide(__u32 slot, struct wire_header* h,
                                  const struct classify_kind* kind, bool has_path) {
  return 1;
}
#endif

enum classify_input {
  CLASSIFY_HAS_PATH =
      1,  // The slot's walk buffer holds the whole path; else no term is excluded for it.
  CLASSIFY_HAS_PORT = 2,
};

// Fills the survivors and the lane of the slot's record. 0 if no term can hold: nobody wants the
// record. A global function of numbers alone, like walk_path, and for the same reason.
__weak __attribute__((noinline)) int classify(__u32 slot, __u32 input, __u32 mode, __u32 port) {
  struct wire_header* h = record_of(slot);
  __u32 generation = state.generation;
  if (!h || generation == 0) return !ENFORCING;
  __u32 index = (generation & 1) * WIRE_KIND_LIMIT + h->kind;
  const struct classify_kind* kind = bpf_map_lookup_elem(&classify_kinds, &index);
  if (!kind) return !ENFORCING;
  h->generation = generation;

  struct classify_key key = {.generation = generation, .kind = h->kind, .dimension = CLASSIFY_comm};
  __builtin_memcpy(key.value, h->comm, sizeof(key.value));
  narrow_by_value(h, kind, &key, CLASSIFY_comm);
  __builtin_memset(key.value, 0, sizeof(key.value));
  key.dimension = CLASSIFY_user;
  __builtin_memcpy(key.value, &h->uid, sizeof(h->uid));
  narrow_by_value(h, kind, &key, CLASSIFY_user);
  if (input & CLASSIFY_HAS_PORT) {
    __builtin_memset(key.value, 0, sizeof(key.value));
    key.dimension = CLASSIFY_port;
    __builtin_memcpy(key.value, &port, sizeof(port));
    narrow_by_value(h, kind, &key, CLASSIFY_port);
  }
  narrow(h, &kind->modes[mode & (CLASSIFY_MODES - 1)]);
  struct walk_buffer* path = walk_buffer_of(slot);
  if (ENFORCING) return decide(slot, h, kind, input & CLASSIFY_HAS_PATH);
  if (path && (input & CLASSIFY_HAS_PATH)) narrow_by_path(h, path);

  __u64 any = 0, alerting = 0;
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) {
    any |= h->survivors[i];
    alerting |= h->survivors[i] & kind->alerting.words[i];
  }
  h->lane = alerting ? WIRE_LANE_CRITICAL : WIRE_LANE_BULK;
  return any != 0;
}

#endif  // VEDETTE_SENSOR_BPF_CLASSIFY_H_
