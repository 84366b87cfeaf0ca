// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// DNS over UDP (port 53) and multicast DNS (5353): every message, as it leaves the sender's call
// and as it reaches the receiver's. The bytes are the kernel's packet. A sender who splices pages
// or sends without a copy leaves nothing in the packet's first piece: then there is a record whose
// payload is empty and flagged as cut. DNS over TCP is in network_dns_stream.bpf.c.
#include "sensor/bpf/network_first.h"
#include "sensor/bpf/network_packet.h"

#define DNS_PORT 53
#define MULTICAST_DNS_PORT 5353
#define DNS_PAYLOAD_MAX 512

static __always_inline bool is_dns_port(__u16 port) {
  return port == DNS_PORT || port == MULTICAST_DNS_PORT;
}

// Both ends of multicast DNS have its port, so its header decides.
static __always_inline bool is_dns_answer(const struct packet* packet) {
  __u16 source = __builtin_bswap16(packet->udp.source);
  __u8 flags = 0;
  if (source == DNS_PORT) return true;
  bpf_probe_read_kernel(&flags, sizeof(flags), packet->payload + 2);
  return source == MULTICAST_DNS_PORT && packet->linear > 2 && (flags & 0x80);
}

static __always_inline void append_payload(struct wire_network_dns* e,
                                           const struct packet* packet) {
  __u32 length = __builtin_bswap16(packet->udp.length);
  length = length > sizeof(struct udp_header) ? length - sizeof(struct udp_header) : 0;
  __u32 carried = length < packet->linear ? length : packet->linear;
  if (carried > DNS_PAYLOAD_MAX) carried = DNS_PAYLOAD_MAX;
  struct text_source text = {
      .from = packet->payload, .length = carried, .truncated = carried < length};
  append_text((void*)e, ACT_ROOM, &e->payload, text);
}

static __always_inline void report_dns(struct sock* sk, struct sk_buff* skb, bool out) {
  struct packet packet;
  read_packet(&packet, skb, out);
  if (!is_dns_port(__builtin_bswap16(packet.udp.source)) &&
      !is_dns_port(__builtin_bswap16(packet.udp.destination)))
    return;
  struct act act;
  struct wire_network_dns* e = ACT_BEGIN(&act, (void*)bpf_get_current_task(), network_dns);
  if (!e) return;
  struct sock___more* more = (void*)sk;
  struct wire_socket s = {.socket_ino = socket_inode(BPF_CORE_READ(more, sk_socket))};
  fill_socket(&s, sk);
  fill_ends(&s, &packet);
  SET_SOCKET(e, &s);
  e->answer = is_dns_answer(&packet);
  if (wanted_socket(&act, &s)) {
    append_payload(e, &packet);
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  act_end(&act);
}

static __always_inline void report_dns_out(struct sk_buff* skb) {
  struct sock* sk = BPF_CORE_READ(skb, sk);
  if (!sk || !is_udp(sk)) return;
  report_dns(sk, skb, true);
}

SEC("?fentry/ip_send_skb")
int BPF_PROG(network_dns__ip_send_skb__out, struct net* net, struct sk_buff* skb) {
  report_dns_out(skb);
  return 0;
}

SEC("?fentry/ip6_send_skb")
int BPF_PROG(network_dns__ip6_send_skb__out6, struct sk_buff* skb) {
  report_dns_out(skb);
  return 0;
}

SEC("?fentry/skb_consume_udp")
int BPF_PROG(network_dns__consume__in, struct sock* sk, struct sk_buff* skb, int length) {
  if (length < 0) return 0;  // Only looked at: it comes once more.
  report_dns(sk, skb, false);
  return 0;
}
