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

#include "sensor/schema/classify_mode.h"
#include "sensor/schema/events.h"
#include "sensor/schema/wire.h"

struct classify_vector {
  __u64 words[WIRE_SURVIVOR_WORDS];
};
#define CLASSIFY_TERMS (64 * WIRE_SURVIVOR_WORDS)

// Dimensions. DIMENSION(name, number, what its value is)
#define CLASSIFY_DIMENSIONS(DIMENSION)                                                     \
  DIMENSION(comm, 0, "proc.name: the kernel's comm, NUL-padded to 16 bytes")               \
  DIMENSION(user, 1, "user.uid: the effective user id, a 32-bit number")                   \
  DIMENSION(path, 2, "the object's resolved path, longest prefix")                         \
  DIMENSION(mode, 3, "enum classify_mode bits of the act, an index")                       \
  DIMENSION(port, 4, "fd.rport: the peer's port, host byte order (network kinds)")         \
  DIMENSION(name, 5, "fd.filename: the last part of the path, NUL-padded to 56 bytes")     \
  DIMENSION(own_port, 6, "fd.lport: the own port, host byte order (network kinds)")        \
  DIMENSION(address, 7, "the peer's address, of bind and listen the own; longest prefix")  \
  DIMENSION(exe, 8, "proc.exepath: the program's path at its exec, longest prefix")        \
  DIMENSION(call, 9, "evt.type: the system call in progress (classify_call_key)")          \
  DIMENSION(scope, 10, "container.id: of the program's cgroup, enum classify_scope")       \
  DIMENSION(lineage, 11, "proc.lineage.name: the programs from which it descends, traits") \
  DIMENSION(capability, 12, "thread.cap_effective: capabilities in force, traits")         \
  DIMENSION(container, 13, "what is true of the cgroup and its container, traits")         \
  DIMENSION(target, 14, "the new name of a rename or a link, resolved, longest prefix")
#define CLASSIFY_DIMENSION(name, number, ...) CLASSIFY_##name = number,
enum classify_dimension { CLASSIFY_DIMENSIONS(CLASSIFY_DIMENSION) CLASSIFY_DIMENSION_LIMIT };
#define CLASSIFY_DIMENSION_ROOM 16  // For masking an index.

// The dimensions of the process itself and of the call that it makes, which the kernel folds into
// one vector per process, call and kind (sensor/bpf/process_part.h).
enum classify_scope { CLASSIFY_HOST = 1, CLASSIFY_CONTAINER = 2 };
#define CLASSIFY_OF_PROCESS                                                               \
  (1u << CLASSIFY_comm | 1u << CLASSIFY_user | 1u << CLASSIFY_exe | 1u << CLASSIFY_call | \
   1u << CLASSIFY_scope | 1u << CLASSIFY_lineage | 1u << CLASSIFY_capability |            \
   1u << CLASSIFY_container)

// comm, user, port, own_port, call, scope: one hash map. A number is little-endian in the first
// bytes, the rest is zero. So is what follows a comm's NUL: task->comm may hold the rest of a
// longer, older name there, and a key with it would miss (classify_pad_comm). The port is 0 where
// the peer has none.
struct classify_key {
  __u32 generation;
  __u16 kind;
  __u16 dimension;
  __u8 value[WIRE_COMM_SIZE];
};

// name: a hash map of its own. What is longer than the key is cut, and only its beginning counts.
// Unjudged where the path is, and where the path has no slash in front.
#define CLASSIFY_NAME_MAX 56
struct classify_name_key {
  __u32 generation;
  __u32 kind;
  __u8 name[CLASSIFY_NAME_MAX];
};

