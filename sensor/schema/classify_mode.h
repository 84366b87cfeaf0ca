// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The dimension `mode` of the classifier (classify.h): what an act is like, in eight bits.
#ifndef VEDETTE_SENSOR_SCHEMA_CLASSIFY_MODE_H_
#define VEDETTE_SENSOR_SCHEMA_CLASSIFY_MODE_H_

#include "sensor/schema/wire.h"

// The mode is an index into 256 vectors per kind. A bit says that something about the act is so.
// Without a bit for its type a socket is something else: a unix socket, say. Of an act on a socket
// the lower bits mean other things.
enum classify_mode {
  CLASSIFY_READ = 1,        // evt.is_open_read
  CLASSIFY_WRITE = 2,       // evt.is_open_write
  CLASSIFY_CREATE = 4,      // evt.is_open_create
  CLASSIFY_FAILED = 8,      // result < 0: evt.failed; of an open also fd.num = -1
  CLASSIFY_FILE = 16,       // fd.typechar = f: all that is no directory
  CLASSIFY_DIRECTORY = 32,  // fd.typechar = d
  CLASSIFY_DENIED = 64,     // EPERM or EACCES: evt.res, evt.rawres
  CLASSIFY_TCP = 1,         // fd.l4proto
  CLASSIFY_UDP = 2,
  CLASSIFY_RAW = 4,
  CLASSIFY_SOCKET_DENIED = 16,
  CLASSIFY_ICMP = 32,
  CLASSIFY_IPV4 = 64,   // fd.typechar = 4
  CLASSIFY_IPV6 = 128,  // fd.typechar = 6
};
#define CLASSIFY_MODES 256

#define CLASSIFY_INLINE static inline __attribute__((always_inline, unused))

CLASSIFY_INLINE __u32 classify_mode_of_result(__s32 result, __u32 denied) {
  return (result < 0 ? (__u32)CLASSIFY_FAILED : 0) | (result == -1 || result == -13 ? denied : 0);
}

// The modes of acts, for the kernel, for replay and for the fields of rules alike (evt.is_open_read
// and its like must mean the same bits, or the kernel drops what a rule wants). `flags` are those
// of open(2), whether it failed or not; O_PATH counts as reading, as in Falco; access mode 3 is
// neither. `file_mode` is 0 without an object, which counts as a file, as in Falco.
CLASSIFY_INLINE __u32 classify_mode_of_open(__u32 flags, __u32 created, __s32 result,
                                            __u32 file_mode) {
  const __u32 access = flags & 3;
  const __u32 type = file_mode & 0170000;
  return (access == 0 || access == 2 ? (__u32)CLASSIFY_READ : 0) |
         (access == 1 || access == 2 ? (__u32)CLASSIFY_WRITE : 0) |
         (created ? (__u32)CLASSIFY_CREATE : 0) | classify_mode_of_result(result, CLASSIFY_DENIED) |
         (type == 0040000 ? (__u32)CLASSIFY_DIRECTORY : (__u32)CLASSIFY_FILE);
}

// Of an act on an object: `file_mode` as above.
CLASSIFY_INLINE __u32 classify_mode_of_object(__s32 result, __u32 file_mode) {
  return classify_mode_of_result(result, CLASSIFY_DENIED) |
         ((file_mode & 0170000) == 0040000 ? (__u32)CLASSIFY_DIRECTORY : (__u32)CLASSIFY_FILE);
}

// ::ffff:a.b.c.d
CLASSIFY_INLINE __u32 classify_is_mapped(const __u8 address[WIRE_ADDRESS_SIZE]) {
  __u8 differs = (__u8)(address[10] ^ 0xff) | (__u8)(address[11] ^ 0xff);
  for (int i = 0; i < 10; i++) differs |= address[i];
  return !differs;
}

// fd.l4proto as a bit; where the number is 0, the type of the socket tells.
CLASSIFY_INLINE __u32 classify_mode_of_protocol(__u32 protocol, __u32 socket_type) {
  if (protocol == 6) return CLASSIFY_TCP;
  if (protocol == 17) return CLASSIFY_UDP;
  if (protocol == 1 || protocol == 58) return CLASSIFY_ICMP;
  if (protocol == 255) return CLASSIFY_RAW;
  if (protocol != 0) return 0;
  if (socket_type == 1) return CLASSIFY_TCP;
  if (socket_type == 2) return CLASSIFY_UDP;
  return socket_type == 3 ? (__u32)CLASSIFY_RAW : 0;
}

// Of an act on a socket. `family` is that of the address: 2 IPv4, 10 IPv6. An IPv4 address in
// IPv6's clothes is IPv4, as it is for every field.
CLASSIFY_INLINE __u32 classify_mode_of_socket(__u32 family, const __u8 address[WIRE_ADDRESS_SIZE],
                                              __s32 result, __u32 protocol, __u32 socket_type) {
  const __u32 v6 = classify_is_mapped(address) ? (__u32)CLASSIFY_IPV4 : (__u32)CLASSIFY_IPV6;
  const __u32 ip =
      family == 2 || family == 10 ? classify_mode_of_protocol(protocol, socket_type) : 0;
  return (family == 2 ? (__u32)CLASSIFY_IPV4 : 0) | (family == 10 ? v6 : 0) | ip |
         classify_mode_of_result(result, CLASSIFY_SOCKET_DENIED);
}

// The key of an address (classify_path_key): what is in `raw`, in network byte order, becomes the
// key's bytes in `key`. Their number. `raw` must not be on a kernel program's stack.
CLASSIFY_INLINE __u32 classify_address_key(__u32 family, const __u8 raw[WIRE_ADDRESS_SIZE],
                                           __u8 key[1 + WIRE_ADDRESS_SIZE]) {
  for (int i = 0; i < WIRE_ADDRESS_SIZE; i++) {
    key[1 + i] = raw[i];
    asm volatile("" ::: "memory");  // Byte by byte: all at once they would take a place each.
  }
  key[0] = family == 2 ? 4 : family == 10 ? 6 : 0;
  if (family == 10 && classify_is_mapped(raw)) {
    key[0] = 4;
    for (int i = 0; i < 4; i++) key[1 + i] = raw[12 + i];
  }
  return key[0] == 4 ? 5 : key[0] == 6 ? 17 : 1;
}

#endif  // VEDETTE_SENSOR_SCHEMA_CLASSIFY_MODE_H_
