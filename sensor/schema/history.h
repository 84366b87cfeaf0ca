// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// How the records' layouts grew, so that files of older versions are read (sensor/source/
// record_upgrade.h). A layout only grows: a member is never moved, taken away or made larger; what
// was "reserved" may get a meaning for which its old value, zero, is right.
// GROWTH(version, kind, at, bytes): `version` put in `bytes` bytes at offset `at` of the kind's
// struct, as the version before it had it. Zero there has to mean: unknown. A change of a layout
// raises WIRE_VERSION and adds rows here, in order of version, kind and offset; history_test adds
// them up.
#ifndef VEDETTE_SENSOR_SCHEMA_HISTORY_H_
#define VEDETTE_SENSOR_SCHEMA_HISTORY_H_

#define WIRE_VERSION_OLDEST 1  // What can still be read.

// Rows are read as a table.
// clang-format off
// Of a kind whose rows begin with `first` bytes before NETWORK_CONNECT_FIELDS: the peer's identity;
// unix peers and VSOCK ends.
#define WIRE_GROWTH_OF_SOCKET_2(GROWTH, kind, first)                                               \
  GROWTH(2, kind, 128 + first, 8)                                                                  \
  GROWTH(2, kind, 168 + first, 24)
// Standard descriptors; their families and the loader, digest algorithm; the digest.
#define WIRE_GROWTH_OF_PROCESS_2(GROWTH, kind)                                                     \
  GROWTH(2, kind, 192, 24)                                                                         \
  GROWTH(2, kind, 288, 42)                                                                         \
  GROWTH(2, kind, 296, 2)                                                                          \
  GROWTH(2, kind, 320, 4)

#define WIRE_HISTORY(GROWTH)                                                                       \
  WIRE_GROWTH_OF_PROCESS_2(GROWTH, process_exec)                                                   \
  WIRE_GROWTH_OF_PROCESS_2(GROWTH, process_seen)                                                   \
  GROWTH(2, process_credentials, 136, 8)                                                           \
  GROWTH(2, process_credentials, 152, 8)                                                           \
  GROWTH(2, process_credentials, 164, 4)                                                           \
  GROWTH(2, process_credentials, 176, 4)                                                           \
  GROWTH(2, process_credentials, 188, 4)                                                           \
  GROWTH(2, process_credentials, 200, 4)                                                           \
  WIRE_GROWTH_OF_SOCKET_2(GROWTH, network_connect, 0)                                              \
  WIRE_GROWTH_OF_SOCKET_2(GROWTH, network_socket, 0)                                               \
  WIRE_GROWTH_OF_SOCKET_2(GROWTH, network_bind, 0)                                                 \
  WIRE_GROWTH_OF_SOCKET_2(GROWTH, network_listen, 8)                                               \
  WIRE_GROWTH_OF_SOCKET_2(GROWTH, network_accept, 0)                                               \
  WIRE_GROWTH_OF_SOCKET_2(GROWTH, network_send, 8)                                                 \
  WIRE_GROWTH_OF_SOCKET_2(GROWTH, network_receive, 8)                                              \
  WIRE_GROWTH_OF_SOCKET_2(GROWTH, network_dns, 0)                                                  \
  WIRE_GROWTH_OF_SOCKET_2(GROWTH, network_end, 24)
// clang-format on

#endif  // VEDETTE_SENSOR_SCHEMA_HISTORY_H_
