// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The calls that process_calls.h tells apart: PROCESS_CALL(which, name of the call).
#ifndef VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_H_
#define VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_H_

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

// Rows are read as a table.
// clang-format off
#define PROCESS_CALLS(PROCESS_CALL)                                                                \
  PROCESS_CALL(EXECVE, execve)                                                                     \
  PROCESS_CALL(EXECVEAT, execveat)                                                                 \
  PROCESS_CALL(SETNS, setns)                                                                       \
  PROCESS_CALL(UNSHARE, unshare)                                                                   \
  PROCESS_CALL(PTRACE, ptrace)                                                                     \
  PROCESS_CALL(PROCESS_VM, process_vm_readv)                                                       \
  PROCESS_CALL(PROCESS_VM, process_vm_writev)                                                      \
  PROCESS_CALL(PIDFD_GETFD, pidfd_getfd)                                                           \
  PROCESS_CALL(SEND_SIGNAL, kill)                                                                  \
  PROCESS_CALL(SEND_SIGNAL, tkill)                                                                 \
  PROCESS_CALL(SEND_SIGNAL, tgkill)                                                                \
  PROCESS_CALL(SEND_SIGNAL, rt_sigqueueinfo)                                                       \
  PROCESS_CALL(SEND_SIGNAL, rt_tgsigqueueinfo)                                                     \
  PROCESS_CALL(SEND_SIGNAL, pidfd_send_signal)                                                     \
  PROCESS_CALL(PRCTL, prctl)                                                                       \
  PROCESS_CALL(CHROOT, chroot)                                                                     \
  PROCESS_CALL(PIVOT_ROOT, pivot_root)                                                             \
  PROCESS_CALL(SETFSUID, setfsuid)                                                                 \
  PROCESS_CALL(SETFSUID, setfsuid32)                                                               \
  PROCESS_CALL(SETFSGID, setfsgid)                                                                 \
  PROCESS_CALL(SETFSGID, setfsgid32)

// Calls that have a number of their own in x32, without its bit: X32_CALL(which, number).
#define X32_CALLS(X32_CALL)                                                                        \
  X32_CALL(EXECVE, 520)                                                                            \
  X32_CALL(PTRACE, 521)                                                                            \
  X32_CALL(SEND_SIGNAL, 524)                                                                       \
  X32_CALL(SEND_SIGNAL, 536)                                                                       \
  X32_CALL(PROCESS_VM, 539)                                                                        \
  X32_CALL(PROCESS_VM, 540)                                                                        \
  X32_CALL(EXECVEAT, 545)
// clang-format on

#endif  // VEDETTE_SENSOR_BPF_PROCESS_NUMBERS_H_
