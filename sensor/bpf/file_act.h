// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The frame of acts on files: what all of them tell, and how far the classifier may trust the path.
#ifndef VEDETTE_SENSOR_BPF_FILE_ACT_H_
#define VEDETTE_SENSOR_BPF_FILE_ACT_H_

#include "sensor/bpf/file_place.h"
#include "sensor/bpf/object.h"

// What is told of every act on a file.
struct file_act {
  struct place at;
  struct inode* inode;  // Null: none yet, or unknown.
  __s32 result;
  bool attempt;  // The hook is asked before the act: the result is a verdict.
};

// The kernel's doing on behalf of execve: the program and its loader are mapped.
static __always_inline bool is_in_exec(struct task_struct* task) {
  struct task_struct___execve* executing = (void*)task;
  if (!bpf_core_field_exists(executing->in_execve)) return false;
  return BPF_CORE_READ_BITFIELD_PROBED(executing, in_execve) != 0;
}

// Says in the header how far the path can be trusted. Before classify().
static __always_inline void mark_place(struct wire_header* h, const struct place* at) {
  if (at->dentry) {
    if (!at->mnt || is_detached(at->mnt)) h->flags |= WIRE_FLAG_LOOSE_PATH;
  } else if (at->name) {
    h->flags |= WIRE_FLAG_LOOSE_PATH | WIRE_FLAG_USER_PATH;
  }
}

// Walks to the place, asks the classifier, and appends the path. True: the record is wanted, and
// act_submit() ends the act; false: the act has ended.
static __always_inline bool act_is_wanted(const struct act* act, struct wire_text* slot,
                                          const struct place* at, __u32 mode) {
  struct wire_header* h = (void*)act->scratch->record;
  mark_place(h, at);
  bool whole = at->dentry ? walk_place(act, at) : false;
  bool judged = whole && !(h->flags & WIRE_FLAG_LOOSE_PATH);
  if (!classify(act->slot, judged ? CLASSIFY_HAS_PATH : 0, mode, 0)) {
    COUNT(act->count->filtered);
    leave_slot(&act->scratch->busy);
    return false;
  }
  if (at->dentry)
    append_text((void*)h, ACT_ROOM, slot, walked(act->walk, whole));
  else if (at->name)
    append_asked(act, slot, at);
  return true;
}

static __always_inline int act_submit(struct act* act) {
  act_hand_over(act);
  return act_end(act);
}

// The record of an act on a file with what every kind has; else null.
#define FILE_ACT_BEGIN(act, kind, done)                                              \
  ({                                                                                 \
    struct wire_##kind* begun = ACT_BEGIN(act, (void*)bpf_get_current_task(), kind); \
    if (begun) {                                                                     \
      begun->result = (done)->result;                                                \
      if ((done)->attempt) begun->header.flags |= WIRE_FLAG_ATTEMPT;                 \
    }                                                                                \
    begun;                                                                           \
  })

#define FILL_INODE(e, of)               \
  do {                                  \
    struct inode* filled = (of);        \
    if (filled) FILL_OBJECT(e, filled); \
  } while (0)

#endif  // VEDETTE_SENSOR_BPF_FILE_ACT_H_
