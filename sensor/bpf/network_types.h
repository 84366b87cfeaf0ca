// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The kernel's types that only the network family depends on; see kernel_types.h.
#ifndef VEDETTE_SENSOR_BPF_NETWORK_TYPES_H_
#define VEDETTE_SENSOR_BPF_NETWORK_TYPES_H_

#include "sensor/bpf/kernel_types.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sock_common___more {
  volatile unsigned char skc_state;
  unsigned long skc_flags;
};
struct sock___more {
  struct socket* sk_socket;
  int sk_err;
};
struct socket_alloc {
  struct socket socket;
  struct inode vfs_inode;
};
struct msghdr {
  void* msg_name;
  int msg_namelen;
  unsigned int msg_flags;
};
struct sk_buff {
  struct sock* sk;
  unsigned int len, data_len;
  __u16 transport_header, network_header;
  unsigned char *head, *data;
};
struct inet_sock {
  __u16 inet_sport;
};
struct tcp_sock {
  __u64 bytes_received, bytes_acked, bytes_sent;
};

#pragma clang attribute pop

// What the types do not carry.
#define SOCK_STREAM_TYPE 1
#define SOCK_DGRAM_TYPE 2
#define SOCK_RAW_TYPE 3
#define IPPROTO_TCP_NUMBER 6
#define IPPROTO_UDP_NUMBER 17
#define IPPROTO_UDPLITE_NUMBER 136
#define MSG_FASTOPEN_FLAG 0x20000000
#define SOCK_DONE_BIT 2  // 1 << SOCK_DONE: the peer's FIN has arrived.
#define SOCK_TYPE_BITS 0xf
enum tcp_state {
  STATE_ESTABLISHED = 1,
  STATE_SYN_SENT = 2,
  STATE_FIN_WAIT1 = 4,
  STATE_CLOSE = 7,
  STATE_LAST_ACK = 9,
  STATE_LISTEN = 10,
};

#endif  // VEDETTE_SENSOR_BPF_NETWORK_TYPES_H_
