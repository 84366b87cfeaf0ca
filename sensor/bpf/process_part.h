// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The part of the classifier that is about the process: its dimensions are folded into one vector
// for each process and kind of event, so that an act of a process that has done its like before
// costs one look at an array.
//
// What does not change between two execs (the program's path) is kept by exec_id, from exec to
// exit, and handed on at fork. What can change (name, user) is part of what a folded vector is
// known by, and so is the generation: a vector of another rule set is folded anew from the facts.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_PART_H_
#define VEDETTE_SENSOR_BPF_PROCESS_PART_H_

#include "sensor/bpf/maps.h"

static __always_inline void narrow_vector(struct classify_vector* vector,
                                          const struct classify_vector* by) {
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) vector->words[i] &= by->words[i];
}

static __always_inline void narrow_by_key(struct classify_vector* vector,
                                          const struct classify_kind* kind,
                                          const struct classify_key* key) {
  const struct classify_vector* found = bpf_map_lookup_elem(&classify_values, key);
  narrow_vector(vector,
                found ? found : &kind->defaults[key->dimension & (CLASSIFY_DIMENSION_ROOM - 1)]);
}

// The longest prefix of what stands in the key: `size` bytes in the trie of `scope`
// (CLASSIFY_TRIE). Without a node no term names the dimension.
static __always_inline void narrow_by_prefix(struct classify_vector* vector,
                                             struct classify_path_key* key, __u32 generation,
                                             __u32 scope, __u32 size) {
  key->generation = generation;
  key->kind = scope;
  key->prefix_bits = 64 + 8 * size;
  const struct classify_vector* found = bpf_map_lookup_elem(&classify_paths, key);
  if (found) narrow_vector(vector, found);
}

// What is known of a running program. 32 Ki live processes: a host's default pid_max. What has no
// place, or has lost it, is not judged by its program.
struct program_facts {
  __u64 exec_id;
  __u32 exe_size;  // With its NUL; 1: it runs no program.
  __u32 reserved;
  __u8 exe[CLASSIFY_EXE_MAX];
  __u64 seal;  // exec_id again: the place was not given to another program while it was read.
};
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 32768);
  __type(key, __u64);
  __type(value, struct program_facts);
} programs SEC(".maps") __weak;

// Folded vectors, per CPU, by a hash of what they are known by; the newest wins. `busy` and
// `version` tell who was interrupted that the place has changed hands (maps.h: `busy` of a slot).
#define FOLD_PLACES 1024
struct process_fold {
  __u64 busy, version;
  __u64 exec_id;
  __u64 comm[WIRE_COMM_SIZE / 8];
  __u32 generation, uid, kind;
  __u32 unjudged;
  struct classify_vector vector;
};
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, FOLD_PLACES);
  __type(key, __u32);
  __type(value, struct process_fold);
} process_folds SEC(".maps") __weak;

// The part that is kept under (exec_id, comm, uid, generation, kind).
struct process_part {
  struct classify_vector vector;
  __u32 unjudged;  // A dimension that some term names was left out.
};

static __always_inline bool read_fold(const struct process_fold* from, const struct wire_header* h,
                                      __u32 generation, struct process_part* to) {
  const __u64* comm = (const void*)h->comm;
  const volatile __u64* busy = &from->busy;
  const volatile __u64* version = &from->version;
  __u64 before = *version;
  if (*busy || from->exec_id != h->exec_id || from->generation != generation ||
      from->kind != h->kind || from->uid != h->uid || from->comm[0] != comm[0] ||
      from->comm[1] != comm[1])
    return false;
  to->vector = from->vector;
  to->unjudged = from->unjudged;
  return !*busy && *version == before;
}

static __always_inline void write_fold(struct process_fold* to, const struct wire_header* h,
                                       __u32 generation, const struct process_part* part) {
  const __u64* comm = (const void*)h->comm;
  if (!enter_slot(&to->busy)) return;
  COUNT(to->version);
  to->exec_id = h->exec_id;
  to->comm[0] = comm[0];
  to->comm[1] = comm[1];
  to->generation = generation;
  to->uid = h->uid;
  to->kind = h->kind;
  to->unjudged = part->unjudged;
  to->vector = part->vector;
  asm volatile("" ::: "memory");
  leave_slot(&to->busy);
}

