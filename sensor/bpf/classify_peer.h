// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The classifier's lookups of an act's peer: ports and addresses.
#ifndef VEDETTE_SENSOR_BPF_CLASSIFY_PEER_H_
#define VEDETTE_SENSOR_BPF_CLASSIFY_PEER_H_

#include "sensor/bpf/process_part.h"

static __always_inline void narrow_by_port(struct classify_vector* vector,
                                           const struct classify_kind* kind,
                                           struct classify_key* key, __u32 dimension, __u32 port) {
  if (!(kind->used & (1u << dimension))) return;
  set_number(key, dimension, port);
  narrow_by_key(vector, kind, key);
}

static __always_inline void narrow_by_address(struct classify_vector* vector,
                                              const struct wire_header* h,
                                              struct walk_buffer* peer) {
  struct classify_path_key* key = &peer->key;
  __u32 size = classify_address_key(peer->family, peer->address, key->path);
  narrow_by_prefix(vector, key, h->generation, CLASSIFY_TRIE(address, h->kind), size);
}

#endif  // VEDETTE_SENSOR_BPF_CLASSIFY_PEER_H_
