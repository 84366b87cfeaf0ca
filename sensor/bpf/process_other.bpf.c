// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What a process does to others: it looks into them, or sends them signals.
#include "sensor/bpf/act.h"
#include "sensor/bpf/process_calls.h"
#include "sensor/bpf/process_types.h"

#define SIGHUP_NUMBER 1
#define SIGCONT_NUMBER 18
#define PTRACE_MODE_ATTACH_BIT 2
#define PTRACE_MODE_READ_BIT 1
#define PTRACE_TRACEME_REQUEST 0
#define PTRACE_ATTACH_REQUEST 16
#define PTRACE_SEIZE_REQUEST 0x4206

struct look {
  struct task_struct* target;  // Null: only its pid is known.
  __u32 pid;
  __u32 mode;
  __s32 result;
  __u8 wire_flags;
  bool traceme;
};

static __always_inline int report_look(const struct look* look) {
  struct act act;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct wire_process_ptrace* e = ACT_BEGIN(&act, task, process_ptrace);
  if (!e) return 0;
  e->header.flags |= look->wire_flags;
  e->target_pid = look->pid;
  struct task_struct* target = look->target;
  if (target) {
    e->target_pid = BPF_CORE_READ(target, tgid);
    e->target_exec_id = exec_id_of(target);
  }
  MARK_AGAINST_SELF(act.walk, target && !look->traceme && is_daemon(e->target_exec_id));
  e->access_mode = look->mode;
  e->result = look->result;
  e->traceme = look->traceme;
  return act_decide(&act, 0, classify_mode_of_object(e->result, 0), 0);
}

// ps and its like ask for every process of the host whether they may read: left out.
static __always_inline int report_process_access(struct task_struct* child, __u32 mode,
                                                 int result) {
  if (!(mode & PTRACE_MODE_ATTACH_BIT)) {
    enum process_call call = current_process_call((void*)bpf_get_current_task());
    if (call != PTRACE && call != PROCESS_VM && call != PIDFD_GETFD) return 0;
  }
  struct look look = {
      .target = child, .mode = mode, .result = result, .wire_flags = WIRE_FLAG_ATTEMPT};
  return report_look(&look);
}

static __always_inline int report_traceme(struct task_struct* parent, int result) {
  struct look look = {
      .target = parent, .result = result, .wire_flags = WIRE_FLAG_ATTEMPT, .traceme = true};
  return report_look(&look);
}

SEC("?lsm/ptrace_access_check")
hook_verdict BPF_PROG(process_ptrace__lsm__access, struct task_struct* child, unsigned int mode,
                      int result) {
  return LSM_VERDICT(result, report_process_access(child, mode, result));
}

SEC("?lsm/ptrace_traceme")
hook_verdict BPF_PROG(process_ptrace__lsm__traceme, struct task_struct* parent, int result) {
  return LSM_VERDICT(result, report_traceme(parent, result));
}

SEC(SECURITY "ptrace_access_check")
hook_verdict BPF_PROG(process_ptrace__security__access, struct task_struct* child,
                      unsigned int mode, int result) {
  return SECURITY_VERDICT(result, report_process_access(child, mode, result));
}

SEC(SECURITY "ptrace_traceme")
hook_verdict BPF_PROG(process_ptrace__security__traceme, struct task_struct* parent, int result) {
  return SECURITY_VERDICT(result, report_traceme(parent, result));
}

// The task that the current one began to trace last.
static __always_inline struct task_struct* last_traced(struct task_struct* task) {
  struct task_struct___act* now = (void*)task;
  void* entry = BPF_CORE_READ(now, ptraced.next);
  void* end = (void*)now + bpf_core_field_offset(struct task_struct___act, ptraced);
  if (!entry || entry == end) return 0;
  return entry - bpf_core_field_offset(struct task_struct___act, ptrace_entry);
}

// As the caller counts them: the host's only outside of pid namespaces.
static __always_inline __u32 host_pid(struct task_struct* task, unsigned long pid) {
  return BPF_CORE_READ(task, thread_pid, level) == 0 ? pid : 0;
}

