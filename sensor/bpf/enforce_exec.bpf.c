// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Programs that are about to be run. Asked for every file on the way: a script, then its
// interpreter.
#include "sensor/bpf/decide_exec.h"
#include "sensor/bpf/process_types.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct linux_binprm___comm {
  unsigned int comm_from_dentry : 1;
};  // From 6.14 on, for execveat of a descriptor.
#pragma clang attribute pop

static __always_inline int report_exec_of(struct linux_binprm* bprm, bool begun) {
  struct linux_binprm___comm* now = (void*)bprm;
  const char* name = BPF_CORE_READ(bprm, filename);
  if (bpf_core_field_exists(now->comm_from_dentry) &&
      BPF_CORE_READ_BITFIELD_PROBED(now, comm_from_dentry))
    name = 0;
  return report_exec(BPF_CORE_READ(bprm, file), name, begun);
}

SEC("?lsm/bprm_check_security")
hook_verdict BPF_PROG(process_exec__lsm, struct linux_binprm* bprm, int result) {
  return LSM_VERDICT(result, report_exec_of(bprm, false));
}

SEC(SECURITY "bprm_check")
hook_verdict BPF_PROG(process_exec__security, struct linux_binprm* bprm, int result) {
  return SECURITY_VERDICT(result, report_exec_of(bprm, false));
}

// Where nobody is asked, in tracepoint mode: the program has begun, and is killed before its first
// instruction. Whether the act is over is what WIRE_FLAG_ATTEMPT says.
SEC("?tp_btf/sched_process_exec")
int BPF_PROG(process_exec__begun, struct task_struct* task, int old_pid,
             struct linux_binprm* bprm) {
  report_exec_of(bprm, true);
  return 0;
}
