// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Ends that are no IP addresses: the process behind a unix socket, and VSOCK's machines and ports.
#ifndef VEDETTE_SENSOR_BPF_NETWORK_PEER_H_
#define VEDETTE_SENSOR_BPF_NETWORK_PEER_H_

#include "sensor/bpf/network_act.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sock___peer {
  struct pid* sk_peer_pid;
  const struct cred* sk_peer_cred;
};
struct hlist_node___first {
  struct hlist_node___first* next;
};
struct hlist_head___first {
  struct hlist_node___first* first;
};
struct pid___tasks {
  struct hlist_head___first tasks[PIDTYPE_MAX];
};
struct hlist_node___link {
  void *next, **pprev;
};
struct task_struct___links {
  struct hlist_node___link pid_links[PIDTYPE_MAX];
};
// Of the module vsock: known if it is there when the programs are loaded.
struct sockaddr_vm___kernel {
  unsigned int svm_port, svm_cid;
};
struct vsock_sock {
  struct sockaddr_vm___kernel local_addr, remote_addr;
};

#pragma clang attribute pop

enum { SIDE_UNKNOWN = 0, SIDE_CLIENT = 1, SIDE_SERVER = 2 };

// The first process of a pid; null if it has ended.
static __always_inline struct task_struct* task_of(struct pid* pid) {
  struct pid___tasks* of = (void*)pid;
  void* node = BPF_CORE_READ(of, tasks[PIDTYPE_TGID].first);
  if (!node) return 0;
  return node - bpf_core_field_offset(struct task_struct___links, pid_links) -
         PIDTYPE_TGID * bpf_core_type_size(struct hlist_node___link);
}

// Who is at the other end of a connected unix socket: whoever listened there, or connected. The
// kernel notes it when the connection is made, so it holds although the descriptor may have gone to
// another process since. Datagram sockets have none.
static __always_inline void fill_unix_peer(struct wire_socket* to, struct sock* sk) {
  struct sock___peer* own = (void*)sk;
  if (!bpf_core_field_exists(own->sk_peer_pid)) return;
  struct pid* pid = BPF_CORE_READ(own, sk_peer_pid);
  if (!pid) return;
  bpf_core_read(&to->peer_pid, sizeof(to->peer_pid), &pid->numbers[0].nr);
  to->peer_uid = BPF_CORE_READ(own, sk_peer_cred, euid.val);
  struct task_struct* task = task_of(pid);
  if (task) to->peer_exec_id = exec_id_of(task);
}

static __always_inline bool knows_vsock(void) { return bpf_core_type_exists(struct vsock_sock); }

// By probe reads alone: plain loads know no types of modules. A socket without a peer has "any" in
// its place, which is no machine and no port: both stay 0.
static __always_inline void fill_vsock(struct wire_socket* to, struct sock* sk) {
  struct vsock_sock* own = (void*)sk;
  if (!knows_vsock()) return;
  bpf_core_read(&to->local_cid, sizeof(__u32), &own->local_addr.svm_cid);
  bpf_core_read(&to->local_vsock_port, sizeof(__u32), &own->local_addr.svm_port);
  bpf_core_read(&to->remote_cid, sizeof(__u32), &own->remote_addr.svm_cid);
  if (to->remote_cid == VMADDR_CID_ANY) {
    to->remote_cid = 0;
    return;
  }
  bpf_core_read(&to->remote_vsock_port, sizeof(__u32), &own->remote_addr.svm_port);
}

// The ends that the socket knows.
static __always_inline void fill_other_ends(struct wire_socket* to, struct sock* sk) {
  if (to->family == AF_UNIX) fill_unix_peer(to, sk);
  if (to->family == AF_VSOCK) fill_vsock(to, sk);
}

// The socket behind a descriptor of the current task, or null.
static __always_inline struct socket* socket_of(struct task_struct* task, __u32 fd) {
  struct file* file = file_of(task, fd);
  if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT_BITS) != S_IFSOCK_BITS) return 0;
  return BPF_CORE_READ(file, private_data);
}

// The end that a call names.
static __always_inline void set_vsock_peer(struct wire_socket* to, const union address* from) {
  to->remote_cid = from->vm.cid;
  to->remote_vsock_port = from->vm.port;
}
static __always_inline void set_vsock_local(struct wire_socket* to, const union address* from) {
  to->local_cid = from->vm.cid;
  to->local_vsock_port = from->vm.port;
}

#endif  // VEDETTE_SENSOR_BPF_NETWORK_PEER_H_
