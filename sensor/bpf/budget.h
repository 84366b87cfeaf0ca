// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// A cgroup's share of the bulk lane: a flood of one cannot push out what others send.
#ifndef VEDETTE_SENSOR_BPF_BUDGET_H_
#define VEDETTE_SENSOR_BPF_BUDGET_H_

#include "sensor/bpf/maps.h"

// How much each cgroup has put into the bulk lane lately. 4 Ki busy cgroups; one that is evicted
// begins anew.
struct cgroup_budget {
  __u64 since_ns;  // Begin of the present stretch.
  __u64 used;      // Records in it.
};
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 4096);
  __type(key, __u64);
  __type(value, struct cgroup_budget);
} cgroup_budgets SEC(".maps") __weak;

// Whether the record's cgroup may put one more into the bulk lane. Counted in stretches of a tenth
// of a second; CPUs that count at the same time may let some more through.
#define BUDGET_STRETCH_NS 100000000ull
static __always_inline bool within_budget(const struct wire_header* h) {
  __u64 cgroup = h->cgroup_id;
  struct cgroup_budget* budget = bpf_map_lookup_elem(&cgroup_budgets, &cgroup);
  if (!budget) {
    struct cgroup_budget fresh = {.since_ns = h->time_ns, .used = 1};
    bpf_map_update_elem(&cgroup_budgets, &cgroup, &fresh, BPF_ANY);
    return true;
  }
  if (h->time_ns - budget->since_ns > BUDGET_STRETCH_NS) {
    budget->since_ns = h->time_ns;
    budget->used = 0;
  }
  __sync_fetch_and_add(&budget->used, 1);
  return budget->used <= (config.bulk_per_cgroup + 9) / 10;
}

#endif  // VEDETTE_SENSOR_BPF_BUDGET_H_
