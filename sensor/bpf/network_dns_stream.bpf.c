// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// DNS over TCP (port 53). The messages of a stream are in the caller's memory, which another thread
// may rewrite meanwhile: the records say so. Each has its length in front, in the same piece or in
// one of its own; a piece that does not begin with a message (the rest of a long one) is left out.
// Data that is spliced, and what is sent from kernel memory, is not seen.
#include "sensor/bpf/network_peer.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct iovec___user {
  void* iov_base;
  unsigned long iov_len;
};
struct iov_iter___pre_6_4 {
  const struct iovec___user* iov;
};
struct iov_iter___v6_4 {
  const struct iovec___user* __iov;
};
struct iov_iter___v6_0 {
  void* ubuf;
};
struct iov_iter___pre_5_14 {
  unsigned int type;
};
struct iov_iter {
  __u8 iter_type;
  unsigned long iov_offset, count, nr_segs;
};
struct msghdr___iter {
  struct iov_iter msg_iter;
};

#pragma clang attribute pop

enum iter_type___user { ITER_IOVEC___user, ITER_UBUF___user };

#define DNS_PORT 53
#define DNS_STREAM_MAX 2048
#define DNS_HEADER 12
#define MSG_PEEK_FLAG 2

struct piece {
  const unsigned char* from;  // In user memory.
  unsigned long length;
};

static __always_inline bool is_user_buffer(struct iov_iter* iter) {
  struct iov_iter___v6_0* now = (void*)iter;
  if (!bpf_core_field_exists(now->ubuf)) return false;
  return BPF_CORE_READ(iter, iter_type) ==
         bpf_core_enum_value(enum iter_type___user, ITER_UBUF___user);
}

static __always_inline bool is_vector(struct iov_iter* iter) {
  struct iov_iter___pre_5_14* old = (void*)iter;
  __u32 vector = bpf_core_enum_value(enum iter_type___user, ITER_IOVEC___user);
  if (bpf_core_field_exists(old->type)) return (BPF_CORE_READ(old, type) & ~1u) == vector;
  return BPF_CORE_READ(iter, iter_type) == vector;
}

static __always_inline const struct iovec___user* vector_of(struct iov_iter* iter) {
  struct iov_iter___v6_4* now = (void*)iter;
  struct iov_iter___pre_6_4* old = (void*)iter;
  if (bpf_core_field_exists(now->__iov)) return BPF_CORE_READ(now, __iov);
  return BPF_CORE_READ(old, iov);
}

// What is about to be sent. The length of a message may be a piece of its own in front.
static __always_inline bool piece_to_send(struct piece* to, struct iov_iter* iter) {
  struct iov_iter___v6_0* buffer = (void*)iter;
  unsigned long offset = BPF_CORE_READ(iter, iov_offset);
  if (is_user_buffer(iter)) {
    to->from = BPF_CORE_READ(buffer, ubuf) + offset;
    to->length = BPF_CORE_READ(iter, count);
    return true;
  }
  if (!is_vector(iter)) return false;
  const struct iovec___user* vector = vector_of(iter);
  to->from = BPF_CORE_READ(vector, iov_base) + offset;
  to->length = BPF_CORE_READ(vector, iov_len) - offset;
  if (to->length > 2 || BPF_CORE_READ(iter, nr_segs) < 2) return true;
  vector = (void*)vector + bpf_core_type_size(struct iovec___user);
  to->from = BPF_CORE_READ(vector, iov_base);
  to->length = BPF_CORE_READ(vector, iov_len);
  return true;
}

// What was received: the iterator stands behind it. Where it fills a piece of a vector exactly,
// that is the one before.
static __always_inline bool piece_received(struct piece* to, struct iov_iter* iter,
                                           unsigned long size) {
  struct iov_iter___v6_0* buffer = (void*)iter;
  unsigned long offset = BPF_CORE_READ(iter, iov_offset);
  to->length = size;
  if (is_user_buffer(iter)) {
    to->from = BPF_CORE_READ(buffer, ubuf) + offset - size;
    return offset >= size;
  }
  if (!is_vector(iter)) return false;
  const struct iovec___user* vector = vector_of(iter);
  if (offset == 0) {
    vector = (void*)vector - bpf_core_type_size(struct iovec___user);
    offset = BPF_CORE_READ(vector, iov_len);
  }
  to->from = BPF_CORE_READ(vector, iov_base) + offset - size;
  return offset >= size;
}