// path, exe, address, target: an LPM trie for each, all in one map. Of texts: a prefix ends where
// its text ends; an exact path is a prefix with a NUL behind it. The kernel looks up the path with
// a NUL behind it. A node holds the closure over all shorter prefixes of the same kind, and the
// empty prefix is always there where a term names the dimension: it is the default vector.
//
// A path is *unjudged* if it is not known in full: empty (a failed open has no object, yet a rule's
// fd.name is then the name asked for), truncated, not resolved (WIRE_FLAG_LOOSE_PATH), or longer
// than CLASSIFY_PATH_MAX - 1 bytes. For such an act the dimension is left out of the AND: no term
// may be excluded for a path that was not seen. So with a target. An exe is unjudged if the kernel
// programs did not see the process begin, or if it is longer than CLASSIFY_EXE_MAX - 1 bytes.
// Without a program (a thread of the kernel) it is empty. A scope is unjudged until user space has
// told of the cgroup, a lineage where there was no room to keep it.
//
// An address is a byte 4 or 6, and 4 or 16 bytes of it (::ffff:a.b.c.d is IPv4, as it is for every
// field); a byte 0 alone where there is none. Never unjudged.
#define CLASSIFY_PATH_MAX 240
#define CLASSIFY_EXE_MAX 128
struct classify_path_key {
  __u32 prefix_bits;  // Of what follows: 64 for generation and kind, and 8 a byte of the path.
  __u32 generation;
  __u32 kind;  // CLASSIFY_TRIE
  __u8 path[CLASSIFY_PATH_MAX];
};
enum classify_trie {
  CLASSIFY_TRIE_path = 0,
  CLASSIFY_TRIE_exe = 1,
  CLASSIFY_TRIE_address = 2,
  CLASSIFY_TRIE_target = 3,
  CLASSIFY_TRIE_LIMIT
};
#define CLASSIFY_TRIE(dimension, kind) ((__u32)(kind) | (__u32)CLASSIFY_TRIE_##dimension << 16)

// mode: an array, [kind][mode], for each of the two slots of generations (generation & 1). The mode
// is always part of the AND, so bits that are no term's are zero in the result.
struct classify_kind {
  __u64 used;  // Bit n: a term constrains dimension n. The others need no lookup.
  struct classify_vector defaults[CLASSIFY_DIMENSION_ROOM];  // What a miss yields.
  struct classify_vector alerting;  // Terms of alerting rules: their records go critical.
  // Where rules deny and kill (sensor/schema/enforce.h): terms that deny the act, those of them
  // that kill as well, and those that do not hold for a path, or for a target, that is not judged.
  // A term with neither of the first two only tells what it would have done.
  struct classify_vector denying, killing, failing_open, failing_open_target;
  __u8 errnos[CLASSIFY_TERMS];  // What a denying term makes the act fail with.
  struct classify_vector modes[CLASSIFY_MODES];
};

// The value of a system call: its number, and a byte for WIRE_FLAG_COMPAT. What io_uring does has
// no number. What no kind of event comes from, and the first of a kind's types, are in no table.
CLASSIFY_INLINE void classify_call_key(__s32 number, __u32 flags, __u8 value[WIRE_COMM_SIZE]) {
  const __u32 ring = flags & WIRE_FLAG_IO_URING;
  const __u32 shown = ring ? 0 : (__u32)number;
  for (int i = 0; i < WIRE_COMM_SIZE; i++) value[i] = 0;
  value[0] = (__u8)shown;
  value[1] = (__u8)(shown >> 8);
  value[2] = (__u8)(shown >> 16);
  value[3] = (__u8)(shown >> 24);
  value[4] = ring ? (__u8)WIRE_FLAG_IO_URING : (__u8)(flags & WIRE_FLAG_COMPAT);
}

// Zeroes what follows the first NUL of a comm in two little-endian words. The first zero byte of a
// word is the lowest bit of (x - 01..01) & ~x & 80..80 (Mycroft 1987).
CLASSIFY_INLINE void classify_pad_comm(__u64 comm[2]) {
  for (int i = 0; i < 2; i++) {
    const __u64 zeros = (comm[i] - 0x0101010101010101ull) & ~comm[i] & 0x8080808080808080ull;
    if (!zeros) continue;
    comm[i] &= ((zeros & -zeros) >> 7) - 1;
    if (i == 0) comm[1] = 0;
    return;
  }
}

#endif  // VEDETTE_SENSOR_SCHEMA_CLASSIFY_H_
