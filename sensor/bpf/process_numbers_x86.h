// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The part of process_numbers.h for x86: i386 and x86-64, with x32.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_X86_H_
#define VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_X86_H_

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

#endif  // VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_X86_H_
