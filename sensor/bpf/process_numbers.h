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
#include "sensor/bpf/process_numbers_x86.h"
#else
#include "sensor/bpf/process_numbers_arm64.h"
#endif

#endif  // VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_H_
