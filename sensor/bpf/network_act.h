// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The end of an act on a socket: what the classifier is told of it.
#ifndef VEDETTE_SENSOR_BPF_NETWORK_ACT_H_
#define VEDETTE_SENSOR_BPF_NETWORK_ACT_H_

#include "sensor/bpf/network_fill.h"

static __always_inline bool wanted_socket(struct act* act, const struct wire_socket* from) {
  const struct wire_header* h = (void*)act->scratch->record;
  struct walk_buffer* to = act->walk;
  bool own = h->kind == WIRE_network_bind || h->kind == WIRE_network_listen;
  to->family = from->family;
  if (own)
    __builtin_memcpy(to->address, from->local_address, WIRE_ADDRESS_SIZE);
  else
    __builtin_memcpy(to->address, from->remote_address, WIRE_ADDRESS_SIZE);
  __u32 mode = classify_mode_of_socket(from->family, from->remote_address, from->result,
                                       from->protocol, from->socket_type);
  __u32 ports = is_ip(from->family) ? from->remote_port | (__u32)from->local_port << 16 : 0;
#if ENFORCING
  return classify_socket(act->slot, mode, ports);
#else
  return classify(act->slot, CLASSIFY_HAS_PEER, mode, ports);
#endif
}

// Ends the act. `named` is null, or has the name if the socket is a unix socket.
static __always_inline int decide_socket(struct act* act, const struct wire_socket* from,
                                         struct wire_text* path, union address* named) {
  struct wire_header* h = (void*)act->scratch->record;
  if (wanted_socket(act, from)) {
    if (named && named->family == AF_UNIX) {
      if (named->un.path[0] == 0 && named->un.path[1] != 0) named->un.path[0] = '@';
      append_string((void*)h, ACT_ROOM, path, named->un.path, false);
    }
    act_hand_over(act);
  } else {
    COUNT(act->count->filtered);
  }
  return act_end(act);
}

#endif  // VEDETTE_SENSOR_BPF_NETWORK_ACT_H_
