// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Connections: made, under way, or failed. fexit/__sys_connect_file sees the address that the
// kernel copied and the result, io_uring's included. The others are for kernels that lack it, in
// this order.
#include "sensor/bpf/act.h"

// An address as connect(2) takes it. The largest of the families that we report.
union address {
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
  struct {
    __u16 family;
    char path[110];
  } un;  // One byte more than there can be: always ended by a NUL.
};

static __always_inline bool is_reported(__u16 family) {
  return family == AF_UNIX || family == AF_INET || family == AF_INET6;
}

static __always_inline void fill_socket(struct wire_network_connect* e, struct sock* sk) {
  struct sock_common* common = (void*)sk;
  __u16 family = BPF_CORE_READ(common, skc_family);
  e->socket_type = BPF_CORE_READ(sk, sk_type);
  e->protocol = BPF_CORE_READ(sk, sk_protocol);
  e->net_ns = BPF_CORE_READ(common, skc_net.net, ns.inum);
  if (family == AF_INET) {
    e->local_port = BPF_CORE_READ(common, skc_num);
    bpf_core_read(e->local_address, 4, &common->skc_rcv_saddr);
  } else if (family == AF_INET6) {
    e->local_port = BPF_CORE_READ(common, skc_num);
    bpf_core_read(e->local_address, 16, &common->skc_v6_rcv_saddr);
  }
}

static __always_inline void fill_peer(struct wire_network_connect* e, const union address* to) {
  e->family = to->family;
  if (to->family == AF_INET) {
    e->remote_port = __builtin_bswap16(to->v4.port);
    __builtin_memcpy(e->remote_address, to->v4.address, 4);
  } else if (to->family == AF_INET6) {
    e->remote_port = __builtin_bswap16(to->v6.port);
    __builtin_memcpy(e->remote_address, to->v6.address, 16);
  }
}

struct connected {
  struct socket* socket;
  union address* to;
  __s32 result;
  __u8 flags;  // enum wire_flag
};

static __always_inline void report_connect(struct task_struct* task, const struct connected* done) {
  union address* to = done->to;
  if (!is_reported(to->family)) return;  // AF_UNSPEC, which ends an association, and rare families.
  struct act act;
  struct wire_network_connect* e = ACT_BEGIN(&act, task, network_connect);
  if (!e) return;
  e->header.flags |= done->flags;
  e->result = done->result;
  struct socket* socket = done->socket;
  fill_socket(e, BPF_CORE_READ(socket, sk));
  fill_peer(e, to);
  e->socket_ino = BPF_CORE_READ(socket, file, f_inode, i_ino);
  __u32 mode = classify_mode_of_connect(e->family, e->remote_address, e->result);
  if (classify(act.slot, CLASSIFY_HAS_PORT, mode, e->remote_port)) {
    if (to->family == AF_UNIX) {
      if (to->un.path[0] == 0 && to->un.path[1] != 0) to->un.path[0] = '@';
      append_string((void*)e, ACT_ROOM, &e->unix_path, to->un.path, false);
    }
    submit(&e->header, ACT_ROOM, act.count);
  } else {
    act.count->filtered++;
  }
  act_end(&act);
}

static __always_inline __u32 address_size(int size) {
  return size < 0 ? 0 : size > 110 ? 110 : size;
}

static __always_inline void report_kernel_address(struct socket* socket, const void* address,
                                                  int size, int result) {
  union address to = {};
  bpf_probe_read_kernel(&to, address_size(size) & 127, address);
  struct connected done = {.socket = socket, .to = &to, .result = result};
  report_connect((void*)bpf_get_current_task(), &done);
}

SEC("?fexit/__sys_connect_file")
int BPF_PROG(network_connect__sys_connect_file, struct file* file, struct sockaddr_storage* address,
             int size, int flags, int result) {
  report_kernel_address(BPF_CORE_READ(file, private_data), address, size, result);
  return 0;
}

// What security modules are asked: before the attempt, so the result is their verdict.
SEC("?lsm/socket_connect")
int BPF_PROG(network_connect__lsm, struct socket* socket, struct sockaddr_storage* address,
             int size, int result) {
  report_kernel_address(socket, address, size, result);
  return result;
}

SEC("?fexit/security_socket_connect")
int BPF_PROG(network_connect__security, struct socket* socket, struct sockaddr_storage* address,
             int size, int result) {
  report_kernel_address(socket, address, size, result);
  return 0;
}

#define EINPROGRESS_RESULT (-115)

// The peer as the socket knows it, which no thread can rewrite. False if it knows none.
static __always_inline bool peer_of(struct sock* sk, union address* to) {
  struct sock_common* common = (void*)sk;
  __u16 family = BPF_CORE_READ(common, skc_family);
  if (family == AF_INET) {
    to->v4.port = BPF_CORE_READ(common, skc_dport);
    bpf_core_read(to->v4.address, 4, &common->skc_daddr);
  } else if (family == AF_INET6) {
    to->v6.port = BPF_CORE_READ(common, skc_dport);
    bpf_core_read(to->v6.address, 16, &common->skc_v6_daddr);
  } else if (family == AF_UNIX && bpf_core_type_exists(struct unix_sock)) {
    struct unix_sock* own = (void*)sk;
    struct unix_sock* peer = (void*)BPF_CORE_READ(own, peer);
    struct unix_address* name = peer ? BPF_CORE_READ(peer, addr) : 0;
    if (!name) return false;
    bpf_probe_read_kernel(to, address_size(BPF_CORE_READ(name, len)) & 127,
                          (void*)name + bpf_core_field_offset(struct unix_address, name));
  } else {
    return false;
  }
  to->family = family;
  return true;
}

// The last resort: the return of the system call. A failed one leaves no peer in the socket, so its
// address is read from user memory; io_uring passes by.
SEC("?tp_btf/sys_exit")
int BPF_PROG(network_connect__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct task_struct* task = (void*)bpf_get_current_task();
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, is_compat(task));
  struct file* file = file_of(task, (__u32)arg[0]);
  if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT_BITS) != S_IFSOCK_BITS) return 0;
  union address to = {};
  struct socket* socket = BPF_CORE_READ(file, private_data);
  struct sock* sk = BPF_CORE_READ(socket, sk);
  struct connected done = {.socket = socket, .to = &to, .result = (__s32)result};
  bool known = (result == 0 || result == EINPROGRESS_RESULT) && peer_of(sk, &to);
  if (!known) {
    bpf_probe_read_user(&to, address_size(arg[2]) & 127, (void*)arg[1]);
    done.flags = WIRE_FLAG_USER_PATH;
  }
  report_connect(task, &done);
  return 0;
}
