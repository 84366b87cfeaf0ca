// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Another root directory: chroot and pivot_root.
#include "sensor/bpf/act.h"
#include "sensor/bpf/file_place.h"
#include "sensor/bpf/object.h"
#include "sensor/bpf/process_calls.h"
#include "sensor/bpf/process_types.h"
#include "sensor/bpf/walk.h"

struct root_change {
  const struct path* root;  // Null: only its name is known.
  const struct path* put_old;
  const char* user_root;
  const char* user_put_old;
  __s32 result;
  __u8 wire_flags;
  bool pivot;
};

static __always_inline int walk_root(__u32 slot, const struct path* path) {
  return walk_path(slot, BPF_CORE_READ(path, dentry), BPF_CORE_READ(path, mnt));
}

static __always_inline void report_root(const struct root_change* change) {
  struct act act;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct wire_process_root* e = ACT_BEGIN(&act, task, process_root);
  if (!e) return;
  e->header.flags |= change->wire_flags;
  e->result = change->result;
  e->pivot = change->pivot;
  int whole = 0;
  const struct path* root = change->root;
  if (root) {
    struct inode* inode = BPF_CORE_READ(root, dentry, d_inode);
    FILL_OBJECT(e, inode);
    whole = walk_root(act.slot, root);
    if (is_detached(BPF_CORE_READ(root, mnt))) e->header.flags |= WIRE_FLAG_LOOSE_PATH;
  }
  bool judged = whole && !(e->header.flags & WIRE_FLAG_LOOSE_PATH);
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (classify(act.slot, judged ? CLASSIFY_HAS_PATH : 0, mode, 0)) {
    if (root) append_text((void*)e, ACT_ROOM, &e->path, walked(act.walk, whole));
    if (change->put_old) {
      int all = walk_root(act.slot, change->put_old);
      append_text((void*)e, ACT_ROOM, &e->old_root, walked(act.walk, all));
    }
    if (change->user_root) append_string((void*)e, ACT_ROOM, &e->path, change->user_root, true);
    if (change->user_put_old)
      append_string((void*)e, ACT_ROOM, &e->old_root, change->user_put_old, true);
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  act_end(&act);
}

static __always_inline void report_chroot(const struct path* path, int result) {
  struct root_change change = {.root = path, .result = result, .wire_flags = WIRE_FLAG_ATTEMPT};
  report_root(&change);
}

static __always_inline void report_pivot(const struct path* put_old, const struct path* root,
                                         int result) {
  struct root_change change = {.root = root,
                               .put_old = put_old,
                               .result = result,
                               .wire_flags = WIRE_FLAG_ATTEMPT,
                               .pivot = true};
  report_root(&change);
}

SEC("?lsm/path_chroot")
int BPF_PROG(process_root__lsm__chroot, const struct path* path, int result) {
  report_chroot(path, result);
  return result;
}

SEC("?lsm/sb_pivotroot")
int BPF_PROG(process_root__lsm__pivot, const struct path* put_old, const struct path* root,
             int result) {
  report_pivot(put_old, root, result);
  return result;
}

SEC("?fexit/security_path_chroot")
int BPF_PROG(process_root__security__chroot, const struct path* path, int result) {
  report_chroot(path, result);
  return 0;
}

SEC("?fexit/security_sb_pivotroot")
int BPF_PROG(process_root__security__pivot, const struct path* put_old, const struct path* root,
             int result) {
  report_pivot(put_old, root, result);
  return 0;
}

// The last resort. What chroot found is the root now; of all else only names are left.
SEC("?tp_btf/sys_exit")
int BPF_PROG(process_root__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct task_struct* task = (void*)bpf_get_current_task();
  bool compat = is_compat(task);
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, compat);
  struct root_change change = {.result = result};
  change.pivot = process_call_of(call_number(regs), compat) == PIVOT_ROOT;
  struct fs_struct___root* fs = (void*)BPF_CORE_READ(task, fs);
  if (result == 0 && !change.pivot && fs) {
    change.root = (void*)fs + bpf_core_field_offset(struct fs_struct___root, root);
  } else {
    change.user_root = (void*)arg[0];
    change.user_put_old = change.pivot ? (void*)arg[1] : 0;
    change.wire_flags = WIRE_FLAG_USER_PATH | WIRE_FLAG_LOOSE_PATH;
  }
  report_root(&change);
  return 0;
}
