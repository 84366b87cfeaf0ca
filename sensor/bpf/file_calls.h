// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// System calls on files at their return, where no hook tells: which one, and which of its arguments
// is what. Names are in user memory, and io_uring passes by.
#ifndef VEDETTE_SENSOR_BPF_FILE_CALLS_H_
#define VEDETTE_SENSOR_BPF_FILE_CALLS_H_

#include "sensor/bpf/calls.h"
#include "sensor/bpf/file_act.h"

struct returned_call {
  __s32 number;
  bool compat;
  __s32 result;
  unsigned long arg[CALL_ARGUMENTS];
};

static __always_inline struct returned_call call_of(struct pt_regs___kernel* regs, long result) {
  struct returned_call call = {.number = call_number(regs), .result = (__s32)result};
  call.compat = is_compat((void*)bpf_get_current_task());
  call_arguments(call.arg, regs, call.compat);
  return call;
}

// Is it the call with these numbers? -2 where a machine lacks it.
#define CALL_IS(call, x86_64, i386, arm64, arm) \
  ((call)->number == NUMBER_HERE((call)->compat, x86_64, i386, arm64, arm))

// The name in the argument of that number: counts from the directory in the argument before it, or
// from the working directory.
static __always_inline struct place asked_at(const struct returned_call* call, __u32 name) {
  struct place place = {.name = (void*)call->arg[name], .directory = (__s32)call->arg[name - 1]};
  return place;
}
static __always_inline struct place asked(const struct returned_call* call, __u32 name) {
  struct place place = {.name = (void*)call->arg[name], .directory = AT_FDCWD_VALUE};
  return place;
}

// The act on what the descriptor in the first argument is. An unknown one leaves the place empty.
static __always_inline void act_on_descriptor(struct file_act* done, __s32 descriptor) {
  struct file* file = file_of((void*)bpf_get_current_task(), (__u32)descriptor);
  if (!file) return;
  done->at = place_of_file(file);
  done->inode = BPF_CORE_READ(file, f_inode);
}

#endif  // VEDETTE_SENSOR_BPF_FILE_CALLS_H_
