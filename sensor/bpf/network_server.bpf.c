// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Sockets before they have a peer, and connections that come in. Security modules are asked about
// socket, bind and listen, io_uring's included, with the address that the kernel copied. Every
// accept grafts the new connection onto its socket, whatever call or ring asked for it.
#include "sensor/bpf/network_act.h"
#include "sensor/bpf/network_peer.h"

// The socket is whole, but for its file. `type` is without SOCK_CLOEXEC and SOCK_NONBLOCK.
static __always_inline int report_socket(struct socket* socket, int family, int protocol,
                                         int result) {
  struct act act;
  struct wire_network_socket* e = ACT_BEGIN(&act, (void*)bpf_get_current_task(), network_socket);
  if (!e) return 0;
  struct wire_socket* s = SOCKET_IN(e);
  s->result = result;
  s->socket_ino = socket_inode(socket);
  fill_socket(s, BPF_CORE_READ(socket, sk));
  s->family = family;
  if (s->protocol == 0) s->protocol = protocol;
  s->local_port = 0;
  e->header.flags |= WIRE_FLAG_ATTEMPT;
  return decide_socket(&act, s, &e->unix_path, 0);
}

SEC("?lsm/socket_post_create")
hook_verdict BPF_PROG(network_socket__lsm, struct socket* socket, int family, int type,
                      int protocol, int kernel, int result) {
  return LSM_VERDICT(result, !kernel ? report_socket(socket, family, protocol, result) : 0);
}

SEC(SECURITY "socket_post_create")
hook_verdict BPF_PROG(network_socket__security, struct socket* socket, int family, int type,
                      int protocol, int kernel, int result) {
  return SECURITY_VERDICT(result, !kernel ? report_socket(socket, family, protocol, result) : 0);
}

static __always_inline int report_bind(struct socket* socket, const void* address, int size,
                                       int result) {
  struct act act;
  struct wire_network_bind* e = ACT_BEGIN(&act, (void*)bpf_get_current_task(), network_bind);
  if (!e) return 0;
  union address* to = address_room(&act);
  bpf_probe_read_kernel(to, address_size(size), address);
  struct wire_socket* s = SOCKET_IN(e);
  s->result = result;
  s->socket_ino = socket_inode(socket);
  fill_socket(s, BPF_CORE_READ(socket, sk));
  set_local(s, &to->ip);
  if (s->family == AF_VSOCK) set_vsock_local(s, to);
  e->header.flags |= WIRE_FLAG_ATTEMPT;
  return decide_socket(&act, s, &e->unix_path, to);
}

SEC("?lsm/socket_bind")
hook_verdict BPF_PROG(network_bind__lsm, struct socket* socket, struct sockaddr_storage* address,
                      int size, int result) {
  return LSM_VERDICT(result, report_bind(socket, address, size, result));
}

SEC(SECURITY "socket_bind")
hook_verdict BPF_PROG(network_bind__security, struct socket* socket,
                      struct sockaddr_storage* address, int size, int result) {
  return SECURITY_VERDICT(result, report_bind(socket, address, size, result));
}

static __always_inline int report_listen(struct socket* socket, int backlog, int result) {
  struct act act;
  struct wire_network_listen* e = ACT_BEGIN(&act, (void*)bpf_get_current_task(), network_listen);
  if (!e) return 0;
  struct sock* sk = BPF_CORE_READ(socket, sk);
  struct wire_socket* s = SOCKET_IN(e);
  s->result = result;
  s->socket_ino = socket_inode(socket);
  fill_socket(s, sk);
  if (s->family == AF_VSOCK) fill_vsock(s, sk);
  e->backlog = backlog;
  e->header.flags |= WIRE_FLAG_ATTEMPT;
  union address* own = address_room(&act);
  if (s->family == AF_UNIX) unix_name(sk, own);
  return decide_socket(&act, s, &e->unix_path, own);
}

SEC("?lsm/socket_listen")
hook_verdict BPF_PROG(network_listen__lsm, struct socket* socket, int backlog, int result) {
  return LSM_VERDICT(result, report_listen(socket, backlog, result));
}

SEC(SECURITY "socket_listen")
hook_verdict BPF_PROG(network_listen__security, struct socket* socket, int backlog, int result) {
  return SECURITY_VERDICT(result, report_listen(socket, backlog, result));
}

// Of a unix socket the name is that of the socket that listened: whoever connects rarely has one.
static __always_inline int report_accept(struct sock* sk, struct socket* socket) {
  struct act act;
  struct wire_network_accept* e = ACT_BEGIN(&act, (void*)bpf_get_current_task(), network_accept);
  if (!e) return 0;
  struct wire_socket s = {.socket_ino = socket_inode(socket), .side = SIDE_SERVER};
  fill_socket(&s, sk);
  fill_peer(&s, sk);
  fill_other_ends(&s, sk);
  SET_SOCKET(e, &s);
  union address* own = address_room(&act);
  if (s.family == AF_UNIX) unix_name(sk, own);
  return decide_socket(&act, &s, &e->unix_path, own);
}

SEC("?fentry/security_sock_graft")
int BPF_PROG(network_accept__graft, struct sock* sk, struct socket* socket) {
  report_accept(sk, socket);
  return 0;
}

SEC("?lsm/sock_graft")
int BPF_PROG(network_accept__lsm, struct sock* sk, struct socket* socket) {
  report_accept(sk, socket);
  return 0;
}
