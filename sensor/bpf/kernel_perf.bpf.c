// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Ways into and around the kernel: performance events, io_uring, and files that live in memory
// alone.
#include "sensor/bpf/act.h"
#include "sensor/bpf/kernel_family_types.h"

static __always_inline bool is_perf_event_open(struct call call) {
  return call.number == NUMBER_HERE(call.flags & WIRE_FLAG_COMPAT, 298, 336, 241, 364);
}

struct perf_asked {
  __u32 type;
  __s32 result;
  __u64 config;
  __u8 flags;  // enum wire_flag
};

static __always_inline void report_perf(const struct perf_asked* asked) {
  struct act act;
  struct wire_kernel_perf* e =
      ACT_BEGIN(&act, (struct task_struct*)bpf_get_current_task(), kernel_perf);
  if (!e) return;
  e->header.flags |= asked->flags;
  e->perf_type = asked->type;
  e->perf_config = asked->config;
  e->result = asked->result;
  act_decide(&act, 0, classify_mode_of_object(e->result, 0), 0);
}

// Not security_perf_event_open: it is asked before the kernel has copied the attributes, which it
// says nothing of since 6.12. Events that the kernel makes for itself, and those that a child
// inherits, are left out.
static __always_inline void report_perf_event(struct perf_event* event, int result) {
  struct task_struct* task = (void*)bpf_get_current_task();
  if (BPF_CORE_READ(event, parent) || !is_perf_event_open(current_call(task))) return;
  struct perf_asked asked = {
      .type = BPF_CORE_READ(event, attr.type),
      .config = BPF_CORE_READ(event, attr.config),
      .result = result,
      .flags = WIRE_FLAG_ATTEMPT,
  };
  report_perf(&asked);
}

SEC("?lsm/perf_event_alloc")
int BPF_PROG(kernel_perf__lsm, struct perf_event* event, int result) {
  report_perf_event(event, result);
  return result;
}

SEC("?fexit/security_perf_event_alloc")
int BPF_PROG(kernel_perf__security, struct perf_event* event, int result) {
  report_perf_event(event, result);
  return 0;
}

struct perf_attributes_user {
  __u32 type, size;
  __u64 config;
};

// perf_event_open(attributes, ...)
SEC("?tp_btf/sys_exit")
int BPF_PROG(kernel_perf__sys_exit, struct pt_regs___kernel* regs, long returned) {
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, is_compat((void*)bpf_get_current_task()));
  struct perf_attributes_user attributes = {};
  bpf_probe_read_user(&attributes, sizeof(attributes), (void*)arg[0]);
  struct perf_asked asked = {
      .type = attributes.type,
      .config = attributes.config,
      .result = error_of(returned),
      .flags = WIRE_FLAG_USER_PATH,
  };
  report_perf(&asked);
  return 0;
}

// At the end of a setup that went well.
SEC("?tp_btf/io_uring_create")
int BPF_PROG(kernel_io_uring__tp, int fd, void* ring, __u32 sq_entries, __u32 cq_entries,
             __u32 flags) {
  struct act act;
  struct wire_kernel_io_uring* e =
      ACT_BEGIN(&act, (struct task_struct*)bpf_get_current_task(), kernel_io_uring);
  if (!e) return 0;
  e->setup_flags = flags;
  e->sq_entries = sq_entries;
  e->cq_entries = cq_entries;
  act_decide(&act, 0, classify_mode_of_object(0, 0), 0);
  return 0;
}
