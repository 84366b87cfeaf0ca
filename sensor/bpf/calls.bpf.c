// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Returns of system calls. One program for all of them: every call of the host pays for it, so it
// looks the number up and goes away, or jumps to the handler of the kind. A handler is a program
// `<kind>__sys_exit` that is loaded, but not attached.
#include "sensor/bpf/act.h"

// System calls whose return somebody wants: the handler of each kind, called by calls.bpf.c.
struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, WIRE_KIND_LIMIT);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(__u32));
} call_handlers SEC(".maps");

SEC("?tp_btf/sys_exit")
int BPF_PROG(dispatch_sys_exit, struct pt_regs___kernel* regs, long result) {
  __u32 number = argument_number(regs);
  if (number >= SENSOR_CALLS_MAX) return 0;
  __u8 native = calls.kinds[0][number], compat = calls.kinds[1][number];
  if (!(native | compat)) return 0;
  __u32 kind = is_compat((void*)bpf_get_current_task()) ? compat : native;
  if (kind) bpf_tail_call(ctx, &call_handlers, kind);
  return 0;
}

// What no hook covers.
SEC("?tp_btf/sys_exit")
int BPF_PROG(system_call__sys_exit, struct pt_regs___kernel* regs, long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  struct act act;
  struct wire_system_call* e = ACT_BEGIN_AT(&act, task, system_call, regs);
  if (!e) return 0;
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, is_compat(task));
  e->arg0 = arg[0];
  e->arg1 = arg[1];
  e->arg2 = arg[2];
  e->arg3 = arg[3];
  e->arg4 = arg[4];
  e->arg5 = arg[5];
  e->returned = returned;
  e->result = error_of(returned);
  act_decide(&act, 0, classify_mode_of_object(e->result, 0), 0);
  return 0;
}
