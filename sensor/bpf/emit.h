// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Pieces of every probe: may we report, and handing the record over.
#ifndef VEDETTE_SENSOR_BPF_EMIT_H_
#define VEDETTE_SENSOR_BPF_EMIT_H_

#include "sensor/bpf/budget.h"
#include "sensor/bpf/enforce.h"
#include "sensor/bpf/maps.h"
#include "sensor/bpf/task.h"
#include "sensor/bpf/text.h"

static __always_inline bool in_scope(struct task_struct* task, __u32 pid) {
  switch (config.scope) {
    case SCOPE_PROCESS_TREE:
      return bpf_map_lookup_elem(&scope_processes, &pid) != 0;
    case SCOPE_CGROUP:
      return bpf_get_current_ancestor_cgroup_id(config.scope_cgroup_level) == config.scope_cgroup;
  }
  return true;
}

// Never report ourselves, nor the helpers that we start.
static __always_inline bool is_self(struct task_struct* task, __u32 pid) {
  return pid == config.self_pid || (__u32)BPF_CORE_READ(task, real_parent, tgid) == config.self_pid;
}

// The counters of the kind if this act of the task is to be reported, else null.
static __always_inline struct sensor_counters* enter(struct task_struct* task, __u32 kind) {
  struct sensor_counters* count = bpf_map_lookup_elem(&counters, &kind);
  if (!count) return 0;
  COUNT(count->called);
  __u32 pid = BPF_CORE_READ(task, tgid);
  if (ENFORCING ? is_spared(task, pid) : is_self(task, pid) || !in_scope(task, pid)) return 0;
  COUNT(count->seen);
  return count;
}

// Hands the record over. `room` bounds its size for the verifier.
static __always_inline void submit(struct wire_header* h, __u32 room,
                                   struct sensor_counters* count) {
  stamp(h);
  __u32 lane = h->lane & 1;
  if (lane == WIRE_LANE_BULK && config.bulk_per_cgroup && !within_budget(h)) {
    COUNT(count->limited);
    return;
  }
  __u32 counted = h->kind * WIRE_LANES + lane;
  __u64* sequence = bpf_map_lookup_elem(&sequences, &counted);
  if (!sequence) return;
  COUNT(*sequence);
  h->sequence = *sequence;  // Preempted in between, two records have one number; none is skipped.
  __u32 size = h->size;
  asm volatile("" : "+r"(size));
  if (size > room) size = room;
  // A wakeup costs more than all the rest, so only a reader that sleeps gets one, for this lane.
  long error;
  if (lane == WIRE_LANE_CRITICAL) {
    __u64 wake = BPF_RB_NO_WAKEUP;
    if (state.reader_sleeps) {
      state.reader_sleeps = 0;
      wake = BPF_RB_FORCE_WAKEUP;
    }
    error = bpf_ringbuf_output(&ring_critical, h, size, wake);
  } else {
    __u64 wake = BPF_RB_NO_WAKEUP;
    if (state.bulk_sleeps) {
      state.bulk_sleeps = 0;
      wake = BPF_RB_FORCE_WAKEUP;
    }
    error = bpf_ringbuf_output(&ring_bulk, h, size, wake);
  }
  if (error)
    COUNT(count->ring_full[lane]);
  else
    COUNT(count->submitted[lane]);
}

#endif  // VEDETTE_SENSOR_BPF_EMIT_H_
