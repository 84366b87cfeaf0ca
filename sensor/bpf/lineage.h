// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// From which programs a process descends, by exec_id: extended at exec, handed on at fork. Of
// processes that began unseen their parents tell it, as far as there still are any.
//
// Global functions of numbers alone: the verifier looks at each of their loops once.
#ifndef VEDETTE_SENSOR_BPF_LINEAGE_H_
#define VEDETTE_SENSOR_BPF_LINEAGE_H_

#include "sensor/bpf/task.h"
#include "sensor/schema/lineage.h"

// Of live processes alone, and never evicted: whoever starts processes without end must not make
// the past of others unknown. When it is full a process has no lineage, and is not judged by it.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, LINEAGES_MAX);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, __u64);
  __type(value, struct lineage_facts);
} lineages SEC(".maps") __weak;
// What an entry begins as; too large for the stack. Never written.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct lineage_facts);
} lineage_empty SEC(".maps") __weak;

// How far up parents are asked. Deeper ones are beyond what is kept of names anyway.
#define LINEAGE_PARENTS_MAX 64

// Another program from which the process descends.
__weak __attribute__((noinline)) int lineage_add(__u64 exec_id, __u64 first, __u64 second) {
  struct lineage_facts* facts = bpf_map_lookup_elem(&lineages, &exec_id);
  if (!facts || !first) return 0;
  __u32 count = facts->count;
  for (__u32 i = 0; i < LINEAGE_NAMES_MAX; i++) {
    if (i >= count) break;
    if (facts->names[i][0] == first && facts->names[i][1] == second) return 0;
  }
  asm volatile("" : "+r"(count));
  if (count >= LINEAGE_NAMES_MAX) return 0;
  facts->names[count][0] = first;
  facts->names[count][1] = second;
  facts->count = count + 1;
  return 1;
}

// A process of which nothing is known but its name. 0: it is known already, or has no room.
static __always_inline int lineage_begin(__u64 exec_id, __u64 first, __u64 second, bool ready) {
  __u32 only = 0;
  const struct lineage_facts* empty = bpf_map_lookup_elem(&lineage_empty, &only);
  if (!empty || bpf_map_update_elem(&lineages, &exec_id, empty, BPF_NOEXIST)) return 0;
  struct lineage_facts* facts = bpf_map_lookup_elem(&lineages, &exec_id);
  if (!facts) return 0;
  facts->own[0] = first;
  facts->own[1] = second;
  facts->ready = ready;
  return 1;
}

// The process has run a program of the name: `before` became `now`. 0: nothing was known of it.
__weak __attribute__((noinline)) int lineage_exec(__u64 before, __u64 now, __u64 first,
                                                  __u64 second) {
  struct lineage_facts* facts = bpf_map_lookup_elem(&lineages, &before);
  if (!facts || !facts->ready) return 0;
  bpf_map_update_elem(&lineages, &now, facts, BPF_ANY);
  bpf_map_delete_elem(&lineages, &before);
  facts = bpf_map_lookup_elem(&lineages, &now);
  if (!facts || (facts->own[0] == first && facts->own[1] == second)) return 1;
  lineage_add(now, facts->own[0], facts->own[1]);
  facts->own[0] = first;
  facts->own[1] = second;
  return 1;
}

// A pointer as the number that a global function takes.
static __always_inline __u64 number_of(const void* pointer) {
  __u64 number = 0;
  bpf_probe_read_kernel(&number, sizeof(number), &pointer);
  return number;
}

// The parent of a thread group's leader: that of its parent. Addresses; 0: it has none.
__weak __attribute__((noinline)) __u64 lineage_parent_of(__u64 leader) {
  struct task_struct* task = (void*)leader;
  struct task_struct* parent = BPF_CORE_READ(task, real_parent, group_leader);
  return parent && BPF_CORE_READ(parent, tgid) ? number_of(parent) : 0;
}

// The process descends from its parent, where the two have different names. Addresses of leaders.
__weak __attribute__((noinline)) int lineage_add_parent(__u64 exec_id, __u64 parent, __u64 child) {
  struct task_struct *above = (void*)parent, *below = (void*)child;
  __u64 name[2], other[2];
  fill_comm(name, above);
  fill_comm(other, below);
  if (name[0] == other[0] && name[1] == other[1]) return 0;
  return lineage_add(exec_id, name[0], name[1]);
}

// The task, of which nothing is known yet, descends from its parents, nearest first. The address of
// a task; by the names that they have now.
__weak __attribute__((noinline)) int lineage_of_parents(__u64 task) {
  struct task_struct* of = (void*)task;
  __u64 exec_id = exec_id_of(of), at = number_of(BPF_CORE_READ(of, group_leader)), comm[2];
  fill_comm(comm, (struct task_struct*)at);
  if (!lineage_begin(exec_id, comm[0], comm[1], false)) return 0;
  for (int i = 0; i < LINEAGE_PARENTS_MAX; i++) {
    __u64 above = lineage_parent_of(at);
    if (!above) break;
    lineage_add_parent(exec_id, above, at);
    at = above;
  }
  struct lineage_facts* facts = bpf_map_lookup_elem(&lineages, &exec_id);
  if (facts) facts->ready = 1;
  return 1;
}

static __always_inline void lineage_on_exec(struct task_struct* task) {
  __u64 comm[2];
  fill_comm(comm, task);
  if (!lineage_exec(exec_id_before(task), exec_id_of(task), comm[0], comm[1]))
    lineage_of_parents(number_of(task));
}

// Descends from what its creator does, and runs what that runs. True: it is kept.
static __always_inline bool lineage_copy(__u64 creator, __u64 child) {
  const struct lineage_facts* facts = bpf_map_lookup_elem(&lineages, &creator);
  if (!facts || !facts->ready) return false;
  bpf_map_update_elem(&lineages, &child, facts, BPF_ANY);
  return true;
}

static __always_inline void lineage_on_fork(struct task_struct* parent, struct task_struct* child) {
  if (!lineage_copy(exec_id_of(parent), exec_id_of(child))) lineage_of_parents(number_of(child));
}

static __always_inline void lineage_on_exit(struct task_struct* task) {
  __u64 exec_id = exec_id_of(task);
  if (BPF_CORE_READ(task, signal, live.counter) == 0) bpf_map_delete_elem(&lineages, &exec_id);
}

#endif  // VEDETTE_SENSOR_BPF_LINEAGE_H_
