// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The same probes are compiled twice. Once to observe, and, with VEDETTE_ENFORCE, once into an
// object of its own (enforce_object) whose programs decide: lsm/<hook> and fmod_ret/security_<hook>
// return what the rules that deny or kill say, before anything has happened, and hand over a record
// only if one of them holds. What a hook is and what its record says stands in one place.
#ifndef VEDETTE_SENSOR_BPF_ENFORCE_H_
#define VEDETTE_SENSOR_BPF_ENFORCE_H_

#include "sensor/bpf/maps.h"
#include "sensor/schema/enforce.h"

// SECURITY: where a module's opinion is asked for. LSM_VERDICT, SECURITY_VERDICT: what a program on
// lsm/<hook>, or there, returns. `result` is what others have said, and stands if they refused.
// 6.12 wants to see that a program that decides returns within [-4095, 0], in all 64 bits.
#ifdef VEDETTE_ENFORCE
typedef long hook_verdict;
#define ENFORCING 1
#define SECURITY "?fmod_ret/security_"
#define LSM_VERDICT(result, report) ((result) ? (result) : (report))
#define SECURITY_VERDICT(result, report) ((result) ? (result) : (report))
#else
typedef int hook_verdict;
#define ENFORCING 0
#define SECURITY "?fexit/security_"
#define LSM_VERDICT(result, report) ((void)(report), (result))
#define SECURITY_VERDICT(result, report) ((void)(report), 0)
#endif

#if ENFORCING
extern struct enforce_state enforcement;

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, ENFORCE_SPARED_MAX);
  __type(key, struct enforce_object);
  __type(value, __u32);
} enforce_spared SEC(".maps") __weak;
// When full, rules on further paths hold for these paths alone; the daemon says so.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, ENFORCE_ALIASES_MAX);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, struct enforce_object);
  __type(value, struct enforce_alias);
} enforce_aliases SEC(".maps") __weak;
// Two rule sets of 256 terms for each kind that can be denied.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 32768);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, struct enforce_term_key);
  __type(value, struct enforce_term);
} enforce_terms SEC(".maps") __weak;

// Two rule sets of 64 traits for each kind that can be denied; no program looks into it.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 8192);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, struct enforce_trait_key);
  __type(value, struct enforce_trait);
} enforce_traits SEC(".maps") __weak;

static __always_inline bool is_daemon(__u64 exec_id) {
  return exec_id == enforcement.daemon_exec_id;
}

// Programs, maps and links of ours, by the numbers that bpf(2) finds them by. Some 200.
struct enforce_id {
  __u32 command;  // BPF_MAP_GET_FD_BY_ID and its like.
  __u32 id;
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, struct enforce_id);
  __type(value, __u32);
} enforce_ids SEC(".maps") __weak;

// The kernel's own threads, the first process, and the daemon. A thread that works for a process
// (of io_uring, of vhost) has its memory, and is no better than it.
static __always_inline bool is_spared(struct task_struct* task, __u32 pid) {
  __u32 flags = BPF_CORE_READ(task, flags);
  if (pid == 1) return true;
  return (flags & PF_KTHREAD) && !(flags & PF_IO_WORKER) && !BPF_CORE_READ(task, mm);
}
#else
static __always_inline bool is_spared(struct task_struct* task, __u32 pid) { return false; }
#endif

#endif  // VEDETTE_SENSOR_BPF_ENFORCE_H_
