// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The first datagram to, and from, each peer. Security modules are asked about every send, with the
// address that the kernel copied. A received UDP packet passes skb_consume_udp in the call of its
// receiver, whichever that is, read(2), recvmmsg(2) and io_uring included; others pass
// inet_recvmsg.
#include "sensor/bpf/network_first.h"
#include "sensor/bpf/network_packet.h"

// The address of the message, or the connected peer's.
static __always_inline void fill_message_peer(struct wire_socket* to, struct sock* sk,
                                              struct msghdr* message) {
  union ip_name name = {};
  const void* from = BPF_CORE_READ(message, msg_name);
  if (!from || BPF_CORE_READ(message, msg_namelen) <= 0) return fill_peer(to, sk);
  bpf_probe_read_kernel(&name, sizeof(name), from);
  set_peer(to, &name);
}

// The name of a unix datagram's receiver: as the message has it, or the connected socket's.
static __always_inline void unix_receiver(struct sock* sk, struct msghdr* message,
                                          union address* to) {
  const void* name = BPF_CORE_READ(message, msg_name);
  if (name) {
    bpf_probe_read_kernel(to, address_size(BPF_CORE_READ(message, msg_namelen)), name);
  } else if (bpf_core_type_exists(struct unix_sock)) {
    struct unix_sock* own = (void*)sk;
    unix_name(BPF_CORE_READ(own, peer), to);
  }
}

// Receivers are told apart by a hash of their names, which stands where IP's address would.
static __always_inline struct datagram_key datagram_to(struct task_struct* task,
                                                       const struct wire_socket* s,
                                                       const union address* to) {
  const __u64* words = (const void*)to;
  __u64 hash = 1;
  for (int i = 0; i < (int)(sizeof(*to) / sizeof(*words)); i++) hash = mix64(hash ^ words[i]);
  struct datagram_key key = datagram_of(task, s, WIRE_network_send);
  __builtin_memcpy(key.address, &hash, sizeof(hash));
  return key;
}

// What is to be decided is decided each time, and by what stands in the slot.
static __always_inline int decide_unix_send(struct socket* socket, struct sock* sk,
                                            struct msghdr* message, int size, int result) {
  struct act act;
  struct wire_network_send* e = ACT_BEGIN(&act, (void*)bpf_get_current_task(), network_send);
  if (!e) return 0;
  union address* to = address_room(&act);
  unix_receiver(sk, message, to);
  if (to->family != AF_UNIX) return act_end(&act);
  struct wire_socket* s = SOCKET_IN(e);
  s->result = result;
  s->socket_ino = socket_inode(socket);
  fill_socket(s, sk);
  e->bytes = size;
  e->header.flags |= WIRE_FLAG_ATTEMPT;
  return decide_socket(&act, s, &e->unix_path, to);
}

static __always_inline int report_unix_send(struct socket* socket, struct msghdr* message, int size,
                                            int result) {
  struct sock* sk = BPF_CORE_READ(socket, sk);
  struct sock_common* common = (void*)sk;
  if (BPF_CORE_READ(common, skc_family) != AF_UNIX) return 0;
  if (BPF_CORE_READ(sk, sk_type) != SOCK_DGRAM_TYPE) return 0;
  if (ENFORCING) return decide_unix_send(socket, sk, message, size, result);
  struct task_struct* task = (void*)bpf_get_current_task();
  // Before it is known whether it will be told: the stack has no room for the address.
  struct act act;
  struct wire_network_send* e = ACT_BEGIN(&act, task, network_send);
  if (!e) return 0;
  union address* to = address_room(&act);
  unix_receiver(sk, message, to);
  struct wire_socket s = {.result = result, .socket_ino = socket_inode(socket)};
  fill_socket(&s, sk);
  struct datagram_key datagram = datagram_to(task, &s, to);
  // The other end of a pair has no name.
  if (to->family != AF_UNIX || is_told(&datagram)) {
    COUNT(act.count->filtered);
    return act_end(&act);
  }
  remember_datagram(&datagram);
  SET_SOCKET(e, &s);
  e->bytes = size;
  e->header.flags |= WIRE_FLAG_ATTEMPT;
  return decide_socket(&act, &s, &e->unix_path, to);
}

static __always_inline int report_send(struct socket* socket, struct msghdr* message, int size,
                                       int result) {
  struct sock* sk = BPF_CORE_READ(socket, sk);
  if (!has_datagrams(sk)) return 0;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct wire_socket s = {.result = result, .socket_ino = socket_inode(socket)};
  fill_socket(&s, sk);
  fill_message_peer(&s, sk, message);
  return REPORT_FIRST(network_send, task, &s, size, WIRE_FLAG_ATTEMPT);
}

SEC("?lsm/socket_sendmsg")
hook_verdict BPF_PROG(network_send__lsm__ip, struct socket* socket, struct msghdr* message,
                      int size, int result) {
  return LSM_VERDICT(result, report_send(socket, message, size, result));
}

SEC(SECURITY "socket_sendmsg")
hook_verdict BPF_PROG(network_send__security__ip, struct socket* socket, struct msghdr* message,
                      int size, int result) {
  return SECURITY_VERDICT(result, report_send(socket, message, size, result));
}

SEC("?lsm/socket_sendmsg")
hook_verdict BPF_PROG(network_send__lsm__unix, struct socket* socket, struct msghdr* message,
                      int size, int result) {
  return LSM_VERDICT(result, report_unix_send(socket, message, size, result));
}

SEC(SECURITY "socket_sendmsg")
hook_verdict BPF_PROG(network_send__security__unix, struct socket* socket, struct msghdr* message,
                      int size, int result) {
  return SECURITY_VERDICT(result, report_unix_send(socket, message, size, result));
}

// `length` is negative where the packet was only looked at (MSG_PEEK).
SEC("?fentry/skb_consume_udp")
int BPF_PROG(network_receive__consume__udp, struct sock* sk, struct sk_buff* skb, int length) {
  struct sock___more* more = (void*)sk;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct packet packet;
  read_packet(&packet, skb, false);
  struct wire_socket s = {.socket_ino = socket_inode(BPF_CORE_READ(more, sk_socket))};
  fill_socket(&s, sk);
  fill_ends(&s, &packet);
  REPORT_FIRST(network_receive, task, &s, (__u32)(length < 0 ? -length : length), 0);
  return 0;
}

// All that is not UDP: raw sockets and ICMP's own.
static __always_inline int report_received(struct socket* socket, struct msghdr* message,
                                           int result) {
  struct sock* sk = BPF_CORE_READ(socket, sk);
  if (result < 0 || !has_datagrams(sk) || is_udp(sk)) return 0;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct wire_socket s = {.socket_ino = socket_inode(socket)};
  fill_socket(&s, sk);
  fill_message_peer(&s, sk, message);
  return REPORT_FIRST(network_receive, task, &s, (__u32)result, 0);
}

SEC("?fexit/inet_recvmsg")
int BPF_PROG(network_receive__inet__raw, struct socket* socket, struct msghdr* message,
             unsigned long size, int flags, int result) {
  report_received(socket, message, result);
  return 0;
}

SEC("?fexit/inet6_recvmsg")
int BPF_PROG(network_receive__inet6__raw6, struct socket* socket, struct msghdr* message,
             unsigned long size, int flags, int result) {
  report_received(socket, message, result);
  return 0;
}
