// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Who descends from whom, where acts are decided: kept here once more, for what observers keep ends
// with the daemon.
#include "sensor/bpf/lineage.h"

SEC("?tp_btf/sched_process_fork")
int BPF_PROG(lineage_fork, struct task_struct* parent, struct task_struct* child) {
  if (BPF_CORE_READ(child, pid) == BPF_CORE_READ(child, tgid)) lineage_on_fork(parent, child);
  return 0;
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(lineage_exec_done, struct task_struct* task) {
  lineage_on_exec(task);
  return 0;
}

SEC("?tp_btf/sched_process_exit")
int BPF_PROG(lineage_exit, struct task_struct* task) {
  lineage_on_exit(task);
  return 0;
}

// Read once at the start: of whom nothing is kept yet.
SEC("?iter/task")
int lineage_seen(struct bpf_iter__task* ctx) {
  struct task_struct* task = ctx->task;
  if (task && BPF_CORE_READ(task, pid) == BPF_CORE_READ(task, tgid))
    lineage_of_parents(number_of(task));
  return 0;
}
