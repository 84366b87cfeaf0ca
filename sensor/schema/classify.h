// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The classifier's tables as kernel and user space share them (DESIGN 3). A dimension maps a value
// to the bit vector of the terms of an event kind that the value satisfies; an act's survivors are
// the AND of its dimensions' vectors. Each kind has up to 256 terms. A value that is not in a table
// gets the dimension's default vector: the terms that do not constrain the dimension.
//
// Every key begins with the generation and the kind, so that a new rule set is loaded beside the
// one in force and comes into force by one store (sensor_state.generation).
#ifndef VEDETTE_SENSOR_SCHEMA_CLASSIFY_H_
#define VEDETTE_SENSOR_SCHEMA_CLASSIFY_H_

#include "sensor/schema/events.h"
#include "sensor/schema/wire.h"

struct classify_vector {
  __u64 words[WIRE_SURVIVOR_WORDS];
};
#define CLASSIFY_TERMS (64 * WIRE_SURVIVOR_WORDS)

// Dimensions. DIMENSION(name, number, what its value is)
#define CLASSIFY_DIMENSIONS(DIMENSION)                                       \
  DIMENSION(comm, 0, "proc.name: the kernel's comm, NUL-padded to 16 bytes") \
  DIMENSION(user, 1, "user.uid: the effective user id, a 32-bit number")     \
  DIMENSION(path, 2, "the object's resolved path, longest prefix")           \
  DIMENSION(mode, 3, "enum classify_mode bits of the act, an index")         \
  DIMENSION(port, 4, "fd.rport: the peer's port, host byte order (network kinds)")
#define CLASSIFY_DIMENSION(name, number, ...) CLASSIFY_##name = number,
enum classify_dimension { CLASSIFY_DIMENSIONS(CLASSIFY_DIMENSION) CLASSIFY_DIMENSION_LIMIT };

// The mode is an index into 256 vectors per kind. A bit says that something about the act is so.
// Without a bit for its type a socket is something else: a unix socket, say.
enum classify_mode {
  CLASSIFY_READ = 1,        // evt.is_open_read
  CLASSIFY_WRITE = 2,       // evt.is_open_write
  CLASSIFY_CREATE = 4,      // evt.is_open_create
  CLASSIFY_FAILED = 8,      // result < 0: evt.failed; of an open also fd.num = -1
  CLASSIFY_FILE = 16,       // fd.typechar = f: all that is no directory
  CLASSIFY_DIRECTORY = 32,  // fd.typechar = d
  CLASSIFY_IPV4 = 64,       // fd.typechar = 4
  CLASSIFY_IPV6 = 128,      // fd.typechar = 6
};
#define CLASSIFY_MODES 256

// comm, user, port: one hash map. A number is little-endian in the first bytes, the rest is zero.
// So is what follows a comm's NUL: task->comm may hold the rest of a longer, older name there, and
// a key with it would miss (classify_pad_comm). The port is 0 where the peer has none.
struct classify_key {
  __u32 generation;
  __u16 kind;
  __u16 dimension;
  __u8 value[WIRE_COMM_SIZE];
};

// path: an LPM trie. A prefix ends where its text ends; an exact path is a prefix with a NUL behind
// it. The kernel looks up the path with a NUL behind it. A node holds the closure over all shorter
// prefixes of the same kind, and the empty prefix is always there: it is the default vector. A path
// is *unjudged* if it is not known in full: empty (a failed open has no object, yet a rule's
// fd.name is then the name asked for), truncated, not resolved (WIRE_FLAG_LOOSE_PATH), or longer
// than CLASSIFY_PATH_MAX - 1 bytes. For such an act the dimension is left out of the AND: no term
// may be excluded for a path that was not seen.
#define CLASSIFY_PATH_MAX 240
struct classify_path_key {
  __u32 prefix_bits;  // Of what follows: 64 for generation and kind, and 8 a byte of the path.
  __u32 generation;
  __u32 kind;
  __u8 path[CLASSIFY_PATH_MAX];
};

// mode: an array, [kind][mode], for each of the two slots of generations (generation & 1). The mode
// is always part of the AND, so bits that are no term's are zero in the result.
struct classify_kind {
  struct classify_vector defaults[CLASSIFY_DIMENSION_LIMIT];  // What a miss yields.
  struct classify_vector alerting;  // Terms of alerting rules: their records go critical.
  // Where rules deny and kill (sensor/schema/enforce.h): terms that deny the act, those of them
  // that kill as well, and those that do not hold for a path that is not judged. A term with
  // neither of the first two only tells what it would have done.
  struct classify_vector denying, killing, failing_open;
  __u8 errnos[CLASSIFY_TERMS];  // What a denying term makes the act fail with.
  struct classify_vector modes[CLASSIFY_MODES];
};

#define CLASSIFY_INLINE static inline __attribute__((always_inline, unused))

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
         (created ? (__u32)CLASSIFY_CREATE : 0) | (result < 0 ? (__u32)CLASSIFY_FAILED : 0) |
         (type == 0040000 ? (__u32)CLASSIFY_DIRECTORY : (__u32)CLASSIFY_FILE);
}

// Of an act on an object: `file_mode` as above.
CLASSIFY_INLINE __u32 classify_mode_of_object(__s32 result, __u32 file_mode) {
  return (result < 0 ? (__u32)CLASSIFY_FAILED : 0) |
         ((file_mode & 0170000) == 0040000 ? (__u32)CLASSIFY_DIRECTORY : (__u32)CLASSIFY_FILE);
}

// `family` is that of the address: 2 IPv4, 10 IPv6. An IPv4 address in IPv6's clothes
// (::ffff:a.b.c.d) is IPv4, as it is for every field.
CLASSIFY_INLINE __u32 classify_mode_of_connect(__u32 family, const __u8 address[WIRE_ADDRESS_SIZE],
                                               __s32 result) {
  __u8 differs = (__u8)(address[10] ^ 0xff) | (__u8)(address[11] ^ 0xff);
  for (int i = 0; i < 10; i++) differs |= address[i];
  const __u32 v6 = differs ? (__u32)CLASSIFY_IPV6 : (__u32)CLASSIFY_IPV4;
  return (family == 2 ? (__u32)CLASSIFY_IPV4 : 0) | (family == 10 ? v6 : 0) |
         (result < 0 ? (__u32)CLASSIFY_FAILED : 0);
}

// Zeroes what follows the first NUL.
CLASSIFY_INLINE void classify_pad_comm(__u8 comm[WIRE_COMM_SIZE]) {
  __u8 seen = 0;
  for (int i = 0; i < WIRE_COMM_SIZE; i++) {
    seen |= comm[i] == 0;
    if (seen) comm[i] = 0;
  }
}

#endif  // VEDETTE_SENSOR_SCHEMA_CLASSIFY_H_
