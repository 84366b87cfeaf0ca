// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// A program that is about to be run, where acts are decided. Rules about process_exec are judged
// with the name that the process would get and the path of the file; the record is a
// process_exec_failed, since no program has begun.
#ifndef VEDETTE_SENSOR_BPF_DECIDE_EXEC_H_
#define VEDETTE_SENSOR_BPF_DECIDE_EXEC_H_

#include "sensor/bpf/act.h"
#include "sensor/bpf/file_act.h"

#define BASENAME_MAX 256

// Makes the name of the process what the kernel will: what follows the last slash of the record's
// `name`, 15 bytes of it.
__weak __attribute__((noinline)) int take_comm(__u32 slot) {
  struct scratch_small* scratch = bpf_map_lookup_elem(&scratch_small, &slot);
  if (!scratch) return 0;
  struct wire_process_exec_failed* e = (void*)scratch->record;
  __u32 end = e->name.offset + (e->name.length & ~WIRE_TEXT_TRUNCATED), begin = end;
  for (int i = 0; i < BASENAME_MAX; i++) {
    __u32 at = begin - 1;
    if (begin <= e->name.offset || at >= ACT_ROOM) break;
    if (scratch->record[at] == '/') break;
    begin = at;
  }
  __u32 size = end - begin;
  if (size > WIRE_COMM_SIZE - 1) size = WIRE_COMM_SIZE - 1;
  __builtin_memset(e->header.comm, 0, WIRE_COMM_SIZE);
  asm volatile("" : "+r"(begin), "+r"(size));
  if (begin >= ACT_ROOM - WIRE_COMM_SIZE || size >= WIRE_COMM_SIZE) return 0;
  bpf_probe_read_kernel(e->header.comm, size, &scratch->record[begin]);
  return 1;
}

static __always_inline void take_comm_of_file(struct wire_header* h, struct file* file) {
  const unsigned char* name = BPF_CORE_READ(file, f_path.dentry, d_name.name);
  __builtin_memset(h->comm, 0, WIRE_COMM_SIZE);
  bpf_probe_read_kernel_str(h->comm, WIRE_COMM_SIZE, name);
  classify_pad_comm((void*)h->comm);
}

// `name`: as asked for, whose last part becomes the name of the process; null: the file's own does.
// `begun`: nobody was asked.
static __always_inline int report_exec(struct file* file, const char* name, bool begun) {
  if (!file || is_spared_file(BPF_CORE_READ(file, f_inode))) return 0;
  struct act act;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct wire_process_exec_failed* e = ACT_BEGIN(&act, task, process_exec_failed);
  if (!e) return 0;
  if (!begun) e->header.flags |= WIRE_FLAG_ATTEMPT;
  if (name) append_string((void*)e, ACT_ROOM, &e->name, name, false);
  __u8 actor[WIRE_COMM_SIZE];
  __builtin_memcpy(actor, e->header.comm, sizeof(actor));
  if (name)
    take_comm(act.slot);
  else
    take_comm_of_file(&e->header, file);
  bool whole = walk_file(act.slot, file);
  if (is_detached(BPF_CORE_READ(file, f_path.mnt))) e->header.flags |= WIRE_FLAG_LOOSE_PATH;
  bool judged = whole && !(e->header.flags & WIRE_FLAG_LOOSE_PATH);
  e->header.kind = WIRE_process_exec;
  bool wanted = classify(act.slot, judged ? CLASSIFY_HAS_PATH : 0, 0, 0);
  e->header.kind = WIRE_process_exec_failed;
  __builtin_memcpy(e->header.comm, actor, sizeof(actor));
  if (wanted) {
    append_text((void*)e, ACT_ROOM, &e->path, walked(act.walk, whole));
    submit(&e->header, ACT_ROOM, act.count);
  } else {
    COUNT(act.count->filtered);
  }
  return act_end(&act);
}

#endif  // VEDETTE_SENSOR_BPF_DECIDE_EXEC_H_