// Is it a message: one question, an ordinary query, and long enough? Steps over the length in front
// of it. Gives the flags' first byte, or -1.
static __always_inline int find_message(struct piece* piece) {
  unsigned char head[DNS_HEADER + 2] = {};
  if (piece->length < sizeof(head)) return -1;
  if (bpf_probe_read_user(head, sizeof(head), piece->from)) return -1;
  bool framed = ((head[0] << 8) | head[1]) >= DNS_HEADER && head[6] == 0 && head[7] == 1 &&
                (head[4] & 0x78) == 0;
  if (framed) {
    piece->from += 2;
    piece->length -= 2;
    return head[4];
  }
  bool bare = head[4] == 0 && head[5] == 1 && (head[2] & 0x78) == 0;
  return bare ? head[2] : -1;
}

static __always_inline void report_stream(struct sock* sk, struct piece* piece) {
  int flags = find_message(piece);
  if (flags < 0) return;
  struct act act;
  struct wire_network_dns* e = ACT_BEGIN(&act, (void*)bpf_get_current_task(), network_dns);
  if (!e) return;
  struct sock___more* more = (void*)sk;
  struct wire_socket s = {.socket_ino = socket_inode(BPF_CORE_READ(more, sk_socket))};
  fill_socket(&s, sk);
  fill_peer(&s, sk);
  SET_SOCKET(e, &s);
  e->answer = (flags & 0x80) != 0;
  e->header.flags |= WIRE_FLAG_USER_PATH;
  if (wanted_socket(&act, &s)) {
    struct text_source text = {.from = piece->from, .length = piece->length, .user = true};
    if (piece->length > DNS_STREAM_MAX) {
      text.length = DNS_STREAM_MAX;
      text.truncated = true;
    }
    append_text((void*)e, ACT_ROOM, &e->payload, text);
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  act_end(&act);
}

// A stream of DNS, or null.
static __always_inline struct sock* dns_stream(struct socket* socket) {
  struct sock* sk = BPF_CORE_READ(socket, sk);
  struct sock_common* common = (void*)sk;
  if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP_NUMBER) return 0;
  bool is_dns = BPF_CORE_READ(common, skc_dport) == __builtin_bswap16(DNS_PORT) ||
                BPF_CORE_READ(common, skc_num) == DNS_PORT;
  return is_dns ? sk : 0;
}

static __always_inline void report_sent(struct socket* socket, struct msghdr* message) {
  struct sock* sk = dns_stream(socket);
  struct piece piece = {};
  struct msghdr___iter* with = (void*)message;
  if (sk && piece_to_send(&piece, &with->msg_iter)) report_stream(sk, &piece);
}

static __always_inline void report_answer_received(struct socket* socket, struct msghdr* message,
                                                   int flags, int size) {
  struct sock* sk = size > 0 && !(flags & MSG_PEEK_FLAG) ? dns_stream(socket) : 0;
  struct piece piece = {};
  struct msghdr___iter* with = (void*)message;
  if (sk && piece_received(&piece, &with->msg_iter, size)) report_stream(sk, &piece);
}

SEC("?fentry/inet_sendmsg")
int BPF_PROG(network_dns__inet_sendmsg__tcp_out, struct socket* socket, struct msghdr* message) {
  report_sent(socket, message);
  return 0;
}

SEC("?fentry/inet6_sendmsg")
int BPF_PROG(network_dns__inet6_sendmsg__tcp_out6, struct socket* socket, struct msghdr* message) {
  report_sent(socket, message);
  return 0;
}

SEC("?fexit/inet_recvmsg")
int BPF_PROG(network_dns__inet_recvmsg__tcp_in, struct socket* socket, struct msghdr* message,
             unsigned long size, int flags, int received) {
  report_answer_received(socket, message, flags, received);
  return 0;
}

SEC("?fexit/inet6_recvmsg")
int BPF_PROG(network_dns__inet6_recvmsg__tcp_in6, struct socket* socket, struct msghdr* message,
             unsigned long size, int flags, int received) {
  report_answer_received(socket, message, flags, received);
  return 0;
}
