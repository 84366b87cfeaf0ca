// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The end of TCP connections. It comes about in whatever context the last packet arrives in, so the
// owner is remembered while it acts: when it connects (the state becomes SYN_SENT in its call) and
// when it accepts; of a connection that is older than the sensor when it closes its side. Who was
// never seen to act on a connection cannot be named, and there is no record of its end.
#include "sensor/bpf/network_act.h"
#include "sensor/bpf/network_peer.h"

struct owner {
  __u64 exec_id;
  __u64 cgroup_id;
  __u64 start_ns;  // 0: not seen.
  __u64 socket_ino;
  __u32 pid, tid, uid, gid;
  __u32 side, reserved;
  __u8 comm[WIRE_COMM_SIZE] __attribute__((aligned(8)));
};

// By socket. 16 Ki connections, the least used give way: the end of one that was forgotten is not
// reported.
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 16384);
  __type(key, __u64);
  __type(value, struct owner);
} connection_owners SEC(".maps");

// `side` is unknown where the connection did not begin here.
static __always_inline void remember_owner(const struct sock* sk, struct socket* socket,
                                           __u32 side) {
  struct task_struct* task = (void*)bpf_get_current_task();
  __u32 pid = BPF_CORE_READ(task, tgid);
  if (is_self(task, pid) || !in_scope(task, pid)) return;
  struct owner owner = {
      .exec_id = exec_id_of(task),
      .cgroup_id = cgroup_id_of(task),
      .start_ns = side != SIDE_UNKNOWN ? bpf_ktime_get_boot_ns() : 0,
      .socket_ino = socket_inode(socket),
      .pid = pid,
      .tid = BPF_CORE_READ(task, pid),
      .uid = BPF_CORE_READ(task, cred, euid.val),
      .gid = BPF_CORE_READ(task, cred, egid.val),
      .side = side,
  };
  fill_comm(owner.comm, task);
  __u64 key = (__u64)sk;
  bpf_map_update_elem(&connection_owners, &key, &owner, side ? BPF_ANY : BPF_NOEXIST);
}

// As act_begin, for an owner who need not be running.
static __always_inline struct wire_network_end* begin_end(struct act* act,
                                                          const struct owner* owner) {
  __u32 kind = WIRE_network_end;
  act->count = bpf_map_lookup_elem(&counters, &kind);
  if (!act->count) return 0;
  COUNT(act->count->called);
  COUNT(act->count->seen);
  int slot = take_slot(kind);
  if (slot < 0) return 0;
  act->slot = slot;
  act->scratch = bpf_map_lookup_elem(&scratch_small, &act->slot);
  act->walk = walk_buffer_of(act->slot);
  if (!act->scratch || !act->walk) return 0;  // Never: the slot is there.
  struct wire_network_end* e = (void*)act->scratch->record;
  __builtin_memset(e, 0, sizeof(*e));
  struct wire_header* h = &e->header;
  h->size = sizeof(*e);
  h->kind = kind;
  h->lane = WIRE_LANE_CRITICAL;
  h->time_ns = bpf_ktime_get_boot_ns();
  h->exec_id = owner->exec_id;
  h->cgroup_id = owner->cgroup_id;
  h->pid = owner->pid;
  h->tid = owner->tid;
  h->uid = owner->uid;
  h->gid = owner->gid;
  h->cpu = bpf_get_smp_processor_id();
  h->repeats = 1;
  h->syscall = -1;
  __builtin_memcpy(h->comm, owner->comm, sizeof(h->comm));
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) h->survivors[i] = ~0ull;
  return e;
}

// The kernel's counts contain the numbers that SYN and FIN take in the sequence: not the peer's
// bytes. What was confirmed is at most what was sent; a FIN that has arrived counts for one.
static __always_inline void fill_bytes(struct wire_network_end* e, const struct sock* sk) {
  struct tcp_sock* tcp = (void*)sk;
  struct sock_common___more* common = (void*)sk;
  __u64 sent = BPF_CORE_READ(tcp, bytes_sent);
  __u64 confirmed = BPF_CORE_READ(tcp, bytes_acked);
  __u64 received = BPF_CORE_READ(tcp, bytes_received);
  e->bytes_sent = confirmed < sent ? confirmed : sent;
  if (received && (BPF_CORE_READ(common, skc_flags) & SOCK_DONE_BIT)) received--;
  e->bytes_received = received;
}

static __always_inline void report_end(struct sock* sk, const struct owner* owner) {
  struct act act;
  struct wire_network_end* e = begin_end(&act, owner);
  if (!e) return;
  struct sock___more* more = (void*)sk;
  struct wire_socket s = {.socket_ino = owner->socket_ino, .side = owner->side};
  s.result = -BPF_CORE_READ(more, sk_err);
  fill_socket(&s, sk);
  fill_peer(&s, sk);
  struct inet_sock* inet = (void*)sk;  // The other copy of the port is already given back.
  s.local_port = __builtin_bswap16(BPF_CORE_READ(inet, inet_sport));
  SET_SOCKET(e, &s);
  fill_bytes(e, sk);
  if (owner->start_ns) e->duration_ns = e->header.time_ns - owner->start_ns;
  decide_socket(&act, &s, &e->unix_path, 0);
}

// Runs in the owner's context where it opens or closes, anywhere else at the end.
SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(network_end__set_state__end, struct sock* sk, int from, int to) {
  struct sock___more* more = (void*)sk;
  if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP_NUMBER) return 0;
  if (to == STATE_SYN_SENT) {
    remember_owner(sk, BPF_CORE_READ(more, sk_socket), SIDE_CLIENT);
  } else if (to == STATE_FIN_WAIT1 || to == STATE_LAST_ACK) {
    remember_owner(sk, BPF_CORE_READ(more, sk_socket), SIDE_UNKNOWN);
  } else if (to == STATE_CLOSE) {
    __u64 key = (__u64)sk;
    struct owner* owner = bpf_map_lookup_elem(&connection_owners, &key);
    if (!owner) return 0;
    // A connect that failed was never a connection.
    if (from != STATE_SYN_SENT && from != STATE_CLOSE) report_end(sk, owner);
    bpf_map_delete_elem(&connection_owners, &key);
  }
  return 0;
}

// A connection that was reset before it is accepted has ended already: nothing would forget it.
static __always_inline void remember_accepted(struct sock* sk, struct socket* socket) {
  struct sock_common___more* common = (void*)sk;
  if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP_NUMBER) return;
  if (BPF_CORE_READ(common, skc_state) == STATE_CLOSE) return;
  remember_owner(sk, socket, SIDE_SERVER);
}

SEC("?fentry/security_sock_graft")
int BPF_PROG(network_end__graft__accept, struct sock* sk, struct socket* socket) {
  remember_accepted(sk, socket);
  return 0;
}

SEC("?lsm/sock_graft")
int BPF_PROG(network_end__lsm__accept, struct sock* sk, struct socket* socket) {
  remember_accepted(sk, socket);
  return 0;
}
