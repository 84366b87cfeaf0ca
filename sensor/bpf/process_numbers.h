// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Numbers of the calls that process_calls.h tells apart, by architecture.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_H_
#define VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_H_

#include "sensor/bpf/kernel_types.h"

enum process_call {
  OTHER_CALL,
  EXECVE,
  EXECVEAT,
  SETNS,
  UNSHARE,
  PTRACE,
  PROCESS_VM,
  PIDFD_GETFD,
  SEND_SIGNAL,
  PRCTL,
  CHROOT,
  PIVOT_ROOT,
  SETFSUID,
  SETFSGID,
};

#if defined(__TARGET_ARCH_x86)
static __always_inline enum process_call compat_process_call(__s32 number) {
  switch (number) {
    case 11:
      return EXECVE;
    case 358:
      return EXECVEAT;
    case 346:
      return SETNS;
    case 310:
      return UNSHARE;
    case 26:
      return PTRACE;
    case 347:
    case 348:
      return PROCESS_VM;
    case 37:
    case 238:
    case 270:
    case 178:
    case 335:
      return SEND_SIGNAL;
    case 172:
      return PRCTL;
    case 61:
      return CHROOT;
    case 217:
      return PIVOT_ROOT;
    case 138:
    case 215:
      return SETFSUID;
    case 139:
    case 216:
      return SETFSGID;
  }
  return OTHER_CALL;
}

// The second number of a call is that of x32.
static __always_inline enum process_call native_process_call(__s32 number) {
  switch (number) {
    case 59:
    case 520:
      return EXECVE;
    case 322:
    case 545:
      return EXECVEAT;
    case 308:
      return SETNS;
    case 272:
      return UNSHARE;
    case 101:
    case 521:
      return PTRACE;
    case 310:
    case 311:
    case 539:
    case 540:
      return PROCESS_VM;
    case 62:
    case 200:
    case 234:
    case 129:
    case 524:
    case 297:
    case 536:
      return SEND_SIGNAL;
    case 157:
      return PRCTL;
    case 161:
      return CHROOT;
    case 155:
      return PIVOT_ROOT;
    case 122:
      return SETFSUID;
    case 123:
      return SETFSGID;
  }
  return OTHER_CALL;
}
#else
static __always_inline enum process_call native_process_call(__s32 number) {
  switch (number) {
    case 221:
      return EXECVE;
    case 281:
      return EXECVEAT;
    case 268:
      return SETNS;
    case 97:
      return UNSHARE;
    case 117:
      return PTRACE;
    case 270:
    case 271:
      return PROCESS_VM;
    case 129:
    case 130:
    case 131:
    case 138:
    case 240:
      return SEND_SIGNAL;
    case 167:
      return PRCTL;
    case 51:
      return CHROOT;
    case 41:
      return PIVOT_ROOT;
    case 151:
      return SETFSUID;
    case 152:
      return SETFSGID;
  }
  return OTHER_CALL;
}
static __always_inline enum process_call compat_process_call(__s32 number) { return OTHER_CALL; }
#endif

#endif  // VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_H_
