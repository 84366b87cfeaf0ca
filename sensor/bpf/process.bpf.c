// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Processes: they are created, begin a program, end, or were there before us. All from scheduler
// tracepoints, which every mode has.
#include "sensor/bpf/act.h"
#include "sensor/bpf/process_exec.h"
#include "sensor/bpf/process_fill.h"
#include "sensor/bpf/process_measured.h"
#include "sensor/bpf/process_numbers.h"
#include "sensor/bpf/process_types.h"

// Fork, exec and exit are never filtered: without them no other event has a process.
static __always_inline void decide_process(struct wire_header* h, __u32 slot, __u32 input) {
  classify(slot, input, 0, 0);
  h->lane = WIRE_LANE_CRITICAL;
}

// A child belongs to the scope of its creator, whether its birth is reported or not.
static __always_inline void inherit_scope(__u32 parent_pid, __u32 child_pid) {
  __u32 value = 1, kind = WIRE_process_fork;
  if (config.scope != SCOPE_PROCESS_TREE) return;
  if (!bpf_map_lookup_elem(&scope_processes, &parent_pid)) return;
  if (bpf_map_update_elem(&scope_processes, &child_pid, &value, BPF_ANY) == 0) return;
  struct sensor_counters* count = bpf_map_lookup_elem(&counters, &kind);
  if (count) COUNT(count->state_full);
}

SEC("?tp_btf/sched_process_fork")
int BPF_PROG(process_fork__sched, struct task_struct* parent, struct task_struct* child) {
  __u32 child_pid = BPF_CORE_READ(child, tgid);
  if ((__u32)BPF_CORE_READ(child, pid) != child_pid) return 0;  // A thread.
  inherit_scope(BPF_CORE_READ(parent, tgid), child_pid);
  inherit_program(exec_id_of(parent), exec_id_of(child));
  lineage_on_fork(parent, child);
  struct act act;
  struct wire_process_fork* e = ACT_BEGIN(&act, parent, process_fork);
  if (!e) return 0;
  e->child_exec_id = exec_id_of(child);
  e->child_start_ns = BPF_CORE_READ(child, start_boottime);
  e->child_parent_exec_id = exec_id_of(BPF_CORE_READ(child, real_parent));
  e->child_pid = child_pid;
  struct pid* pid = BPF_CORE_READ(child, thread_pid);
  e->child_vpid = pid_number(pid, BPF_CORE_READ(pid, level));
  decide_process(&e->header, act.slot, 0);
  submit(&e->header, sizeof(*e), act.count);
  act_end(&act);
  return 0;
}

static __always_inline void append_range(struct wire_process_exec* e, struct wire_text* slot,
                                         unsigned long from, unsigned long to) {
  struct text_source text = {.from = (void*)from, .length = to - from, .user = true};
  if (to < from || to - from > WIRE_TEXT_MAX) {
    text.length = WIRE_TEXT_MAX;
    text.truncated = true;
  }
  append_text((void*)e, SCRATCH_LARGE - 8, slot, text);
}

// The call that led to an exec. On x86 the kernel has written execve over the number by now; a name
// that it made up for a descriptor tells execveat. On arm64 the task is already set up for the new
// program; the number, which 64-bit and 32-bit callers do not share, tells what the caller was.
static __always_inline struct call exec_call(struct task_struct* task, struct linux_binprm* bprm) {
  struct call call = current_call(task);
#if defined(__TARGET_ARCH_x86)
  struct linux_binprm___at* at = (void*)bprm;
  if (BPF_CORE_READ(at, fdpath)) call.number = call.flags & WIRE_FLAG_COMPAT ? 358 : 322;
#else
  enum process_call as_compat = compat_process_call(call.number);
  call.flags &= ~WIRE_FLAG_COMPAT;
  if (as_compat == EXECVE || as_compat == EXECVEAT) call.flags |= WIRE_FLAG_COMPAT;
#endif
  return call;
}