// The program's path. `key` is room for it.
static __always_inline void fold_exe(struct process_part* part, const struct wire_header* h,
                                     __u32 generation, struct classify_path_key* key) {
  __u64 exec_id = h->exec_id;
  struct program_facts* facts = bpf_map_lookup_elem(&programs, &exec_id);
  part->unjudged = 1;
  if (!facts) return;
  const volatile __u64 *first = &facts->exec_id, *last = &facts->seal;
  __u32 size = facts->exe_size;
  __builtin_memcpy(key->path, facts->exe, CLASSIFY_EXE_MAX);
  if (*first != exec_id || *last != exec_id || size == 0 || size > CLASSIFY_EXE_MAX) return;
  part->unjudged = 0;
  narrow_by_prefix(&part->vector, key, generation, CLASSIFY_TRIE(exe, h->kind), size);
}

// The same from the facts, without what was folded before.
static __always_inline void fold(struct process_part* part, const struct wire_header* h,
                                 const struct classify_kind* kind, __u32 generation,
                                 struct classify_path_key* path) {
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) part->vector.words[i] = ~0ull;
  part->unjudged = 0;
  struct classify_key key = {.generation = generation, .kind = h->kind};
  if (kind->used & (1u << CLASSIFY_comm)) {
    key.dimension = CLASSIFY_comm;
    __builtin_memcpy(key.value, h->comm, sizeof(key.value));
    narrow_by_key(&part->vector, kind, &key);
  }
  if (kind->used & (1u << CLASSIFY_user)) {
    key.dimension = CLASSIFY_user;
    __builtin_memset(key.value, 0, sizeof(key.value));
    __builtin_memcpy(key.value, &h->uid, sizeof(h->uid));
    narrow_by_key(&part->vector, kind, &key);
  }
  if (kind->used & (1u << CLASSIFY_exe)) fold_exe(part, h, generation, path);
}

static __always_inline void process_part(struct process_part* part, const struct wire_header* h,
                                         const struct classify_kind* kind, __u32 generation,
                                         struct classify_path_key* path) {
  const __u64* comm = (const void*)h->comm;
  __u64 mixed = (h->exec_id ^ comm[0] ^ (comm[1] << 7)) + h->kind * 0xff51afd7ed558ccdull;
  __u32 place = (mixed * 0x9e3779b97f4a7c15ull) >> 54;
  struct process_fold* known = bpf_map_lookup_elem(&process_folds, &place);
  if (known && read_fold(known, h, generation, part)) return;
  fold(part, h, kind, generation, path);
  if (known) write_fold(known, h, generation, part);
}

// Remembers the program of a process: at its exec, and for those that were there before us. The
// slot's buffer holds the path; `exe_size` is its length and 1, or 0 if it is not known in full.
// The entry is put together in the key's place.
static __always_inline void remember_program(struct walk_buffer* walk, __u64 exec_id,
                                             __u32 exe_size) {
  struct program_facts facts = {.exec_id = exec_id, .seal = exec_id};
  if (exe_size > CLASSIFY_EXE_MAX) return;
  facts.exe_size = exe_size;
  __u32 length = exe_size - 1;
  asm volatile("" : "+r"(length));
  if (exe_size > 1 && length < CLASSIFY_EXE_MAX)
    bpf_probe_read_kernel(facts.exe, length, &walk->bytes[walk->start & (WIRE_TEXT_MAX - 1)]);
  if (exe_size) bpf_map_update_elem(&programs, &exec_id, &facts, BPF_ANY);
}

// A new process runs what its creator runs.
static __always_inline void inherit_program(__u64 creator, __u64 child) {
  const struct program_facts* from = bpf_map_lookup_elem(&programs, &creator);
  if (!from) return;
  struct program_facts facts;
  __builtin_memcpy(&facts, from, sizeof(facts));
  if (facts.exec_id != creator || facts.seal != creator) return;
  facts.exec_id = facts.seal = child;
  bpf_map_update_elem(&programs, &child, &facts, BPF_ANY);
}

static __always_inline void forget_program(__u64 exec_id) {
  bpf_map_delete_elem(&programs, &exec_id);
}

#endif  // VEDETTE_SENSOR_BPF_PROCESS_PART_H_
