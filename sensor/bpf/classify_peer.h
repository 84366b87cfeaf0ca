// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The classifier's lookups of an act's peer: ports and addresses.
#ifndef VEDETTE_SENSOR_BPF_CLASSIFY_PEER_H_
#define VEDETTE_SENSOR_BPF_CLASSIFY_PEER_H_

#include "sensor/bpf/process_part.h"

static __always_inline void narrow_by_port(__u32 slot, struct walk_buffer* walk,
                                           const struct classify_kind* kind, __u32 dimension,
                                           __u32 port) {
  if (!(kind->used & (1u << dimension))) return;
  set_number(&walk->value, dimension, port);
  narrow_by_value(slot);
}

// Narrows what the slot has found. `ports`: the peer's, and the own one in the upper half. A global
// function like narrow_by_value.
__weak __attribute__((noinline)) int narrow_by_peer(__u32 slot, __u32 ports) {
  struct walk_buffer* walk = walk_buffer_of(slot);
  if (!walk) return 0;
  __u32 generation = walk->value.generation, number = walk->value.kind;
  const struct classify_kind* kind = kind_in(generation, number);
  if (!kind) return 0;
  narrow_by_port(slot, walk, kind, CLASSIFY_port, ports & 0xffff);
  narrow_by_port(slot, walk, kind, CLASSIFY_own_port, ports >> 16);
  if (kind->used & (1u << CLASSIFY_address)) {
    __u32 size = classify_address_key(walk->family, walk->address, walk->key.path);
    narrow_by_prefix(&walk->found, &walk->key, generation, CLASSIFY_TRIE(address, number), size);
  }
  return 1;
}

#endif  // VEDETTE_SENSOR_BPF_CLASSIFY_PEER_H_
