// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The last resort of the network family: returns of system calls. What succeeded is read from the
// kernel's socket; what failed, and the peer of a datagram, from user memory, which may have
// changed since. Not seen: io_uring, i386's socketcall(2), and read(2) and write(2) on sockets.
#include "sensor/bpf/network_first.h"
#include "sensor/bpf/network_peer.h"

// Numbers of calls that share a handler with others.
#define SOCKETPAIR_NUMBER(compat) NUMBER_HERE(compat, 53, 360, 199, 288)
#define SENDTO_NUMBER(compat) NUMBER_HERE(compat, 44, 369, 206, 290)
#define RECVFROM_NUMBER(compat) NUMBER_HERE(compat, 45, 371, 207, 292)

static __always_inline __s32 failure_of(long returned) {
  return returned < 0 ? (__s32)returned : 0;
}

static __always_inline void report_made(struct task_struct* task, __u32 fd) {
  struct socket* socket = socket_of(task, fd);
  if (!socket) return;
  struct act act;
  struct wire_network_socket* e = ACT_BEGIN(&act, task, network_socket);
  if (!e) return;
  struct wire_socket s = {.socket_ino = socket_inode(socket)};
  fill_socket(&s, BPF_CORE_READ(socket, sk));
  SET_SOCKET(e, &s);
  decide_socket(&act, &s, &e->unix_path, 0);
}

static __always_inline void report_not_made(struct task_struct* task, const unsigned long* arg,
                                            long returned) {
  struct act act;
  struct wire_network_socket* e = ACT_BEGIN(&act, task, network_socket);
  if (!e) return;
  struct wire_socket s = {
      .result = failure_of(returned),
      .family = arg[0],
      .socket_type = arg[1] & SOCK_TYPE_BITS,
      .protocol = arg[2],
  };
  SET_SOCKET(e, &s);
  decide_socket(&act, &s, &e->unix_path, 0);
}

// socket(family, type, protocol) returns a descriptor; socketpair(..., descriptors) makes two.
SEC("?tp_btf/sys_exit")
int BPF_PROG(network_socket__sys_exit, struct pt_regs___kernel* regs, long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  bool compat = is_compat(task);
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, compat);
  if (returned < 0) {
    report_not_made(task, arg, returned);
  } else if (call_number(regs) == SOCKETPAIR_NUMBER(compat)) {
    __u32 pair[2] = {};
    bpf_probe_read_user(pair, sizeof(pair), (void*)arg[3]);
    report_made(task, pair[0]);
    report_made(task, pair[1]);
  } else {
    report_made(task, (__u32)returned);
  }
  return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(network_bind__sys_exit, struct pt_regs___kernel* regs, long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, is_compat(task));
  struct socket* socket = socket_of(task, (__u32)arg[0]);
  if (!socket) return 0;
  struct act act;
  struct wire_network_bind* e = ACT_BEGIN(&act, task, network_bind);
  if (!e) return 0;
  struct sock* sk = BPF_CORE_READ(socket, sk);
  struct wire_socket s = {.result = failure_of(returned), .socket_ino = socket_inode(socket)};
  fill_socket(&s, sk);
  union address* to = address_room(&act);
  // What was bound the socket tells, but for VSOCK on kernels without the types of modules (5.10).
  if (returned < 0 || (s.family == AF_VSOCK && !knows_vsock())) {
    bpf_probe_read_user(to, address_size(arg[2]), (void*)arg[1]);
    set_local(&s, &to->ip);
    e->header.flags |= WIRE_FLAG_USER_PATH;
    if (s.family == AF_VSOCK) set_vsock_local(&s, to);
  } else if (s.family == AF_UNIX) {
    unix_name(sk, to);
  } else if (s.family == AF_VSOCK) {
    fill_vsock(&s, sk);
  }
  SET_SOCKET(e, &s);
  decide_socket(&act, &s, &e->unix_path, to);
  return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(network_listen__sys_exit, struct pt_regs___kernel* regs, long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, is_compat(task));
  struct socket* socket = socket_of(task, (__u32)arg[0]);
  if (!socket) return 0;
  struct act act;
  struct wire_network_listen* e = ACT_BEGIN(&act, task, network_listen);
  if (!e) return 0;
  struct sock* sk = BPF_CORE_READ(socket, sk);
  struct wire_socket s = {.result = failure_of(returned), .socket_ino = socket_inode(socket)};
  fill_socket(&s, sk);
  if (s.family == AF_VSOCK) fill_vsock(&s, sk);
  SET_SOCKET(e, &s);
  e->backlog = (__s32)arg[1];
  union address* own = address_room(&act);
  if (s.family == AF_UNIX) unix_name(sk, own);
  decide_socket(&act, &s, &e->unix_path, own);
  return 0;
}

