// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// A UDP packet as the kernel holds it: its headers say who sent it to whom, also where the socket
// is not connected and the program did not ask, and its bytes are those that travel: no thread can
// rewrite them. `out` packets begin at their IP header, received ones at their data.
#ifndef VEDETTE_SENSOR_BPF_NETWORK_PACKET_H_
#define VEDETTE_SENSOR_BPF_NETWORK_PACKET_H_

#include "sensor/bpf/network_fill.h"

struct udp_header {
  __u16 source, destination, length, checksum;
};

struct packet {
  struct udp_header udp;
  __u32 version;  // Of IP.
  unsigned char* network;
  unsigned char* payload;
  __u32 linear;  // Bytes of the payload that lie in one piece.
  bool out;
};

static __always_inline void read_packet(struct packet* to, struct sk_buff* skb, bool out) {
  unsigned char* head = BPF_CORE_READ(skb, head);
  unsigned char* data = BPF_CORE_READ(skb, data);
  unsigned char* transport = head + BPF_CORE_READ(skb, transport_header);
  to->out = out;
  to->network = head + BPF_CORE_READ(skb, network_header);
  to->payload = transport + sizeof(struct udp_header);
  __u8 first = 0;
  bpf_probe_read_kernel(&first, sizeof(first), to->network);
  to->version = first >> 4;
  bpf_probe_read_kernel(&to->udp, sizeof(to->udp), transport);
  unsigned char* end = data + (BPF_CORE_READ(skb, len) - BPF_CORE_READ(skb, data_len));
  to->linear = end > to->payload ? (__u32)(end - to->payload) : 0;
}

// One of the two addresses. On an IPv6 socket IPv4 has the mapped form, as everywhere else.
static __always_inline void packet_address(__u8* to, const struct packet* packet, __u16 family,
                                           bool source) {
  if (packet->version == 6) {
    bpf_probe_read_kernel(to, 16, packet->network + (source ? 8 : 24));
    return;
  }
  const void* from = packet->network + (source ? 12 : 16);
  if (family == AF_INET) {
    bpf_probe_read_kernel(to, 4, from);
    return;
  }
  __builtin_memset(to, 0, 10);
  to[10] = to[11] = 0xff;
  bpf_probe_read_kernel(to + 12, 4, from);
}

// Both ends, seen from the socket. The socket's family must be set.
static __always_inline void fill_ends(struct wire_socket* to, const struct packet* packet) {
  packet_address(to->local_address, packet, to->family, packet->out);
  packet_address(to->remote_address, packet, to->family, !packet->out);
  __u16 source = __builtin_bswap16(packet->udp.source);
  __u16 destination = __builtin_bswap16(packet->udp.destination);
  to->local_port = packet->out ? source : destination;
  to->remote_port = packet->out ? destination : source;
}

#endif  // VEDETTE_SENSOR_BPF_NETWORK_PACKET_H_
