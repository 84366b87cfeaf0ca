// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The part of process_numbers.h for arm64: arm and arm64.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_ARM64_H_
#define VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_ARM64_H_

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

static __always_inline enum process_call compat_process_call(__s32 number) {
  switch (number) {
    case 11:
      return EXECVE;
    case 387:
      return EXECVEAT;
    case 375:
      return SETNS;
    case 337:
      return UNSHARE;
    case 26:
      return PTRACE;
    case 376:
    case 377:
      return PROCESS_VM;
    case 37:
    case 238:
    case 268:
    case 178:
    case 363:
      return SEND_SIGNAL;
    case 172:
      return PRCTL;
    case 61:
      return CHROOT;
    case 218:
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

#endif  // VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_ARM64_H_