// An accept that failed has no connection: usually none was waiting.
SEC("?tp_btf/sys_exit")
int BPF_PROG(network_accept__sys_exit, struct pt_regs___kernel* regs, long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  struct socket* socket = returned < 0 ? 0 : socket_of(task, (__u32)returned);
  if (!socket) return 0;
  struct act act;
  struct wire_network_accept* e = ACT_BEGIN(&act, task, network_accept);
  if (!e) return 0;
  struct sock* sk = BPF_CORE_READ(socket, sk);
  struct wire_socket s = {.socket_ino = socket_inode(socket), .side = SIDE_SERVER};
  fill_socket(&s, sk);
  fill_peer(&s, sk);
  fill_other_ends(&s, sk);
  SET_SOCKET(e, &s);
  union address* own = address_room(&act);
  if (s.family == AF_UNIX) unix_name(sk, own);
  decide_socket(&act, &s, &e->unix_path, own);
  return 0;
}

struct user_message {
  void* name;
  __u32 name_size;
};
struct user_message_compat {
  __u32 name;
  __u32 name_size;
};

// The address in a struct msghdr, which is also how a struct mmsghdr begins.
static __always_inline void* name_in_message(const void* message, bool compat) {
  if (compat) {
    struct user_message_compat small = {};
    bpf_probe_read_user(&small, sizeof(small), message);
    return small.name_size ? (void*)(unsigned long)small.name : 0;
  }
  struct user_message large = {};
  bpf_probe_read_user(&large, sizeof(large), message);
  return large.name_size ? large.name : 0;
}

// Where the address of the peer is, or null: (fd, data, size, flags, address, ...) or (fd, message,
// ...).
static __always_inline void* name_of_call(const unsigned long* arg, bool with_message,
                                          bool compat) {
  return with_message ? name_in_message((void*)arg[1], compat) : (void*)arg[4];
}

// Puts the socket together; false if it is none of datagrams.
static __always_inline bool read_datagram(struct wire_socket* s, struct task_struct* task, __u32 fd,
                                          const void* name) {
  struct socket* socket = socket_of(task, fd);
  if (!socket) return false;
  struct sock* sk = BPF_CORE_READ(socket, sk);
  if (!has_datagrams(sk)) return false;
  s->socket_ino = socket_inode(socket);
  fill_socket(s, sk);
  union ip_name peer = {};
  if (!name || bpf_probe_read_user(&peer, sizeof(peer), name) != 0)
    fill_peer(s, sk);
  else
    set_peer(s, &peer);
  return true;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(network_send__sys_exit, struct pt_regs___kernel* regs, long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  bool compat = is_compat(task);
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, compat);
  void* name = name_of_call(arg, call_number(regs) != SENDTO_NUMBER(compat), compat);
  struct wire_socket s = {.result = failure_of(returned)};
  if (!read_datagram(&s, task, (__u32)arg[0], name)) return 0;
  __u8 flags = name ? WIRE_FLAG_USER_PATH : 0;
  REPORT_FIRST(network_send, task, &s, returned < 0 ? 0 : (__u64)returned, flags);
  return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(network_receive__sys_exit, struct pt_regs___kernel* regs, long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  if (returned < 0) return 0;
  bool compat = is_compat(task);
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, compat);
  void* name = name_of_call(arg, call_number(regs) != RECVFROM_NUMBER(compat), compat);
  struct wire_socket s = {};
  if (!read_datagram(&s, task, (__u32)arg[0], name)) return 0;
  __u8 flags = name ? WIRE_FLAG_USER_PATH : 0;
  REPORT_FIRST(network_receive, task, &s, (__u64)returned, flags);
  return 0;
}
