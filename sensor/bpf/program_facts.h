// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What the classifier remembers of a running program, by exec_id: from exec to exit, handed on at
// fork.
#ifndef VEDETTE_SENSOR_BPF_PROGRAM_FACTS_H_
#define VEDETTE_SENSOR_BPF_PROGRAM_FACTS_H_

#include "sensor/bpf/maps.h"

// What is known of a running program. 32 Ki live processes: a host's default pid_max. What has no
// place, or has lost it, is not judged by its program.
struct program_facts {
  __u64 exec_id;
  __u32 exe_size;  // With its NUL; 1: it runs no program.
  __u32 reserved;
  __u64 cgroup;  // Where it was at its exec; 0: not in the hierarchy of version 2.
  __u8 exe[CLASSIFY_EXE_MAX];
  __u64 seal;  // exec_id again: the place was not given to another program while it was read.
};
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 32768);
  __type(key, __u64);
  __type(value, struct program_facts);
} programs SEC(".maps") __weak;

// Remembers the program of a process: at its exec, and for those that were there before us. The
// slot's buffer holds the path; `exe_size` is its length and 1, or 0 if it is not known in full.
// The entry is put together in the key's place.
static __always_inline void remember_program(struct walk_buffer* walk, __u64 exec_id,
                                             __u32 exe_size, __u64 cgroup) {
  struct program_facts facts = {.exec_id = exec_id, .cgroup = cgroup, .seal = exec_id};
  if (exe_size <= CLASSIFY_EXE_MAX) facts.exe_size = exe_size;
  __u32 length = facts.exe_size - 1;
  asm volatile("" : "+r"(length));
  if (facts.exe_size > 1 && length < CLASSIFY_EXE_MAX)
    bpf_probe_read_kernel(facts.exe, length, &walk->bytes[walk->start & (WIRE_TEXT_MAX - 1)]);
  bpf_map_update_elem(&programs, &exec_id, &facts, BPF_ANY);
}

// Remembers what is known of the program for the classifier. The buffer holds the executable's
// path.
static __always_inline void remember_process(const struct wire_process_exec* e,
                                             struct task_struct* task, struct walk_buffer* walk,
                                             __u32 exe_size) {
  bool version_2 = BPF_CORE_READ(task, cgroups, dfl_cgrp, level) > 0;
  remember_program(walk, e->header.exec_id, exe_size, version_2 ? e->header.cgroup_id : 0);
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

#endif  // VEDETTE_SENSOR_BPF_PROGRAM_FACTS_H_
