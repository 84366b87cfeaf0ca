// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Which call a number is, where a hook serves several ways and has to tell them apart.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_CALLS_H_
#define VEDETTE_SENSOR_BPF_PROCESS_CALLS_H_

#include "sensor/bpf/process_numbers.h"
#include "sensor/bpf/task.h"

static __always_inline enum process_call process_call_of(__s32 number, bool compat) {
#define PROCESS_CALL_IF(which, name) \
  if (CALL_IS(number, compat, name)) return which;
  PROCESS_CALLS(PROCESS_CALL_IF)
#if defined(__TARGET_ARCH_x86)
#define X32_CALL_IF(which, x32) \
  if (!compat && number == (x32)) return which;
  X32_CALLS(X32_CALL_IF)
#endif
  return OTHER_CALL;
}

// The call in progress of the current task.
static __always_inline enum process_call current_process_call(struct task_struct* task) {
  struct call call = current_call(task);
  return process_call_of(call.number, (call.flags & WIRE_FLAG_COMPAT) != 0);
}

// Its arguments; zeroes where the registers cannot be found.
static __always_inline void current_arguments(struct task_struct* task, unsigned long* arg) {
  struct pt_regs___kernel* regs = saved_registers(task);
  if (regs) call_arguments(arg, regs, is_compat(task));
}

#endif  // VEDETTE_SENSOR_BPF_PROCESS_CALLS_H_
