// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// System calls at their return, for the tracepoint mode: which one, with which arguments.
#ifndef VEDETTE_SENSOR_BPF_CALLS_H_
#define VEDETTE_SENSOR_BPF_CALLS_H_

#include "sensor/bpf/kernel_types.h"

// A call's number here: this build's two of the four that it may have.
#if defined(__TARGET_ARCH_x86)
#define NUMBER_HERE(compat, x86_64, i386, arm64, arm) ((compat) ? (i386) : (x86_64))
#else
#define NUMBER_HERE(compat, x86_64, i386, arm64, arm) ((compat) ? (arm) : (arm64))
#endif

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

// The call in progress on x86, where a program can make both kinds; the program on arm64.
static __always_inline bool is_compat(struct task_struct* task) {
#if defined(__TARGET_ARCH_x86)
  return (BPF_CORE_READ(task, thread_info.status) & TS_COMPAT) != 0;
#else
  return (BPF_CORE_READ(task, thread_info.flags) & TIF_32BIT_MASK) != 0;
#endif
}

#define CALL_ARGUMENTS 6
// The arguments as they were when the call began: the kernel leaves them in place. On arm64 what a
// call returns goes where its first argument was, which the kernel keeps elsewhere.
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
  arg[0] = BPF_CORE_READ(regs, orig_x0);
#endif
}

// Of what a call or a function returned: -errno, or 0 for everything that is no error.
static __always_inline __s32 error_of(long returned) {
  return returned < 0 && returned >= -MAX_ERRNO ? (__s32)returned : 0;
}

#endif  // VEDETTE_SENSOR_BPF_CALLS_H_
