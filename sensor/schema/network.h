// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Rows of the network family. A socket says the same of itself in all of them:
// NETWORK_CONNECT_FIELDS.
#ifndef VEDETTE_SENSOR_SCHEMA_NETWORK_H_
#define VEDETTE_SENSOR_SCHEMA_NETWORK_H_

// Rows are read as a table.
// clang-format off
// The kinds of the family: events.h says what the columns are.
#define NETWORK_EVENTS(EVENT)                                                                      \
  EVENT(network_connect, 20, "connect", "net", "A socket was connected, or failed to connect")     \
  EVENT(network_socket, 40, "socket,socketpair", "net", "A socket was made")                       \
  EVENT(network_bind, 41, "bind", "net", "A socket is to get an address")                          \
  EVENT(network_listen, 42, "listen", "net", "A socket is to take connections")                    \
  EVENT(network_accept, 43, "accept4,accept", "net", "A connection came in")                       \
  EVENT(network_send, 44, "sendto,sendmsg,sendmmsg", "net", "The first datagram goes to a peer")   \
  EVENT(network_receive, 45, "recvfrom,recvmsg,recvmmsg", "net",                                   \
      "The first datagram comes from a peer")                                                      \
  EVENT(network_dns, 46, "dns", "net", "A DNS question or answer")                                 \
  EVENT(network_end, 47, "close", "net", "A connection is over")

#define NETWORK_CONNECT_FIELDS(NUM, TEXT, BYTES)                                                   \
  NUM(__u64, socket_ino, kUnsigned, "fd.socket_ino", "", "Inode of the socket")                    \
  NUM(__u64, peer_exec_id, kUnsigned, "fd.peer.exec_id", "",                                       \
      "Identity of the program at the other end of a unix socket; 0 if unknown")                   \
  BYTES(WIRE_ADDRESS_SIZE, remote_address, kAddress, "fd.rip", "destination.ip",                   \
      "Peer's address")                                                                            \
  BYTES(WIRE_ADDRESS_SIZE, local_address, kAddress, "fd.lip", "source.ip",                         \
      "Own address, 0 if not bound yet")                                                           \
  NUM(__s32, result, kSigned, "evt.rawres", "", "0 or -errno (EINPROGRESS: under way)")            \
  NUM(__u32, net_ns, kUnsigned, "fd.net_ns", "",                                                   \
      "Network namespace of the socket (inode number)")                                            \
  NUM(__u32, peer_pid, kSigned, "fd.peer.pid", "",                                                 \
      "Process id of the other end of a unix socket: who listened, or who connected")              \
  NUM(__u32, peer_uid, kUnsigned, "fd.peer.uid", "",                                               \
      "Effective user id of that process when it listened or connected")                           \
  NUM(__u32, remote_cid, kUnsigned, "fd.vsock.rcid", "",                                           \
      "VSOCK: the peer's machine (context id: 1 this one, 2 the host of a guest)")                 \
  NUM(__u32, local_cid, kUnsigned, "fd.vsock.lcid", "", "VSOCK: the own machine's context id")     \
  NUM(__u32, remote_vsock_port, kUnsigned, "fd.vsock.rport", "", "VSOCK: the peer's port")         \
  NUM(__u32, local_vsock_port, kUnsigned, "fd.vsock.lport", "", "VSOCK: the own port")             \
  NUM(__u16, family, kUnsigned, "fd.family", "",                                                   \
      "Address family: 1 unix, 2 IPv4, 10 IPv6, 40 VSOCK")                                         \
  NUM(__u16, socket_type, kUnsigned, "fd.socket_type", "",                                         \
      "Socket type: 1 stream, 2 datagram, ...")                                                    \
  NUM(__u16, protocol, kUnsigned, "fd.protocol", "network.iana_number", "IP protocol number")      \
  NUM(__u16, remote_port, kPort, "fd.rport", "destination.port", "Peer's port")                    \
  NUM(__u16, local_port, kPort, "fd.lport", "source.port", "Own port, 0 if not bound yet")         \
  NUM(__u16, side, kUnsigned, "", "",                                                              \
      "Which side of a connection this is: 1 it connected, 2 it accepted, 0 unknown")              \
  TEXT(unix_path, 128, kPath, "fd.unix_path", "",                                                  \
      "Name of a unix socket; an abstract one begins with @")

#define WIRE_ROWS_network_listen(NUM, TEXT, BYTES)                                                 \
  NUM(__s32, backlog, kSigned, "listen.backlog", "", "Connections that may wait")                  \
  NUM(__u32, listen_reserved, kUnsigned, "", "", "Zero")                                           \
  NETWORK_CONNECT_FIELDS(NUM, TEXT, BYTES)

// The first datagram to, or from, a peer.
#define NETWORK_DATA_FIELDS(NUM, TEXT, BYTES)                                                      \
  NUM(__u64, bytes, kUnsigned, "data.bytes", "", "Bytes of this message")                          \
  NETWORK_CONNECT_FIELDS(NUM, TEXT, BYTES)

// A DNS message, over UDP or TCP (there without the length in front); engine/enrich reads it.
#define WIRE_ROWS_network_dns(NUM, TEXT, BYTES)                                                    \
  NETWORK_CONNECT_FIELDS(NUM, TEXT, BYTES)                                                         \
  NUM(__u32, answer, kBool, "dns.is_answer", "", "It came from the server")                        \
  TEXT(payload, 2048, kBytes, "", "", "The message, as it was sent")

// A TCP connection is over. The process is the one that connected or accepted.
#define WIRE_ROWS_network_end(NUM, TEXT, BYTES)                                                    \
  NUM(__u64, bytes_sent, kUnsigned, "conn.bytes_sent", "source.bytes",                             \
      "Bytes that the peer has confirmed")                                                         \
  NUM(__u64, bytes_received, kUnsigned, "conn.bytes_received", "destination.bytes",                \
      "Bytes received")                                                                            \
  NUM(__u64, duration_ns, kDuration, "conn.duration", "event.duration",                            \
      "From connect or accept to the end")                                                         \
  NETWORK_CONNECT_FIELDS(NUM, TEXT, BYTES)

// Kinds that share their rows.
#define WIRE_ROWS_network_connect NETWORK_CONNECT_FIELDS
#define WIRE_ROWS_network_socket NETWORK_CONNECT_FIELDS
#define WIRE_ROWS_network_bind NETWORK_CONNECT_FIELDS
#define WIRE_ROWS_network_accept NETWORK_CONNECT_FIELDS
#define WIRE_ROWS_network_send NETWORK_DATA_FIELDS
#define WIRE_ROWS_network_receive NETWORK_DATA_FIELDS
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_NETWORK_H_
