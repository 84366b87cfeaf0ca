// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What a socket says of itself and of its peer, for every kind of the network family. Where it
// decides whether there is a record it is put together on the stack and then copied.
#ifndef VEDETTE_SENSOR_BPF_NETWORK_FILL_H_
#define VEDETTE_SENSOR_BPF_NETWORK_FILL_H_

#include "sensor/bpf/act.h"
#include "sensor/bpf/network_types.h"

// The part that the records of all network kinds have.
struct wire_socket {
  NETWORK_CONNECT_FIELDS(WIRE_NUM, WIRE_TEXT, WIRE_BYTES)
};
#define SET_SOCKET(e, from) __builtin_memcpy(&(e)->socket_ino, from, sizeof(struct wire_socket))
// The same in the record itself, which is not on the stack.
#define SOCKET_IN(e) ((struct wire_socket*)&(e)->socket_ino)

// An address as connect(2) takes it. The largest of the families that we read.
union ip_name {
  __u16 family;
  struct {
    __u16 family;
    __u16 port;
    __u8 address[4];
  } v4;
  struct {
    __u16 family;
    __u16 port;
    __u32 flow;
    __u8 address[16];
  } v6;
};
union address {
  __u16 family;
  union ip_name ip;
  struct {
    __u16 family;
    char path[110];
  } un;  // One byte more than there can be: always ended by a NUL.
  struct {
    __u16 family, reserved;
    __u32 port, cid;
  } vm;
};

// Room for one in the act's slot, zero.
static __always_inline union address* address_room(const struct act* act) {
  union address* to = (void*)act->walk->named;
  _Static_assert(sizeof(*to) <= sizeof(act->walk->named), "an address fits its room");
  __builtin_memset(to, 0, sizeof(*to));
  return to;
}

static __always_inline __u32 address_size(int size) {
  __u32 bytes = size < 0 ? 0 : size > 110 ? 110 : size;
  asm volatile("" : "+r"(bytes));  // The mask is for the verifier: the compiler must not drop it.
  return bytes & 127;
}
static __always_inline bool is_ip(__u16 family) { return family == AF_INET || family == AF_INET6; }

// The inode is behind the socket: it is there before the socket has a file.
static __always_inline __u64 socket_inode(struct socket* socket) {
  if (!socket) return 0;
  if (!bpf_core_type_exists(struct socket_alloc))
    return BPF_CORE_READ(socket, file, f_inode, i_ino);
  struct inode* inode = (void*)socket + bpf_core_field_offset(struct socket_alloc, vfs_inode);
  return BPF_CORE_READ(inode, i_ino);
}

// The socket without its peer. Of a raw one the kernel's "port" is the protocol.
static __always_inline void fill_socket(struct wire_socket* to, struct sock* sk) {
  struct sock_common* common = (void*)sk;
  __u16 family = BPF_CORE_READ(common, skc_family);
  to->family = family;
  to->socket_type = BPF_CORE_READ(sk, sk_type);
  to->protocol = BPF_CORE_READ(sk, sk_protocol);
  to->net_ns = BPF_CORE_READ(common, skc_net.net, ns.inum);
  if (!is_ip(family)) return;
  if (to->socket_type != SOCK_RAW_TYPE) to->local_port = BPF_CORE_READ(common, skc_num);
  if (family == AF_INET)
    bpf_core_read(to->local_address, 4, &common->skc_rcv_saddr);
  else
    bpf_core_read(to->local_address, 16, &common->skc_v6_rcv_saddr);
}

// The peer of a connected socket; zero where there is none.
static __always_inline void fill_peer(struct wire_socket* to, struct sock* sk) {
  struct sock_common* common = (void*)sk;
  if (!is_ip(to->family)) return;
  to->remote_port = __builtin_bswap16(BPF_CORE_READ(common, skc_dport));
  if (to->family == AF_INET)
    bpf_core_read(to->remote_address, 4, &common->skc_daddr);
  else
    bpf_core_read(to->remote_address, 16, &common->skc_v6_daddr);
}

// An IPv4 address on an IPv6 socket: the record has IPv4's form at both ends.
static __always_inline void become_v4(struct wire_socket* to) {
  if (to->family != AF_INET6) return;
  to->family = AF_INET;
  __builtin_memcpy(to->local_address, to->local_address + 12, 4);
  __builtin_memset(to->local_address + 4, 0, 12);
}

// One end as an address names it. IPv4 takes AF_UNSPEC for AF_INET in some calls.
static __always_inline void set_end(struct wire_socket* to, const union ip_name* from,
                                    __u8* address, __u16* port) {
  __u16 family = from->family ? from->family : to->family;
  if (!is_ip(family)) return;
  if (family == AF_INET) become_v4(to);
  *port = __builtin_bswap16(from->v4.port);  // At the same place in both.
  if (family == AF_INET)
    __builtin_memcpy(address, from->v4.address, 4);
  else
    __builtin_memcpy(address, from->v6.address, 16);
}
static __always_inline void set_peer(struct wire_socket* to, const union ip_name* from) {
  set_end(to, from, to->remote_address, &to->remote_port);
}
static __always_inline void set_local(struct wire_socket* to, const union ip_name* from) {
  set_end(to, from, to->local_address, &to->local_port);
}

// The name that a unix socket is bound to. False if it has none.
static __always_inline bool unix_name(struct sock* sk, union address* to) {
  if (!bpf_core_type_exists(struct unix_sock)) return false;
  struct unix_sock* own = (void*)sk;
  struct unix_address* name = sk ? BPF_CORE_READ(own, addr) : 0;
  if (!name) return false;
  bpf_probe_read_kernel(to, address_size(BPF_CORE_READ(name, len)),
                        (void*)name + bpf_core_field_offset(struct unix_address, name));
  return true;
}

#endif  // VEDETTE_SENSOR_BPF_NETWORK_FILL_H_
