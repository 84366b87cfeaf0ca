// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What a task says of itself: its identity, the system call in progress, and the header of a
// record.
#ifndef VEDETTE_SENSOR_BPF_TASK_H_
#define VEDETTE_SENSOR_BPF_TASK_H_

#include "sensor/bpf/calls.h"
#include "sensor/bpf/maps.h"

// The identity of the program that a task runs: a function of (boot, process, its start, number of
// its execs), so that it needs no state and holds for processes older than the sensor. Threads
// share their leader's start, and an exec from another thread takes the leader's over. The mixing
// is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
static __always_inline __u64 mix64(__u64 x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

static __always_inline __u64 exec_id_at(struct task_struct* task, int execs_ago) {
  struct task_struct* leader = BPF_CORE_READ(task, group_leader);
  __u64 pid = (__u32)BPF_CORE_READ(leader, tgid);
  __u64 start = BPF_CORE_READ(leader, start_boottime);
  __u64 execs = BPF_CORE_READ(leader, self_exec_id) - execs_ago;
  __u64 id = mix64(mix64(config.boot_seed ^ start) ^ (pid << 32) ^ (execs & 0xffffffff));
  return id ? id : 1;  // 0 says: unknown.
}

static __always_inline __u64 exec_id_of(struct task_struct* task) { return exec_id_at(task, 0); }

// What it was until the exec that just took place.
static __always_inline __u64 exec_id_before(struct task_struct* task) {
  return exec_id_at(task, 1);
}

enum bpf_func_id___regs { BPF_FUNC_task_pt_regs___regs = 175 };

// The registers that the task saved when it entered the kernel, or null if we cannot know.
static __always_inline struct pt_regs___kernel* saved_registers(struct task_struct* task) {
  if (bpf_core_enum_value_exists(enum bpf_func_id___regs, BPF_FUNC_task_pt_regs___regs))
    return (void*)bpf_task_pt_regs(bpf_get_current_task_btf());
  // Before 5.15: they end at the top of the stack.
  return BPF_CORE_READ(task, stack) + config.stack_size -
         bpf_core_type_size(struct pt_regs___kernel);
}

struct call {
  __s32 number;  // -1: none.
  __u8 flags;    // enum wire_flag
};

// The system call in progress of the current task. `regs` are its registers, or null: to be found.
static __always_inline struct call call_at(struct task_struct* task,
                                           struct pt_regs___kernel* regs) {
  struct call call = {.number = -1};
  __u32 flags = BPF_CORE_READ(task, flags);
  if (flags & PF_IO_WORKER) {
    call.flags = WIRE_FLAG_IO_URING;
    return call;
  }
  if (flags & PF_KTHREAD) return call;
  if (!regs) regs = saved_registers(task);
  if (!regs) return call;
  call.number = call_number(regs);
  if (is_compat(task)) call.flags |= WIRE_FLAG_COMPAT;
  if (call.number == 426)
    call.flags |= WIRE_FLAG_IO_URING;  // io_uring_enter, on every architecture.
  return call;
}

static __always_inline struct call current_call(struct task_struct* task) {
  return call_at(task, 0);
}

// The file behind a descriptor of the current task, or null.
static __always_inline struct file* file_of(struct task_struct* task, __u32 fd) {
  struct fdtable* table = BPF_CORE_READ(task, files, fdt);
  if (fd >= BPF_CORE_READ(table, max_fds)) return 0;
  struct file** files = BPF_CORE_READ(table, fd);
  return (void*)read_word(files + fd);
}

static __always_inline __u64 cgroup_id_of(struct task_struct* task) {
  return BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
}

// Into an aligned place of WIRE_COMM_SIZE bytes.
static __always_inline void fill_comm(void* comm, struct task_struct* task) {
  struct two_words words = read_two_words(&task->comm);
  __u64* to = comm;
  to[0] = words.first;
  to[1] = words.second;
  classify_pad_comm(to);
}

// The time is the last thing that a record is told (stamp()): looking at the clock costs as much as
// all else here, and most records are not wanted.
static __always_inline void stamp(struct wire_header* h) {
  if (!h->time_ns) h->time_ns = bpf_ktime_get_boot_ns();
}

// All but the time, in a record that is zero or has been sent.
static __always_inline void fill_header(struct wire_header* h, struct task_struct* task, __u32 kind,
                                        __u32 size) {
  h->size = size;
  h->kind = kind;
  h->lane = WIRE_LANE_CRITICAL;
  h->flags = 0;
  h->time_ns = 0;
  h->exec_id = exec_id_of(task);
  h->cgroup_id = cgroup_id_of(task);
  h->pid = BPF_CORE_READ(task, tgid);
  h->tid = BPF_CORE_READ(task, pid);
  h->uid = BPF_CORE_READ(task, cred, euid.val);
  h->gid = BPF_CORE_READ(task, cred, egid.val);
  h->cpu = bpf_get_smp_processor_id();
  h->repeats = 1;
  h->syscall = -1;
  h->generation = 0;
  fill_comm(h->comm, task);
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) h->survivors[i] = ~0ull;
}

#endif  // VEDETTE_SENSOR_BPF_TASK_H_
