// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What the daemon tells the programs that enforce (sensor/bpf/enforce.h), and what it leaves in
// the kernel for the next daemon. All of it is pinned and outlives the daemon.
#ifndef VEDETTE_SENSOR_SCHEMA_ENFORCE_H_
#define VEDETTE_SENSOR_SCHEMA_ENFORCE_H_

#include "sensor/schema/classify.h"

// Changes while loaded.
struct enforce_state {
  __u64 daemon_exec_id;  // Spared and protected; 0: no daemon is known.
  __u32 off;             // Not 0: nothing is decided.
  __u32 protects_self;   // Acts against the daemon and what is pinned are denied.
  __u32 aliases;         // How many entries enforce_aliases has: 0 saves the walk.
  __u32 bpffs_dev;       // Device of the file system with the pins, as in stat(2); 0: unknown.
};

// A file or directory, as stat(2) shows it. Whoever runs a spared file decides alone.
struct enforce_object {
  __u64 ino;
  __u32 dev;
  __u32 reserved;
};
#define ENFORCE_SPARED_MAX 256

// Under which path the rules know an object: whatever other path leads to it (a hard link, a bind
// mount, another mount namespace, a parent that was renamed), it is judged by this one as well, and
// so is what lies below it. `size` bytes, without a NUL; the root is empty.
#define ENFORCE_ALIAS_MAX 240
struct enforce_alias {
  __u32 size;
  __u32 generation;  // Of the inode, whose number may come again; 0: any.
  __u32 name;        // Where the last part of the path begins.
  __u32 reserved;
  __u8 path[ENFORCE_ALIAS_MAX];
};
#define ENFORCE_ALIASES_MAX 16384

// What a term stands for, so that a decision can be told by a daemon that has not made the tables.
struct enforce_term_key {
  __u32 generation;
  __u16 kind;
  __u16 term;
};
#define ENFORCE_NAME_MAX 120
struct enforce_term {
  __u8 kills;
  __u8 enforces;  // 0: it only monitors.
  __u16 name_size;
  __u32 reserved;
  __u8 name[ENFORCE_NAME_MAX];  // Of the rule, cut where it is longer.
};

// What a trait of cgroups stands for (CLASSIFY_container, by number as in struct classify_traits):
// the comparison as the rule has it. A longer one is not kept.
struct enforce_trait_key {
  __u32 generation;
  __u16 kind;
  __u16 trait;
};
#define ENFORCE_TRAIT_MAX 248
struct enforce_trait {
  __u32 size;
  __u32 reserved;
  __u8 text[ENFORCE_TRAIT_MAX];
};
// The cgroup that nobody has has a value once those of all others are there.
#define ENFORCE_CGROUPS_COMPLETE 0

// Terms beyond those of rules: what Vedette does for itself.
#define ENFORCE_SELF_NAME "Vedette protects itself"

#endif  // VEDETTE_SENSOR_SCHEMA_ENFORCE_H_
