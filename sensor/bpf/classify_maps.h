// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The classifier's tables, and how a value is looked up in them.
#ifndef VEDETTE_SENSOR_BPF_CLASSIFY_MAPS_H_
#define VEDETTE_SENSOR_BPF_CLASSIFY_MAPS_H_

#include "sensor/bpf/maps.h"

// The classifier: sensor/schema/classify.h says what the keys and values mean.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 2 * WIRE_KIND_LIMIT);
  __type(key, __u32);
  __type(value, struct classify_kind);
} classify_kinds SEC(".maps") __weak;
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16384);
  __type(key, struct classify_key);
  __type(value, struct classify_vector);
} classify_values SEC(".maps") __weak;
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 8192);
  __type(key, struct classify_name_key);
  __type(value, struct classify_vector);
} classify_names SEC(".maps") __weak;
// By cgroup: enum classify_scope. Where one is missing, or was evicted, no act is judged by it.
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 8192);
  __type(key, __u64);
  __type(value, __u32);
} classify_scopes SEC(".maps") __weak;
struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(max_entries, 16384);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, struct classify_path_key);
  __type(value, struct classify_vector);
} classify_paths SEC(".maps") __weak;

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 2 * WIRE_KIND_LIMIT * CLASSIFY_PLACES);
  __type(key, __u32);
  __type(value, struct classify_traits);
} classify_traits SEC(".maps") __weak;
// By the id of a cgroup; user space takes out what is gone. When it is full a cgroup has no number.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, CLASSIFY_CGROUPS_MAX);
  __type(key, __u64);
  __type(value, __u32);
} cgroup_numbers SEC(".maps") __weak;

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

static __always_inline void narrow_vector(struct classify_vector* vector,
                                          const struct classify_vector* by) {
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) vector->words[i] &= by->words[i];
}

static __always_inline const struct classify_kind* kind_in(__u32 generation, __u32 kind) {
  __u32 index = (generation & 1) * WIRE_KIND_LIMIT + kind;
  return bpf_map_lookup_elem(&classify_kinds, &index);
}

// Narrows what the slot has found by the value in its key. A global function of a number alone,
// like walk_path, and for the same reason: the verifier looks once at what a hit and a miss do, not
// behind every branch that leads here.
__weak __attribute__((noinline)) int narrow_by_value(__u32 slot) {
  struct walk_buffer* walk = walk_buffer_of(slot);
  if (!walk) return 0;
  const struct classify_kind* kind = kind_in(walk->value.generation, walk->value.kind);
  if (!kind) return 0;
  const struct classify_vector* found = bpf_map_lookup_elem(&classify_values, &walk->value);
  if (!found) found = &kind->defaults[walk->value.dimension & (CLASSIFY_DIMENSION_ROOM - 1)];
  narrow_vector(&walk->found, found);
  return 1;
}

// A number as the key's value; generation and kind stand there.
static __always_inline void set_number(struct classify_key* key, __u32 dimension, __u32 number) {
  key->dimension = dimension;
  __builtin_memset(key->value, 0, sizeof(key->value));
  __builtin_memcpy(key->value, &number, sizeof(number));
}

// The longest prefix of what stands in the key: `size` bytes in the trie of `scope`
// (CLASSIFY_TRIE). Without a node no term names the dimension.
static __always_inline void narrow_by_prefix(struct classify_vector* vector,
                                             struct classify_path_key* key, __u32 generation,
                                             __u32 scope, __u32 size) {
  key->generation = generation;
  key->kind = scope;
  key->prefix_bits = 64 + 8 * size;
  const struct classify_vector* found = bpf_map_lookup_elem(&classify_paths, key);
  if (found) narrow_vector(vector, found);
}

#endif  // VEDETTE_SENSOR_BPF_CLASSIFY_MAPS_H_
