// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What the kernel does because of a process: it writes its core, or starts a program for it.
#include "sensor/bpf/act.h"
#include "sensor/bpf/process_types.h"

static __always_inline void report_core(int signal) {
  struct act act;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct wire_process_coredump* e = ACT_BEGIN(&act, task, process_coredump);
  if (!e) return;
  e->signal = signal;
  act_decide(&act, 0, 0, 0);
}

SEC("?fentry/vfs_coredump")
int BPF_PROG(process_coredump__vfs_coredump, const struct kernel_siginfo* info) {
  report_core(BPF_CORE_READ(info, si_signo));
  return 0;
}

SEC("?fentry/do_coredump")  // Its name before 6.16.
int BPF_PROG(process_coredump__do_coredump, const struct kernel_siginfo* info) {
  report_core(BPF_CORE_READ(info, si_signo));
  return 0;
}

// SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGXCPU, SIGXFSZ, SIGSYS: signal n is
// bit n.
#define CORE_SIGNALS                                                                    \
  (1ull << 3 | 1ull << 4 | 1ull << 5 | 1ull << 6 | 1ull << 7 | 1ull << 8 | 1ull << 11 | \
   1ull << 24 | 1ull << 25 | 1ull << 31)

// Such a signal without a handler goes to the coredump.
SEC("?tp_btf/signal_deliver")
int BPF_PROG(process_coredump__signal_deliver, int signal, struct kernel_siginfo* info,
             struct k_sigaction* action) {
  if (signal <= 0 || signal > 31 || !(CORE_SIGNALS >> signal & 1)) return 0;
  if (BPF_CORE_READ(action, sa.sa_handler) != 0) return 0;
  report_core(signal);
  return 0;
}

#define HELPER_ARGUMENTS 24
#define HELPER_ARGUMENT_MAX 1024

// All arguments as one text, each ended by a NUL.
static __always_inline void append_vector(__u8* base, struct wire_text* slot, char** from) {
  struct wire_header* h = (void*)base;
  __u32 at = h->size, begin = at;
  bool whole = false, cut = false;
  for (int i = 0; i <= HELPER_ARGUMENTS; i++) {
    char* argument = 0;
    bpf_probe_read_kernel(&argument, sizeof(argument), from + i);
    whole = !argument;
    asm volatile("" : "+r"(at));
    if (!argument || i == HELPER_ARGUMENTS || at - begin > WIRE_TEXT_MAX - HELPER_ARGUMENT_MAX ||
        at > ACT_ROOM - HELPER_ARGUMENT_MAX)
      break;
    long size = bpf_probe_read_kernel_str(base + at, HELPER_ARGUMENT_MAX, argument);
    if (size <= 0 || size > HELPER_ARGUMENT_MAX) break;
    cut |= size == HELPER_ARGUMENT_MAX;
    at += size;
  }
  slot->offset = begin;
  slot->length = at - begin;
  if (!whole || cut) slot->length |= WIRE_TEXT_TRUNCATED;
  h->size = at;
}

SEC("?fentry/call_usermodehelper_exec")
int BPF_PROG(process_helper__call_usermodehelper_exec, struct subprocess_info* info) {
  const char* path = BPF_CORE_READ(info, path);
  char** arguments = BPF_CORE_READ(info, argv);
  if (!path) return 0;
  struct act act;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct wire_process_helper* e = ACT_BEGIN(&act, task, process_helper);
  if (!e) return 0;
  e->header.flags |= WIRE_FLAG_LOOSE_PATH;  // A name: the kernel has not looked for it yet.
  if (classify(act.slot, 0, 0, 0)) {
    append_string((void*)e, ACT_ROOM, &e->path, path, false);
    if (arguments) append_vector((void*)e, &e->helper_args, arguments);
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  act_end(&act);
  return 0;
}
