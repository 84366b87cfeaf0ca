// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Cgroups of version 2, made and removed, in a ring of their own: whose they are the daemon knows
// before a program begins in them, and nothing is kept of those that are gone. Tracepoints, which
// every mode has; they cost nothing but where a cgroup is made or removed.
#include "sensor/bpf/emit.h"
#include "sensor/schema/cgroups.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, SENSOR_CGROUP_RING);
} ring_cgroups SEC(".maps");

// Who watches one process tree hears of what that makes. Of hierarchies of version 1 nobody hears.
static __always_inline bool is_followed(struct cgroup* cgroup) {
  __u32 pid = bpf_get_current_pid_tgid() >> 32;
  if (config.scope == SCOPE_PROCESS_TREE && !bpf_map_lookup_elem(&scope_processes, &pid))
    return false;
  return BPF_CORE_READ(cgroup, root, hierarchy_id) == 0;
}

SEC("?tp_btf/cgroup_mkdir")
int BPF_PROG(cgroup_made, struct cgroup* cgroup, const char* path) {
  if (!is_followed(cgroup)) return 0;
  struct sensor_cgroup* made = bpf_ringbuf_reserve(&ring_cgroups, sizeof(*made), 0);
  if (!made) return 0;
  made->id = BPF_CORE_READ(cgroup, kn, id);
  made->removed = 0;
  long size = bpf_probe_read_kernel_str(made->path, sizeof(made->path), path);
  made->path_size = size > 0 ? size : 0;
  bpf_ringbuf_submit(made, 0);
  return 0;
}

// No process can be in it any more.
SEC("?tp_btf/cgroup_rmdir")
int BPF_PROG(cgroup_removed, struct cgroup* cgroup, const char* path) {
  if (!is_followed(cgroup)) return 0;
  struct {
    __u64 id;
    __u32 removed, path_size;
  } gone = {.id = BPF_CORE_READ(cgroup, kn, id), .removed = 1};
  bpf_ringbuf_output(&ring_cgroups, &gone, sizeof(gone), 0);
  return 0;
}
