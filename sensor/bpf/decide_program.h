// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The program of who acts, where acts are decided: its path is read from the process, for what
// observers remember of programs ends with the daemon. Part of process_part.h.
#ifndef VEDETTE_SENSOR_BPF_DECIDE_PROGRAM_H_
#define VEDETTE_SENSOR_BPF_DECIDE_PROGRAM_H_

#include "sensor/bpf/decide_object.h"
#include "sensor/bpf/walk.h"

// Leaves the program's path, as it is now, or the one that the rules know it by, in the key of the
// slot's first walk buffer. The size that counts; 0: it could not be walked to its root. Of a path
// that is too long its beginning without an end: rules name none that is so long, but may name what
// it begins with.
static __always_inline __u32 program_key(struct walk_buffer* to, const struct walk_buffer* from) {
  __u32 start = from->start, length = WIRE_TEXT_MAX - start, end = 1;
  if (length > CLASSIFY_EXE_MAX - 1) {
    length = CLASSIFY_EXE_MAX - 1;
    end = 0;
  }
  asm volatile("" : "+r"(length));
  if (length == 0 || length >= CLASSIFY_EXE_MAX) return 0;
  bpf_probe_read_kernel(to->key.path, length, &from->bytes[start & (WIRE_TEXT_MAX - 1)]);
  to->key.path[length & (CLASSIFY_EXE_MAX - 1)] = 0;
  return length + end;
}

// Global functions of numbers alone, like walk_noted_path, and for the same reason.
__weak __attribute__((noinline)) int walk_program(__u32 slot) {
  struct walk_buffer* to = walk_buffer_of(slot);
  struct walk_buffer* from = walk_buffer_of(SLOT_LIMIT + slot);
  struct task_struct* task = (void*)bpf_get_current_task();
  if (!to || !from) return 0;
  struct file* file = BPF_CORE_READ(task, mm, exe_file);
  if (!file) {  // It runs no program.
    to->key.path[0] = 0;
    return 1;
  }
  from->from = (__u64)BPF_CORE_READ(file, f_path.dentry);
  from->mount = (__u64)BPF_CORE_READ(file, f_path.mnt);
  if (!walk_noted_path(SLOT_LIMIT + slot)) return 0;
  return program_key(to, from);
}

__weak __attribute__((noinline)) int walk_program_alias(__u32 slot) {
  struct walk_buffer* to = walk_buffer_of(slot);
  struct walk_buffer* from = walk_buffer_of(SLOT_LIMIT + slot);
  if (!to || !from || !from->from || !walk_to_alias(SLOT_LIMIT + slot)) return 0;
  return program_key(to, from);
}

// A rule on a program holds for its path and for the one under which the rules know the file. What
// has neither is a program that no rule names.
static __always_inline bool fold_program(__u32 slot, struct walk_buffer* walk,
                                         const struct wire_header* h,
                                         const struct classify_kind* kind) {
  struct classify_vector *terms = &walk->either, *found = &walk->of_program;
  struct walk_buffer* program = walk_buffer_of(SLOT_LIMIT + slot);
  if (!program) return false;
  program->from = 0;
  for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) found->words[i] = ~0ull;
  __u32 size = walk_program(slot);
  asm volatile("" : "+r"(size));
  if (size > CLASSIFY_EXE_MAX) size = 0;
  narrow_by_prefix(found, &walk->key, h->generation, CLASSIFY_TRIE(exe, h->kind), size);
  *terms = *found;
  if (enforcement.aliases) {
    size = walk_program_alias(slot);
    asm volatile("" : "+r"(size));
    if (size > 0 && size <= CLASSIFY_EXE_MAX) {
      for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) found->words[i] = ~0ull;
      narrow_by_prefix(found, &walk->key, h->generation, CLASSIFY_TRIE(exe, h->kind), size);
      for (int i = 0; i < WIRE_SURVIVOR_WORDS; i++) terms->words[i] |= found->words[i];
    }
  }
  narrow_vector(&walk->found, terms);
  return true;
}

#endif  // VEDETTE_SENSOR_BPF_DECIDE_PROGRAM_H_
