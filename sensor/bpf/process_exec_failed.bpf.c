// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Programs that could not be run: their file could not be opened (part "open"), or was not taken
// (part "program"). The interpreter of a script that cannot be opened fails the script, so it is
// the second.
#include "sensor/bpf/act.h"
#include "sensor/bpf/file_place.h"
#include "sensor/bpf/process_calls.h"
#include "sensor/bpf/process_types.h"
#include "sensor/bpf/walk.h"

struct failed_exec {
  const char* name;
  struct file* file;  // Null: there is none.
  __s32 result;
  __u8 wire_flags;
};

static __always_inline void report_failed(const struct failed_exec* failed) {
  struct act act;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct wire_process_exec_failed* e = ACT_BEGIN(&act, task, process_exec_failed);
  if (!e) return;
  e->header.flags |= failed->wire_flags;
  e->result = failed->result;
  int whole = 0;
  struct file* file = failed->file;
  if (file) {
    whole = walk_file(act.slot, file);
    if (is_detached(BPF_CORE_READ(file, f_path.mnt))) e->header.flags |= WIRE_FLAG_LOOSE_PATH;
  }
  bool judged = whole && !(e->header.flags & WIRE_FLAG_LOOSE_PATH);
  __u32 mode = classify_mode_of_object(e->result, 0);
  if (classify(act.slot, judged ? CLASSIFY_HAS_PATH : 0, mode, 0)) {
    if (failed->file) append_text((void*)e, ACT_ROOM, &e->path, walked(act.walk, whole));
    append_string((void*)e, ACT_ROOM, &e->name, failed->name,
                  failed->wire_flags & WIRE_FLAG_USER_PATH);
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  act_end(&act);
}

// Was it asked for by the program itself, not by the kernel for an interpreter? A name from user
// memory says so; where the kernel no longer keeps that (7.x), it opens the program before it sets
// in_execve, and interpreters after.
static __always_inline bool is_asked_for(struct filename* name) {
  struct filename___user* user = (void*)name;
  if (bpf_core_field_exists(user->uptr)) return BPF_CORE_READ(user, uptr) != 0;
  return !in_exec((void*)bpf_get_current_task());
}

// `outcome` is where the result lies: read as a number, since the verifier allows no arithmetic on
// what it takes for a file, and an error is none.
static __always_inline void report_open_for_exec(struct filename* name,
                                                 const struct open_flags* how,
                                                 const void* outcome) {
  __u64 file = 0;
  bpf_probe_read_kernel(&file, sizeof(file), outcome);
  if (file < (__u64)-MAX_ERRNO) return;
  if (!(BPF_CORE_READ(how, open_flag) & FMODE_EXEC_FLAG) || !is_asked_for(name)) return;
  struct failed_exec failed = {.name = BPF_CORE_READ(name, name), .result = (__s32)file};
  report_failed(&failed);
}

SEC("?fexit/do_filp_open")
int BPF_PROG(process_exec_failed__do_filp_open__open, int dfd, struct filename* name,
             const struct open_flags* how) {
  report_open_for_exec(name, how, &ctx[3]);
  return 0;
}

SEC("?fexit/do_file_open")  // Its name from 7.2 on.
int BPF_PROG(process_exec_failed__do_file_open__open, int dfd, struct filename* name,
             const struct open_flags* how) {
  report_open_for_exec(name, how, &ctx[3]);
  return 0;
}

static __always_inline void report_bprm(struct linux_binprm* bprm, int result, __u8 wire_flags) {
  if (result >= 0) return;
  struct failed_exec failed = {
      .name = BPF_CORE_READ(bprm, filename),
      .file = BPF_CORE_READ(bprm, file),
      .result = result,
      .wire_flags = wire_flags,
  };
  if (!failed.file) return;  // Before 6.8 the file is opened in here.
  report_failed(&failed);
}

// A kernel that has one parameter refuses the program that reads the fifth word, so the order of
// these two matters.
SEC("?fexit/bprm_execve")
int BPF_PROG(process_exec_failed__bprm_execve4__program, struct linux_binprm* bprm, int fd,
             struct filename* name, int flags, int result) {
  report_bprm(bprm, result, 0);
  return 0;
}

SEC("?fexit/bprm_execve")  // From 6.8 on.
int BPF_PROG(process_exec_failed__bprm_execve__program, struct linux_binprm* bprm, int result) {
  report_bprm(bprm, result, 0);
  return 0;
}

// What security modules refused; not what has no format that the kernel knows.
SEC("?fexit/security_bprm_check")
int BPF_PROG(process_exec_failed__security__program, struct linux_binprm* bprm, int result) {
  report_bprm(bprm, result, WIRE_FLAG_ATTEMPT);
  return 0;
}

// The last resort: a call that returns to the program that made it has failed.
SEC("?tp_btf/sys_exit")
int BPF_PROG(process_exec_failed__sys_exit, struct pt_regs___kernel* regs, long result) {
  if (result >= 0) return 0;
  bool compat = is_compat((void*)bpf_get_current_task());
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, compat);
  bool at = process_call_of(call_number(regs), compat) == EXECVEAT;
  struct failed_exec failed = {
      .name = (void*)(at ? arg[1] : arg[0]),
      .result = result,
      .wire_flags = WIRE_FLAG_USER_PATH,
  };
  report_failed(&failed);
  return 0;
}
