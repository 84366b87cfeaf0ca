// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Files that live in memory alone. The kernel makes them in two file systems and calls them
// "memfd:NAME", which tells them from its own. What fails before that is seen at the return of the
// call only.
#include "sensor/bpf/act.h"
#include "sensor/bpf/kernel_family_types.h"

// Of hugetlb_file_setup: until 5.19 one of them is who the pages are charged to. Set before load.
const volatile __u32 parameters_of_hugetlb_file_setup = 5;

#define MEMFD_PREFIX 6      // "memfd:"
#define MEMFD_NAME_MAX 256  // As the row says.

struct memfd {
  const char* name;
  bool user_name;
  bool secret;
  __u32 flags;
  __u64 returned;  // A descriptor, a file or an error.
};

static __always_inline void report_memfd(const struct memfd* made) {
  struct act act;
  struct wire_kernel_memfd* e =
      ACT_BEGIN(&act, (struct task_struct*)bpf_get_current_task(), kernel_memfd);
  if (!e) return;
  e->memfd_flags = made->flags;
  e->secret = made->secret;
  // The verifier forbids arithmetic with what it knows to be a pointer; a number from memory is
  // one.
  volatile __u64* returned = (void*)act.walk->bytes;
  *returned = made->returned;
  e->result = error_of(*returned);
  if (classify(act.slot, 0, classify_mode_of_object(e->result, 0), 0)) {
    if (made->user_name) e->header.flags |= WIRE_FLAG_USER_PATH;
    if (!made->secret)
      append_short((void*)e, ACT_ROOM, &e->memfd_name, made->name, made->user_name, MEMFD_NAME_MAX);
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  act_end(&act);
}

// memfd_create(name, flags): its flags, from the registers, which nobody can rewrite meanwhile.
static __always_inline __u32 memfd_flags(struct task_struct* task) {
  struct pt_regs___kernel* regs = saved_registers(task);
  if (!regs) return 0;
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, is_compat(task));
  return arg[1];
}

static __always_inline void report_memfd_file(const char* name, __u64 file) {
  char prefix[MEMFD_PREFIX] = {};
  bpf_probe_read_kernel(prefix, sizeof(prefix), name);
  if (prefix[0] != 'm' || prefix[1] != 'e' || prefix[2] != 'm' || prefix[3] != 'f' ||
      prefix[4] != 'd' || prefix[5] != ':') {
    return;
  }
  struct memfd made = {
      .name = name + MEMFD_PREFIX,
      .flags = memfd_flags((void*)bpf_get_current_task()),
      .returned = file,
  };
  report_memfd(&made);
}

// (name, size, flags)
SEC("?fexit/shmem_file_setup")
int kernel_memfd__shmem__pages(unsigned long long* ctx) {
  report_memfd_file((void*)ctx[0], ctx[3]);
  return 0;
}

SEC("?fexit/hugetlb_file_setup")
int kernel_memfd__hugetlb__huge_pages(unsigned long long* ctx) {
  if (parameters_of_hugetlb_file_setup == 6)
    report_memfd_file((void*)ctx[0], FUNCTION_ARGUMENT(ctx, 6));
  else
    report_memfd_file((void*)ctx[0], FUNCTION_ARGUMENT(ctx, 5));
  return 0;
}

// memfd_secret(flags): no hook of security modules is on its way on every kernel, so the call
// itself is looked at, where the kernel has it (5.14; before 6.5 only if it was booted with
// secretmem.enable=1: else it is there and fails).
static __always_inline void report_secret(long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  unsigned long arg[CALL_ARGUMENTS] = {};
  struct pt_regs___kernel* regs = saved_registers(task);
  if (regs) call_arguments(arg, regs, is_compat(task));
  struct memfd made = {.secret = true, .flags = arg[0], .returned = returned};
  report_memfd(&made);
}

#if defined(__TARGET_ARCH_x86)
SEC("?fexit/__x64_sys_memfd_secret")
int BPF_PROG(kernel_memfd__x64__secret, void* regs, long returned) {
  report_secret(returned);
  return 0;
}

SEC("?fexit/__ia32_sys_memfd_secret")
int BPF_PROG(kernel_memfd__ia32__secret32, void* regs, long returned) {
  report_secret(returned);
  return 0;
}
#else
SEC("?fexit/__arm64_sys_memfd_secret")
int BPF_PROG(kernel_memfd__arm64__secret, void* regs, long returned) {
  report_secret(returned);
  return 0;
}
#endif

#define MEMFD_SECRET_NUMBER 447  // On every architecture.

SEC("?tp_btf/sys_exit")
int BPF_PROG(kernel_memfd__sys_exit, struct pt_regs___kernel* regs, long returned) {
  if (call_number(regs) == MEMFD_SECRET_NUMBER) {
    report_secret(returned);
    return 0;
  }
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, is_compat((void*)bpf_get_current_task()));
  struct memfd made = {
      .name = (void*)arg[0],
      .user_name = true,
      .flags = arg[1],
      .returned = returned,
  };
  report_memfd(&made);
  return 0;
}
