// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// System calls at their return, for the tracepoint mode: which one, with which arguments.
#ifndef VEDETTE_SENSOR_BPF_CALLS_H_
#define VEDETTE_SENSOR_BPF_CALLS_H_

#include "sensor/bpf/kernel_types.h"
#include "sensor/schema/call_numbers.h"

// NATIVE_CALL_unlink, COMPAT_CALL_unlink: a number that no call has where the machine lacks it (-1
// is that of no call at all).
#define CALL_OR_NEVER(number) ((number) < 0 ? -2 : (number))
#if defined(__TARGET_ARCH_x86)
#define CALL_NUMBER(name, x86_64, i386, arm64, arm) \
  NATIVE_CALL_##name = CALL_OR_NEVER(x86_64), COMPAT_CALL_##name = CALL_OR_NEVER(i386),
#else
#define CALL_NUMBER(name, x86_64, i386, arm64, arm) \
  NATIVE_CALL_##name = CALL_OR_NEVER(arm64), COMPAT_CALL_##name = CALL_OR_NEVER(arm),
#endif
enum call_number { CALL_ROWS(CALL_NUMBER) };
#define CALL_IS(number, compat, name) \
  ((number) == ((compat) ? (__s32)COMPAT_CALL_##name : (__s32)NATIVE_CALL_##name))

#define X32_BIT 0x40000000
// The number alone: every system call of the host pays for this, so it is all that is read before
// we know that we want it.
static __always_inline __s32 call_number(struct pt_regs___kernel* regs) {
#if defined(__TARGET_ARCH_x86)
  return (__s32)BPF_CORE_READ(regs, orig_ax) & ~X32_BIT;
#else
  return BPF_CORE_READ(regs, syscallno);
#endif
}

// The same of a program's own argument, which the verifier lets it read directly: a tenth of the
// cost.
static __always_inline __s32 argument_number(struct pt_regs___kernel* regs) {
#if defined(__TARGET_ARCH_x86)
  return (__s32)regs->orig_ax & ~X32_BIT;
#else
  return regs->syscallno;
#endif
}

static __always_inline bool is_compat(struct task_struct* task) {
#if defined(__TARGET_ARCH_x86)
  return (BPF_CORE_READ(task, thread_info.status) & TS_COMPAT) != 0;
#else
  return false;
#endif
}

#define CALL_ARGUMENTS 6
// The arguments as they were when the call began: the kernel leaves them in place.
static __always_inline void call_arguments(unsigned long* arg, struct pt_regs___kernel* regs,
                                           bool compat) {
#if defined(__TARGET_ARCH_x86)
  if (compat) {
    arg[0] = BPF_CORE_READ(regs, bx);
    arg[1] = BPF_CORE_READ(regs, cx);
    arg[2] = BPF_CORE_READ(regs, dx);
    arg[3] = BPF_CORE_READ(regs, si);
    arg[4] = BPF_CORE_READ(regs, di);
    arg[5] = BPF_CORE_READ(regs, bp);
    return;
  }
  arg[0] = BPF_CORE_READ(regs, di);
  arg[1] = BPF_CORE_READ(regs, si);
  arg[2] = BPF_CORE_READ(regs, dx);
  arg[3] = BPF_CORE_READ(regs, r10);
  arg[4] = BPF_CORE_READ(regs, r8);
  arg[5] = BPF_CORE_READ(regs, r9);
#else
  bpf_core_read(arg, CALL_ARGUMENTS * sizeof(*arg), &regs->regs);
#endif
}

// Of what a call or a function returned: -errno, or 0 for everything that is no error.
static __always_inline __s32 error_of(long returned) {
  return returned < 0 && returned >= -MAX_ERRNO ? (__s32)returned : 0;
}

#endif  // VEDETTE_SENSOR_BPF_CALLS_H_