// Has such a file ever been seen? Without it nothing is known of loaders.
__u32 sees_loaders;

static __always_inline int note_opened(struct file* file) {
  __u64 task = bpf_get_current_task();
  struct loader_key key = {};
  if (!file || (unsigned long)file >= (unsigned long)-MAX_ERRNO) return 0;
  sees_loaders = 1;
  read_loader_key(&key, BPF_CORE_READ(file, f_inode));
  bpf_map_update_elem(&opened, &task, &key, BPF_ANY);
  return 0;
}

// From 7.3 on what a program names as its loader is not opened by open_exec.
SEC("?fexit/bprm_open_interpreter")
int BPF_PROG(process_exec__bprm_open__also_loader, struct linux_binprm* bprm, const char* name,
             struct file* file) {
  return note_opened(file);
}

SEC("?fexit/open_exec")
int BPF_PROG(process_exec__open_exec__also_loader, const char* name, struct file* file) {
  return note_opened(file);
}

// A global function, so that the verifier looks at the loop once. Learns what the loader of the
// program was, and says whether the program is one. Its inode and its memory are noted in the
// slot's buffer, as for a walk (walk.h).
__weak __attribute__((noinline)) int judge_noted_loader(void) {
  __u64 task = bpf_get_current_task();
  __u32 value = 1;
  struct walk_buffer* room = walk_buffer_of(SLOT_EXEC);
  if (!room || !sees_loaders) return LOADER_UNKNOWN;
  struct loader_key key = {};
  read_loader_key(&key, (void*)room->from);
  struct loader_key* last = bpf_map_lookup_elem(&opened, &task);
  if (last && (last->ino != key.ino || last->dev != key.dev) &&
      has_loader((void*)room->mount, (void*)room->bytes)) {
    struct loader_key loader = *last;
    bpf_map_update_elem(&loaders, &loader, &value, BPF_ANY);
  }
  if (last) bpf_map_delete_elem(&opened, &task);
  return bpf_map_lookup_elem(&loaders, &key) ? LOADER_YES : LOADER_NO;
}

// Only what IMA's policy has measured anyway: reading the file here would hold up the exec.
SEC("?lsm.s/bprm_committed_creds")
int BPF_PROG(process_exec__ima__also_measured_digest, struct linux_binprm* bprm) {
  struct measured measured = {};
  __u64 task = bpf_get_current_task();
  long algorithm = bpf_ima_inode_hash(bprm->file->f_inode, measured.bytes, sizeof(measured.bytes));
  measured.size = size_of_digest(algorithm);
  if (algorithm < 0 || !measured.size) return 0;
  measured.algorithm = algorithm + 1;
  bpf_map_update_elem(&measurements, &task, &measured, BPF_ANY);
  return 0;
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(process_exec__sched, struct task_struct* task, int old_pid,
             struct linux_binprm* bprm) {
  lineage_on_exec(task);
  struct sensor_counters* count = enter(task, WIRE_process_exec);
  if (!count) return 0;
  struct scratch_large* scratch = take_large(SLOT_EXEC, count);
  struct walk_buffer* walk = walk_buffer_of(SLOT_EXEC);
  if (!scratch || !walk) return 0;
  struct wire_process_exec* e = (void*)scratch->record;
  __builtin_memset(e, 0, sizeof(*e));
  fill_header(&e->header, task, WIRE_process_exec, sizeof(*e));
  stamp(&e->header);
  struct call call = exec_call(task, bprm);
  e->header.syscall = call.number;
  e->header.flags = call.flags;
  fill_process(e, task);
  e->previous_exec_id = exec_id_before(task);
  forget_program(e->previous_exec_id);
  e->secure_exec = BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec);
  struct mm_struct* mm = BPF_CORE_READ(task, mm);
  struct file* file = BPF_CORE_READ(mm, exe_file);
  fill_executable(e, task, file);
  fill_descriptors(e, task);
  e->exe_script = is_script(bprm);
  walk->from = (__u64)BPF_CORE_READ(file, f_inode);
  walk->mount = (__u64)mm;
  e->exe_loader = judge_noted_loader();
  bool whole = append_process_paths(e, task, file, walk, SLOT_EXEC);
  append_string((void*)e, SCRATCH_LARGE - 8, &e->exe_requested, BPF_CORE_READ(bprm, filename),
                false);
  // The arguments were put there by the kernel a moment ago, and the new program has not run yet.
  append_range(e, &e->args, BPF_CORE_READ(mm, arg_start), BPF_CORE_READ(mm, arg_end));
  if (config.with_environment)
    append_range(e, &e->env, BPF_CORE_READ(mm, env_start), BPF_CORE_READ(mm, env_end));
  append_measured(e, SCRATCH_LARGE - 8);
  decide_process(&e->header, SLOT_EXEC, whole ? CLASSIFY_HAS_PATH : 0);
  submit(&e->header, WIRE_RECORD_MAX, count);
  leave_slot(&scratch->busy);
  return 0;
}

