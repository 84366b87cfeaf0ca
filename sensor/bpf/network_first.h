// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Datagrams have no connection that could be reported: the first one of a program on a socket to,
// or from, a peer stands for all of them.
#ifndef VEDETTE_SENSOR_BPF_NETWORK_FIRST_H_
#define VEDETTE_SENSOR_BPF_NETWORK_FIRST_H_

#include "sensor/bpf/network_act.h"

struct datagram_key {
  __u64 exec_id;
  __u64 socket_ino;
  __u8 address[WIRE_ADDRESS_SIZE];
  __u32 generation;  // What no rule wanted before is told once more under new rules.
  __u16 port;
  __u8 family;
  __u8 kind;
};

// 16 Ki conversations, the least used give way: a peer that is forgotten is reported once more.
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 16384);
  __type(key, struct datagram_key);
  __type(value, __u32);
} datagram_peers SEC(".maps") __weak;

static __always_inline struct datagram_key datagram_of(struct task_struct* task,
                                                       const struct wire_socket* s, __u32 kind) {
  struct datagram_key key = {
      .exec_id = exec_id_of(task),
      .socket_ino = s->socket_ino,
      .generation = state.generation,
      .port = s->remote_port,
      .family = s->family,
      .kind = kind,
  };
  __builtin_memcpy(key.address, s->remote_address, sizeof(key.address));
  return key;
}

// Only what is being reported is remembered: a conversation outside the scope, or one for whose
// first datagram there was no room, is not.
static __always_inline void remember_datagram(const struct datagram_key* key) {
  __u32 value = 1;
  if (!ENFORCING) bpf_map_update_elem(&datagram_peers, key, &value, BPF_ANY);
}

// What is to be decided is decided each time.
static __always_inline bool is_told(const struct datagram_key* key) {
  return !ENFORCING && bpf_map_lookup_elem(&datagram_peers, key) != 0;
}

// Datagrams of IP: UDP, ICMP and raw ones.
static __always_inline bool has_datagrams(struct sock* sk) {
  struct sock_common* common = (void*)sk;
  __u16 type = BPF_CORE_READ(sk, sk_type);
  return (type == SOCK_DGRAM_TYPE || type == SOCK_RAW_TYPE) &&
         is_ip(BPF_CORE_READ(common, skc_family));
}

static __always_inline bool is_udp(struct sock* sk) {
  __u16 protocol = BPF_CORE_READ(sk, sk_protocol);
  return BPF_CORE_READ(sk, sk_type) == SOCK_DGRAM_TYPE &&
         (protocol == IPPROTO_UDP_NUMBER || protocol == IPPROTO_UDPLITE_NUMBER);
}

// `e` and `s` are of a kind with NETWORK_DATA_FIELDS: send or receive.
// Gives the act's verdict.
#define REPORT_FIRST(kind_name, task, s, size, header_flags)                                \
  ({                                                                                        \
    struct act act;                                                                         \
    struct datagram_key datagram = datagram_of(task, s, WIRE_##kind_name);                  \
    int verdict = 0;                                                                        \
    struct wire_##kind_name* e = is_told(&datagram) ? 0 : ACT_BEGIN(&act, task, kind_name); \
    if (e) {                                                                                \
      remember_datagram(&datagram);                                                         \
      SET_SOCKET(e, s);                                                                     \
      e->bytes = size;                                                                      \
      e->header.flags |= header_flags;                                                      \
      verdict = decide_socket(&act, s, &e->unix_path, 0);                                   \
    }                                                                                       \
    verdict;                                                                                \
  })

#endif  // VEDETTE_SENSOR_BPF_NETWORK_FIRST_H_
