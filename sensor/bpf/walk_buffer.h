// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Where an act is put together: its path, and what the classifier looks up. Part of maps.h, which
// says what a slot is.
#ifndef VEDETTE_SENSOR_BPF_WALK_BUFFER_H_
#define VEDETTE_SENSOR_BPF_WALK_BUFFER_H_

// Where a path is put together from its end, and what the classifier looks up; by slot, guarded by
// the record's `busy`.
#define WALK_SLACK 256
struct walk_buffer {
  __u32 start;
  __u32 name;          // Where the last part begins; 0: the path has none.
  __u64 from, mount;   // Where a walk begins, as numbers (walk.h),
  __u64 at, at_mount;  // and where it is.
  // Where this object enforces: a second place that the act is judged by, or 0; whether it is
  // against the daemon, or what keeps it in the kernel; and the verdict, 0 or an errno.
  __u64 second_from, second_mount, actor[2];  // Who acts: struct enforce_object.
  __u32 against_self, verdict;
  __u32 exchanged;          // The places change their names: each is the other's new one.
  __u32 target_generation;  // Where this object observes: of which rule set of_target is; 0: none.
  __u64 first_from, first_mount;  // The first place, while the second is judged.
  struct classify_vector either;  // Terms that hold for one of the places, or of the programs.
  struct classify_vector of_program;
  struct classify_vector of_target;
  __u8 bytes[WIRE_TEXT_MAX + WALK_SLACK];
  // What is looked up, and what is found; not on the stack, of which there is too little.
  struct classify_path_key key;
  struct classify_key value;
  struct classify_name_key last_part;
  struct classify_vector found;
  // Of who acts, where a term asks: capabilities in force, its cgroup.
  struct fold_facts {
    __u64 capabilities;
    __u64 traits;     // Of the dimension that is being looked at.
    __u32 container;  // Or what else a vector is known by: CONTAINER_OF_ACTOR.
    __u32 known;      // No dimension of the process was left out.
  } facts;
  // CLASSIFY_HAS_PEER: the address that the act names, network byte order.
  __u32 family;
  __u8 address[WIRE_ADDRESS_SIZE];
  __u64 named[16];  // union address: as the call has it.
};
// Behind those of the slots a second one for each: for the program of who acts, where this object
// enforces.
#define WALK_BUFFERS (2 * SLOT_LIMIT)
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, WALK_BUFFERS);
  __type(key, __u32);
  __type(value, struct walk_buffer);
} walk_buffers SEC(".maps") __weak;

static __always_inline struct walk_buffer* walk_buffer_of(__u32 slot) {
  return bpf_map_lookup_elem(&walk_buffers, &slot);
}

#endif  // VEDETTE_SENSOR_BPF_WALK_BUFFER_H_
