// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Tries what this kernel lets us do, in an object of its own: each program is loaded and attached
// alone, and has to be called when the daemon opens a file of its own, before its mode is believed.
#include "sensor/bpf/kernel_types.h"
#include "sensor/schema/control.h"

char LICENSE[] SEC("license") = "GPL";

struct probe_calls calls = {};

extern void* bpf_rdonly_cast(const void* object, __u32 type) __ksym __weak;

static __always_inline bool is_prober(void) {
  return bpf_get_current_pid_tgid() >> 32 == calls.pid;
}

// Run by hand: tells the daemon its process id as the kernel counts it, whatever pid namespace it
// is in.
SEC("?raw_tp/sys_enter")
int probe__self(void* ctx) {
  calls.pid = bpf_get_current_pid_tgid() >> 32;
  return 0;
}

SEC("?lsm/file_open")
int BPF_PROG(probe__lsm, struct file* file, int result) {
  if (is_prober()) calls.lsm++;
  return result;
}

SEC("?fentry/security_file_open")
int BPF_PROG(probe__fentry, struct file* file) {
  if (is_prober()) calls.fentry++;
  return 0;
}

SEC("?fmod_ret/security_file_open")
int BPF_PROG(probe__fmod_ret, struct file* file, int result) {
  if (is_prober()) calls.fmod_ret++;
  return result;
}

SEC("?tp_btf/sys_enter")
int BPF_PROG(probe__tracepoint, struct pt_regs* regs, long number) {
  if (is_prober()) calls.raw_tracepoint++;
  return 0;
}

// What the build with direct reads needs (kernel_types.h).
SEC("?tp_btf/sys_enter")
int BPF_PROG(probe__direct_reads, struct pt_regs* regs, long number) {
  struct task_struct* task =
      bpf_rdonly_cast((void*)bpf_get_current_task(), bpf_core_type_id_kernel(struct task_struct));
  if (is_prober() && (__u32)task->tgid == calls.pid) calls.direct_reads++;
  return 0;
}
