// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Lockdown is asked, and the clock is set.
#include "sensor/bpf/act.h"
#include "sensor/bpf/kernel_family_types.h"

// As far as kernels disagree: those who lack one count what follows it lower.
enum lockdown_reason {
  LOCKDOWN_DEVICE_TREE,
  LOCKDOWN_BPF_WRITE_USER,
  LOCKDOWN_DBG_WRITE_KERNEL,
  LOCKDOWN_RTAS_ERROR_INJECTION,
  LOCKDOWN_XEN_USER_ACTIONS,
  LOCKDOWN_DBG_READ_KERNEL,
};

#define SKIP_IF_LACKING(reason, name, number)                                                     \
  if ((reason) >= (number) && !bpf_core_enum_value_exists(enum lockdown_reason, LOCKDOWN_##name)) \
  (reason)++

// The number that 6.1 and later give it, so that a rule means the same on every kernel. From the
// lowest up: each step has the numbers below it in order.
static __always_inline __u32 stable_reason(__u32 reason) {
  SKIP_IF_LACKING(reason, DEVICE_TREE, 10);
  SKIP_IF_LACKING(reason, BPF_WRITE_USER, 17);
  SKIP_IF_LACKING(reason, DBG_WRITE_KERNEL, 18);
  SKIP_IF_LACKING(reason, RTAS_ERROR_INJECTION, 19);
  SKIP_IF_LACKING(reason, XEN_USER_ACTIONS, 20);
  SKIP_IF_LACKING(reason, DBG_READ_KERNEL, 25);
  return reason;
}

static __always_inline void report_lockdown(__u32 reason, int result) {
  struct act act;
  struct wire_kernel_lockdown* e =
      ACT_BEGIN(&act, (struct task_struct*)bpf_get_current_task(), kernel_lockdown);
  if (!e) return;
  e->header.flags |= WIRE_FLAG_ATTEMPT;
  e->reason = stable_reason(reason);
  e->result = result;
  act_decide(&act, 0, classify_mode_of_object(e->result, 0), 0);
}

// First: the lockdown module stands before bpf in the kernel's list, and where it refuses, a
// program at the hook itself is not asked any more.
SEC("?fexit/security_locked_down")
int BPF_PROG(kernel_lockdown__security, int reason, int result) {
  report_lockdown(reason, result);
  return 0;
}

SEC("?lsm/locked_down")
int BPF_PROG(kernel_lockdown__lsm, int reason, int result) {
  report_lockdown(reason, result);
  return result;
}

static __always_inline void report_clock(__s64 seconds, int result, __u8 flags) {
  struct act act;
  struct wire_kernel_clock* e =
      ACT_BEGIN(&act, (struct task_struct*)bpf_get_current_task(), kernel_clock);
  if (!e) return;
  e->header.flags |= flags;
  e->seconds = seconds;
  e->result = result;
  act_decide(&act, 0, classify_mode_of_object(e->result, 0), 0);
}

// Null: the time zone alone.
static __always_inline void report_settime(const struct timespec64* time, int result) {
  report_clock(time ? BPF_CORE_READ(time, tv_sec) : 0, result, WIRE_FLAG_ATTEMPT);
}

SEC("?lsm/settime")
int BPF_PROG(kernel_clock__lsm, const struct timespec64* time, const void* zone, int result) {
  report_settime(time, result);
  return result;
}

SEC("?fexit/security_settime64")
int BPF_PROG(kernel_clock__security, const struct timespec64* time, const void* zone, int result) {
  report_settime(time, result);
  return 0;
}

static __always_inline bool is_settimeofday(struct call call) {
  return call.number == NUMBER_HERE(call.flags & WIRE_FLAG_COMPAT, 164, 79, 170, 79);
}

// clock_settime of 32-bit programs, with as many bits of seconds; their clock_settime64 has 64.
static __always_inline bool is_narrow_settime(struct call call) {
  return call.flags & WIRE_FLAG_COMPAT && call.number == NUMBER_HERE(true, -2, 264, -2, 262);
}

// clock_settime(clock, time) and settimeofday(time, zone).
SEC("?tp_btf/sys_exit")
int BPF_PROG(kernel_clock__sys_exit, struct pt_regs___kernel* regs, long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  struct call call = current_call(task);
  bool compat = call.flags & WIRE_FLAG_COMPAT;
  bool of_day = is_settimeofday(call);
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, compat);
  const void* time = (const void*)(of_day ? arg[0] : arg[1]);
  __s64 seconds = 0;
  if ((compat && of_day) || is_narrow_settime(call)) {
    __s32 narrow = 0;
    bpf_probe_read_user(&narrow, sizeof(narrow), time);
    seconds = narrow;
  } else {
    bpf_probe_read_user(&seconds, sizeof(seconds), time);
  }
  report_clock(seconds, error_of(returned), WIRE_FLAG_USER_PATH);
  return 0;
}
