// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The classifier's tables as kernel and user space share them (DESIGN 3). A dimension maps a value to the bit
// vector of the terms of an event kind that the value satisfies; an act's survivors are the AND of its dimensions'
// vectors. Each kind has up to 256 terms. A value that is not in a table gets the dimension's default
// vector: the terms that do not constrain the dimension.
//
// Every key begins with the generation and the kind, so that a new rule set is loaded beside the one in force and
// comes into force by one store (classify_state.generation).
#ifndef VEDETTE_SENSOR_SCHEMA_CLASSIFY_H_
#define VEDETTE_SENSOR_SCHEMA_CLASSIFY_H_

#include "sensor/schema/events.h"
#include "sensor/schema/wire.h"

struct classify_vector {
  __u64 words[WIRE_SURVIVOR_WORDS];
};

// Dimensions. DIMENSION(name, number, what its value is)
#define CLASSIFY_DIMENSIONS(DIMENSION)                                                \
  DIMENSION(comm, 0, "proc.name: the kernel's comm, NUL-padded to 16 bytes")          \
  DIMENSION(user, 1, "user.uid: the effective user id, a 32-bit number")              \
  DIMENSION(path, 2, "the object's resolved path, longest prefix (file kinds)")       \
  DIMENSION(mode, 3, "enum classify_mode bits of the act, an index")                  \
  DIMENSION(port, 4, "fd.rport: the peer's port, host byte order (network kinds)")
#define CLASSIFY_DIMENSION(name, number, ...) CLASSIFY_##name = number,
enum classify_dimension { CLASSIFY_DIMENSIONS(CLASSIFY_DIMENSION) CLASSIFY_DIMENSION_LIMIT };

// The mode is an index into 256 vectors per kind. A bit says that something about the act is so.
enum classify_mode {
  CLASSIFY_READ = 1,     // evt.is_open_read
  CLASSIFY_WRITE = 2,    // evt.is_open_write
  CLASSIFY_CREATE = 4,   // evt.is_open_create
  CLASSIFY_FAILED = 8,   // result < 0: evt.failed, fd.num < 0
  CLASSIFY_REGULAR = 16, // fd.typechar = f
  CLASSIFY_DIRECTORY = 32,  // fd.typechar = d
  CLASSIFY_IPV4 = 64,    // fd.typechar = 4
  CLASSIFY_IPV6 = 128,   // fd.typechar = 6. Neither and not a file: something else, unix included.
};
#define CLASSIFY_MODES 256

// comm, user, port: one hash map. A number is little-endian in the first bytes, the rest is zero.
struct classify_key {
  __u32 generation;
  __u16 kind;
  __u16 dimension;
  __u8 value[WIRE_COMM_SIZE];
};

// path: an LPM trie. A prefix ends where its text ends; an exact path is a prefix with a NUL behind it. The
// kernel looks up the path with a NUL behind it, cut to CLASSIFY_PATH_MAX - 1 bytes. A node holds the closure over
// all shorter prefixes of the same kind, and the empty prefix is always there: it is the default vector. A path
// that is longer or truncated gets the kind's `unjudged` path vector: all terms.
#define CLASSIFY_PATH_MAX 240
struct classify_path_key {
  __u32 prefix_bits;  // Of what follows: 64 for generation and kind, and 8 a byte of the path.
  __u32 generation;
  __u32 kind;
  __u8 path[CLASSIFY_PATH_MAX];
};

// mode: an array, [kind][mode], for each of the two slots of generations (generation & 1).
struct classify_kind {
  struct classify_vector defaults[CLASSIFY_DIMENSION_LIMIT];  // What a miss yields.
  struct classify_vector alerting;  // Terms of rules that alert: their records take the critical lane.
  struct classify_vector modes[CLASSIFY_MODES];
};

#endif  // VEDETTE_SENSOR_SCHEMA_CLASSIFY_H_
