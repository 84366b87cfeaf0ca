// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The maps, shared by all programs of the linked object: __weak, so that each family's object may
// name them. The daemon sets the sizes of the rings and of the classifier's maps before load.
#ifndef VEDETTE_SENSOR_BPF_MAPS_H_
#define VEDETTE_SENSOR_BPF_MAPS_H_

#include "sensor/bpf/kernel_types.h"
#include "sensor/schema/classify_traits.h"
#include "sensor/schema/control.h"
#include "sensor/schema/layout.h"

extern const volatile struct sensor_config config;
extern struct sensor_state state;
extern struct sensor_calls calls;

// A full ring is counted (ring_full); the system call is not affected. Where nobody sets a size it
// is one that every size of pages divides: arm64 has 4, 16 and 64 KiB.
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 65536);
} ring_critical SEC(".maps") __weak, ring_bulk SEC(".maps") __weak;

// A record under construction, per CPU and slot. A tracing program is not entered again on its CPU
// while it runs (from 5.12 on the kernel skips it and counts a miss), but from then on a task can
// be preempted in the middle of one, and another task begin another. So each act takes a free slot
// of its CPU: `busy` counts who is there. Whoever finds none free counts scratch_busy and gives up.
enum scratch_slot {
  SLOT_SMALL_LIMIT = 6,  // Taken by take_slot(); so many acts may be under way on a CPU.
  SLOT_EXEC = SLOT_SMALL_LIMIT,
  SLOT_SEEN,
  SLOT_LIMIT,
};
#define SCRATCH_SMALL 16384
#define SCRATCH_LARGE 32768  // The most that a per-CPU value may have.

struct scratch_small {
  __u64 busy;
  __u8 record[SCRATCH_SMALL - 8];
};
struct scratch_large {
  __u64 busy;
  __u8 record[SCRATCH_LARGE - 8];
};

// Who is alone in a slot may use it. Both may go away again where two came at once: nobody waits.
static __always_inline bool enter_slot(__u64* busy) {
  __sync_fetch_and_add(busy, 1);
  if (*(volatile __u64*)busy == 1) return true;
  __sync_fetch_and_add(busy, -1);
  return false;
}

static __always_inline void leave_slot(__u64* busy) { __sync_fetch_and_add(busy, -1); }

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, SLOT_SMALL_LIMIT);
  __type(key, __u32);
  __type(value, struct scratch_small);
} scratch_small SEC(".maps") __weak;
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, SLOT_LIMIT - SLOT_SMALL_LIMIT);
  __type(key, __u32);
  __type(value, struct scratch_large);
} scratch_large SEC(".maps") __weak;

#include "sensor/bpf/walk_buffer.h"

// By kind.
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, WIRE_KIND_LIMIT);
  __type(key, __u32);
  __type(value, struct sensor_counters);
} counters SEC(".maps") __weak;

// A task can be preempted in the middle of a program, and another one count on the same CPU.
#define COUNT(counter) __sync_fetch_and_add(&(counter), 1)

// By kind and lane: the last sequence number given on this CPU.
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, WIRE_KIND_LIMIT* WIRE_LANES);
  __type(key, __u32);
  __type(value, __u64);
} sequences SEC(".maps") __weak;

// By CPU and place: control.h. Of 1 KiB each, so 128 KiB a CPU; the daemon sets the size, and a
// single place where nothing is to be folded.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __uint(map_flags, BPF_F_MMAPABLE);
  __type(key, __u32);
  __type(value, struct sensor_fold);
} folds SEC(".maps") __weak;

// SCOPE_PROCESS_TREE: the processes of the tree by tgid. 32 Ki live processes: a host's default
// pid_max. When full, a child is not observed and state_full counts it.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 32768);
  __type(key, __u32);
  __type(value, __u32);
} scope_processes SEC(".maps") __weak;

// exec_ids that have ended lately: when the last two threads end at the same time both see that
// none is left.
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1024);
  __type(key, __u64);
  __type(value, __u32);
} ended SEC(".maps") __weak;

#endif  // VEDETTE_SENSOR_BPF_MAPS_H_
