// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What a process changes about itself. Names (part "name") are taken where the kernel has copied
// them, which also sees writes to /proc/PID/comm; all else (part "option") is asked of security
// modules.
#include "sensor/bpf/act.h"
#include "sensor/bpf/process_calls.h"
#include "sensor/bpf/process_types.h"

#define COMM_MAX 16
#define ENOSYS_RESULT (-38)

enum prctl_option {
  PR_SET_DUMPABLE = 4,
  PR_SET_KEEPCAPS = 8,
  PR_SET_NAME = 15,
  PR_SET_SECCOMP = 22,
  PR_SET_SECUREBITS = 28,
  PR_SET_MM = 35,
  PR_SET_CHILD_SUBREAPER = 36,
  PR_SET_NO_NEW_PRIVS = 38,
  PR_CAP_AMBIENT = 47,
  PR_SET_PTRACER = 0x59616d61,
};

// Those that hide, disarm or change a process.
static __always_inline bool is_reported_option(int option) {
  switch (option) {
    case PR_SET_DUMPABLE:
    case PR_SET_KEEPCAPS:
    case PR_SET_SECCOMP:
    case PR_SET_SECUREBITS:
    case PR_SET_MM:
    case PR_SET_CHILD_SUBREAPER:
    case PR_SET_NO_NEW_PRIVS:
    case PR_CAP_AMBIENT:
    case PR_SET_PTRACER:
      return true;
  }
  return false;
}

SEC("?tp_btf/task_rename")
int BPF_PROG(process_prctl__task_rename__name, struct task_struct* renamed, const char* name) {
  struct task_struct* task = (void*)bpf_get_current_task();
  if (BPF_CORE_READ(task, flags) & PF_KTHREAD) return 0;  // Kernel threads name what they do.
  if (in_exec(task)) return 0;  // Named after the program: that is process_exec.
  struct act act;
  struct wire_process_prctl* e = ACT_BEGIN(&act, task, process_prctl);
  if (!e) return 0;
  e->option = PR_SET_NAME;
  unsigned long arg[CALL_ARGUMENTS] = {};
  if (current_process_call(task) == PRCTL) {
    current_arguments(task, arg);
    e->arg2 = arg[1];
    e->arg3 = arg[2];
  }
  if (classify(act.slot, 0, classify_mode_of_object(0, 0), 0)) {
    char copy[COMM_MAX] = {};
    bpf_probe_read_kernel_str(copy, sizeof(copy), name);
    append_string((void*)e, ACT_ROOM, &e->new_name, copy, false);
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  act_end(&act);
  return 0;
}

struct prctl_call {
  __u64 arg2, arg3;
  __s32 option, result;
  __u8 wire_flags;
};

static __always_inline void report_prctl(const struct prctl_call* call) {
  if (!is_reported_option(call->option)) return;
  struct act act;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct wire_process_prctl* e = ACT_BEGIN(&act, task, process_prctl);
  if (!e) return;
  e->header.flags |= call->wire_flags;
  e->option = call->option;
  e->arg2 = call->arg2;
  e->arg3 = call->arg3;
  e->result = call->result;
  act_decide(&act, 0, classify_mode_of_object(e->result, 0), 0);
}

// -ENOSYS is how security modules say that they have no opinion.
static __always_inline void report_prctl_asked(int option, __u64 arg2, __u64 arg3, int result) {
  struct prctl_call call = {.arg2 = arg2,
                            .arg3 = arg3,
                            .option = option,
                            .result = result == ENOSYS_RESULT || result > 0 ? 0 : result,
                            .wire_flags = WIRE_FLAG_ATTEMPT};
  report_prctl(&call);
}

SEC("?lsm/task_prctl")
int BPF_PROG(process_prctl__lsm__option, int option, unsigned long arg2, unsigned long arg3,
             unsigned long arg4, unsigned long arg5, int result) {
  report_prctl_asked(option, arg2, arg3, result);
  return result;
}

SEC("?fexit/security_task_prctl")
int BPF_PROG(process_prctl__security__option, int option, unsigned long arg2, unsigned long arg3,
             unsigned long arg4, unsigned long arg5, int result) {
  report_prctl_asked(option, arg2, arg3, result);
  return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(process_prctl__sys_exit__option, struct pt_regs___kernel* regs, long result) {
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, is_compat((void*)bpf_get_current_task()));
  struct prctl_call call = {
      .arg2 = arg[1], .arg3 = arg[2], .option = arg[0], .result = result < 0 ? result : 0};
  report_prctl(&call);
  return 0;
}