static __always_inline void fill_exit(struct wire_process_exit* e, struct task_struct* task) {
  struct signal_struct* signal = BPF_CORE_READ(task, signal);
  __u32 code = BPF_CORE_READ(task, exit_code);
  if (BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT)
    code = BPF_CORE_READ(signal, group_exit_code);
  e->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
  e->status = (code >> 8) & 0xff;
  e->signal = code & 0x7f;
  e->core_dumped = (code >> 7) & 1;
}

static __always_inline void report_exit(struct task_struct* task) {
  struct act act;
  struct wire_process_exit* e = ACT_BEGIN(&act, task, process_exit);
  if (!e) return;
  fill_exit(e, task);
  decide_process(&e->header, act.slot, 0);
  submit(&e->header, sizeof(*e), act.count);
  act_end(&act);
}

SEC("?tp_btf/sched_process_exit")
int BPF_PROG(process_exit__sched, struct task_struct* task) {
  if (BPF_CORE_READ(task, signal, live.counter) != 0) return 0;  // A thread; the process goes on.
  lineage_on_exit(task);
  __u64 exec_id = exec_id_of(task);
  __u32 value = 1, pid = BPF_CORE_READ(task, tgid);
  if (bpf_map_update_elem(&ended, &exec_id, &value, BPF_NOEXIST)) return 0;
  report_exit(task);
  forget_program(exec_id);
  if (config.scope == SCOPE_PROCESS_TREE) bpf_map_delete_elem(&scope_processes, &pid);
  return 0;
}

// Read once at start through an iterator's file, a record a process; arguments are added from
// /proc.
SEC("?iter/task")
int process_seen__iter(struct bpf_iter__task* ctx) {
  struct task_struct* task = ctx->task;
  if (!task || BPF_CORE_READ(task, pid) != BPF_CORE_READ(task, tgid)) return 0;
  lineage_of_parents(number_of(task));
  __u32 slot = SLOT_SEEN - SLOT_SMALL_LIMIT;
  struct scratch_large* scratch = bpf_map_lookup_elem(&scratch_large, &slot);
  struct walk_buffer* walk = walk_buffer_of(SLOT_SEEN);
  if (!scratch || !walk) return 0;
  struct wire_process_exec* e = (void*)scratch->record;
  __builtin_memset(e, 0, sizeof(*e));
  fill_header(&e->header, task, WIRE_process_seen, sizeof(*e));
  stamp(&e->header);
  fill_process(e, task);
  struct mm_struct* mm = BPF_CORE_READ(task, mm);
  struct file* file = mm ? BPF_CORE_READ(mm, exe_file) : 0;
  if (file) fill_executable(e, task, file);
  fill_descriptors(e, task);
  append_process_paths(e, task, file, walk, SLOT_SEEN);
  __u32 size = e->header.size;
  asm volatile("" : "+r"(size));
  if (size > WIRE_RECORD_MAX) return 0;
  bpf_seq_write(ctx->meta->seq, e, size);
  return 0;
}