// The last resort. /proc/PID/mem and pidfd_getfd pass by.
SEC("?tp_btf/sys_exit")
int BPF_PROG(process_ptrace__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct task_struct* task = (void*)bpf_get_current_task();
  struct task_struct___act* now = (void*)task;
  bool compat = is_compat(task);
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, compat);
  struct look look = {.mode = PTRACE_MODE_ATTACH_BIT, .result = result < 0 ? result : 0};
  if (process_call_of(call_number(regs), compat) == PROCESS_VM) {
    look.pid = host_pid(task, arg[0]);
  } else if (arg[0] == PTRACE_TRACEME_REQUEST) {
    look.mode = 0;
    look.traceme = true;
    look.target = BPF_CORE_READ(now, parent);
  } else if (arg[0] == PTRACE_ATTACH_REQUEST || arg[0] == PTRACE_SEIZE_REQUEST) {
    look.pid = host_pid(task, arg[1]);
    if (result == 0) look.target = last_traced(task);
  } else {
    return 0;
  }
  report_look(&look);
  return 0;
}

struct sent {
  struct task_struct* target;
  __u32 signal;
  __s32 result;
  __u8 wire_flags;
};

static __always_inline int report_signal(const struct sent* sent) {
  struct act act;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct wire_process_signal* e = ACT_BEGIN(&act, task, process_signal);
  if (!e) return 0;
  e->header.flags |= sent->wire_flags;
  struct task_struct* target = sent->target;
  e->target_exec_id = exec_id_of(target);
  e->target_pid = BPF_CORE_READ(target, tgid);
  // Reloading its rules and going on harm nobody.
  MARK_AGAINST_SELF(act.walk, is_daemon(e->target_exec_id) && sent->signal != SIGHUP_NUMBER &&
                                  sent->signal != SIGCONT_NUMBER);
  e->signal = sent->signal;
  e->result = sent->result;
  return act_decide(&act, 0, classify_mode_of_object(e->result, 0), 0);
}

static __always_inline bool is_other(struct task_struct* target) {
  struct task_struct* task = (void*)bpf_get_current_task();
  return BPF_CORE_READ(target, tgid) != BPF_CORE_READ(task, tgid);
}

// Signal 0 only asks whether the process is there.
static __always_inline int report_kill(struct task_struct* target, int signal, int result) {
  if (signal == 0 || !is_other(target)) return 0;
  struct sent sent = {
      .target = target, .signal = signal, .result = result, .wire_flags = WIRE_FLAG_ATTEMPT};
  return report_signal(&sent);
}

SEC("?lsm/task_kill")
hook_verdict BPF_PROG(process_signal__lsm__asked, struct task_struct* target,
                      struct kernel_siginfo* info, int signal, const struct cred* cred,
                      int result) {
  return LSM_VERDICT(result, report_kill(target, signal, result));
}

SEC(SECURITY "task_kill")
hook_verdict BPF_PROG(process_signal__security__asked, struct task_struct* target,
                      struct kernel_siginfo* info, int signal, const struct cred* cred,
                      int result) {
  return SECURITY_VERDICT(result, report_kill(target, signal, result));
}

#define SIGNAL_LOST 3  // TRACE_SIGNAL_OVERFLOW_FAIL
#define EAGAIN_RESULT (-11)

static __always_inline int report_generated(struct task_struct* target, int signal, int lost) {
  struct sent sent = {.target = target, .signal = signal};
  if (lost == SIGNAL_LOST) sent.result = EAGAIN_RESULT;
  return report_signal(&sent);
}

// Without security modules: what was sent, not what was refused.
SEC("?tp_btf/signal_generate")
int BPF_PROG(process_signal__signal_generate__asked, int signal, struct kernel_siginfo* info,
             struct task_struct* target, int group, int lost) {
  if (!is_other(target)) return 0;
  if (current_process_call((void*)bpf_get_current_task()) != SEND_SIGNAL) return 0;
  report_generated(target, signal, lost);
  return 0;
}

// Signals that a process has the kernel send without asking whether it may: writing cgroup.kill.
// Such a signal carries no information, which is 0 in place of a pointer; 1 are those that the
// kernel sends for itself. Read as a number, since the verifier takes a pointer for a valid one.
SEC("?tp_btf/signal_generate")
int BPF_PROG(process_signal__signal_generate__unasked, int signal, struct kernel_siginfo* info,
             struct task_struct* target, int group, int lost) {
  __u64 information = 1;
  bpf_probe_read_kernel(&information, sizeof(information), &ctx[1]);
  if (information != 0 || !is_other(target)) return 0;
  struct task_struct* task = (void*)bpf_get_current_task();
  if (BPF_CORE_READ(task, flags) & PF_KTHREAD) return 0;
  if (current_process_call(task) == SEND_SIGNAL) return 0;  // 7.x sends those of kill(2) so, too.
  report_generated(target, signal, lost);
  return 0;
}
