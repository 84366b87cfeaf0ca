// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Connections: made, under way, or failed. fexit/__sys_connect_file sees the address that the
// kernel copied and the result, io_uring's included. The others are for kernels that lack it, in
// this order.
#include "sensor/bpf/network_act.h"
#include "sensor/bpf/network_peer.h"

static __always_inline bool is_reported_family(__u16 family) {
  return family == AF_UNIX || family == AF_VSOCK || is_ip(family);
}

struct connected {
  struct socket* socket;
  union address* to;  // Null: it is in the kernel's memory, at `address`.
  const void* address;
  int size;
  __s32 result;
  __u8 flags;  // enum wire_flag
};

static __always_inline int report_connect(struct task_struct* task, const struct connected* done) {
  __u16 family = 0;
  if (done->to)
    family = done->to->family;
  else if (done->size >= (int)sizeof(family))
    bpf_probe_read_kernel(&family, sizeof(family), done->address);
  // Not AF_UNSPEC, which ends an association, and rare families.
  if (!is_reported_family(family)) return 0;
  struct act act;
  struct wire_network_connect* e = ACT_BEGIN(&act, task, network_connect);
  if (!e) return 0;
  union address* to = address_room(&act);
  if (done->to)
    *to = *done->to;
  else
    bpf_probe_read_kernel(to, address_size(done->size), done->address);
  struct socket* socket = done->socket;
  struct wire_socket* s = SOCKET_IN(e);
  s->result = done->result;
  s->socket_ino = socket_inode(socket);
  s->side = SIDE_CLIENT;
  struct sock* sk = BPF_CORE_READ(socket, sk);
  fill_socket(s, sk);
  set_peer(s, &to->ip);
  s->family = to->family;
  if (s->result == 0 || s->family == AF_VSOCK) fill_other_ends(s, sk);
  if (s->family == AF_VSOCK) set_vsock_peer(s, to);
  e->header.flags |= done->flags;
  return decide_socket(&act, s, &e->unix_path, to);
}

static __always_inline int report_kernel_address(struct socket* socket, const void* address,
                                                 int size, int result, __u8 flags) {
  struct connected done = {
      .socket = socket, .address = address, .size = size, .result = result, .flags = flags};
  return report_connect((void*)bpf_get_current_task(), &done);
}

SEC("?fexit/__sys_connect_file")
int BPF_PROG(network_connect__sys_connect_file__call, struct file* file,
             struct sockaddr_storage* address, int size, int flags, int result) {
  report_kernel_address(BPF_CORE_READ(file, private_data), address, size, result, 0);
  return 0;
}

// What security modules are asked: before the attempt, so the result is their verdict.
SEC("?lsm/socket_connect")
hook_verdict BPF_PROG(network_connect__lsm__call, struct socket* socket,
                      struct sockaddr_storage* address, int size, int result) {
  return LSM_VERDICT(result,
                     report_kernel_address(socket, address, size, result, WIRE_FLAG_ATTEMPT));
}

SEC(SECURITY "socket_connect")
hook_verdict BPF_PROG(network_connect__security__call, struct socket* socket,
                      struct sockaddr_storage* address, int size, int result) {
  return SECURITY_VERDICT(result,
                          report_kernel_address(socket, address, size, result, WIRE_FLAG_ATTEMPT));
}

// TCP Fast Open: a send that connects. No hook of connect(2) is on its way.
static __always_inline int report_fast_open(struct socket* socket, struct msghdr* message,
                                            int result) {
  if (!(BPF_CORE_READ(message, msg_flags) & MSG_FASTOPEN_FLAG)) return 0;
  struct sock* sk = BPF_CORE_READ(socket, sk);
  struct sock_common___more* common = (void*)sk;
  if (BPF_CORE_READ(sk, sk_type) != SOCK_STREAM_TYPE) return 0;
  if (BPF_CORE_READ(common, skc_state) != STATE_CLOSE) return 0;
  const void* address = BPF_CORE_READ(message, msg_name);
  if (!address) return 0;
  return report_kernel_address(socket, address, BPF_CORE_READ(message, msg_namelen), result,
                               WIRE_FLAG_ATTEMPT);
}

SEC("?lsm/socket_sendmsg")
hook_verdict BPF_PROG(network_connect__lsm__fast_open, struct socket* socket,
                      struct msghdr* message, int size, int result) {
  return LSM_VERDICT(result, report_fast_open(socket, message, result));
}

SEC(SECURITY "socket_sendmsg")
hook_verdict BPF_PROG(network_connect__security__fast_open, struct socket* socket,
                      struct msghdr* message, int size, int result) {
  return SECURITY_VERDICT(result, report_fast_open(socket, message, result));
}

#define EINPROGRESS_RESULT (-115)

// The peer as the socket knows it, which no thread can rewrite. False if it knows none.
static __always_inline bool peer_of(struct sock* sk, union address* to) {
  struct sock_common* common = (void*)sk;
  __u16 family = BPF_CORE_READ(common, skc_family);
  if (family == AF_INET) {
    to->ip.v4.port = BPF_CORE_READ(common, skc_dport);
    bpf_core_read(to->ip.v4.address, 4, &common->skc_daddr);
  } else if (family == AF_INET6) {
    to->ip.v6.port = BPF_CORE_READ(common, skc_dport);
    bpf_core_read(to->ip.v6.address, 16, &common->skc_v6_daddr);
  } else if (family == AF_UNIX && bpf_core_type_exists(struct unix_sock)) {
    struct unix_sock* own = (void*)sk;
    if (!unix_name(BPF_CORE_READ(own, peer), to)) return false;
  } else {
    return false;
  }
  to->family = family;
  return family == AF_UNIX || to->ip.v4.port != 0;  // Without a port: the association has ended.
}

// The last resort: the return of the system call. A failed one leaves no peer in the socket, so its
// address is read from user memory; io_uring passes by.
SEC("?tp_btf/sys_exit")
int BPF_PROG(network_connect__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct task_struct* task = (void*)bpf_get_current_task();
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, is_compat(task));
  struct socket* socket = socket_of(task, (__u32)arg[0]);
  if (!socket) return 0;
  union address to = {};
  struct connected done = {.socket = socket, .to = &to, .result = (__s32)result};
  bool known =
      (result == 0 || result == EINPROGRESS_RESULT) && peer_of(BPF_CORE_READ(socket, sk), &to);
  if (!known) {
    bpf_probe_read_user(&to, address_size(arg[2]), (void*)arg[1]);
    done.flags = WIRE_FLAG_USER_PATH;
  }
  report_connect(task, &done);
  return 0;
}
