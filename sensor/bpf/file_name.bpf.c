// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Names: removed, changed, given. The hooks on paths are asked once the kernel has found the
// directories, so a name in a record is that of the object, whatever way led to it.
#include "sensor/bpf/classify_target.h"
#include "sensor/bpf/file_calls.h"

static __always_inline int report_unlink(const struct file_act* done) {
  struct act act;
  struct wire_file_unlink* e = FILE_ACT_BEGIN(&act, file_unlink, done);
  if (!e) return 0;
  FILL_INODE(e, done->inode);
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (act_is_wanted(&act, &e->path, &done->at, mode)) return act_submit(&act);
  return 0;
}

static __always_inline int report_unlink_asked(const struct path* dir, struct dentry* dentry,
                                               int result) {
  struct file_act done = {
      .at = place_in(dir, dentry),
      .inode = inode_of(dentry),
      .result = result,
      .attempt = true,
  };
  return report_unlink(&done);
}

SEC("?lsm/path_unlink")
hook_verdict BPF_PROG(file_unlink__lsm__name, const struct path* dir, struct dentry* dentry,
                      int result) {
  return LSM_VERDICT(result, report_unlink_asked(dir, dentry, result));
}

SEC("?lsm/path_rmdir")
hook_verdict BPF_PROG(file_unlink__lsm__directory, const struct path* dir, struct dentry* dentry,
                      int result) {
  return LSM_VERDICT(result, report_unlink_asked(dir, dentry, result));
}

SEC(SECURITY "path_unlink")
hook_verdict BPF_PROG(file_unlink__security__name, const struct path* dir, struct dentry* dentry,
                      int result) {
  return SECURITY_VERDICT(result, report_unlink_asked(dir, dentry, result));
}

SEC(SECURITY "path_rmdir")
hook_verdict BPF_PROG(file_unlink__security__directory, const struct path* dir,
                      struct dentry* dentry, int result) {
  return SECURITY_VERDICT(result, report_unlink_asked(dir, dentry, result));
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_unlink__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct file_act done = {.result = call.result};
  // unlinkat(directory, name, flags); unlink(name); rmdir(name)
  done.at = CALL_IS(&call, 263, 301, 35, 328) ? asked_at(&call, 1) : asked(&call, 0);
  report_unlink(&done);
  return 0;
}

#define RENAME_EXCHANGE_FLAG 2

// Two names: of what is there, and what it is to be called.
struct named {
  struct file_act from;
  struct place to;
  struct inode* replaced;
  __u32 flags;
};

// act_is_wanted(), judged by the new name as well, which is appended, too. Where acts are decided
// both ways of an exchange count.
static __always_inline bool named_is_wanted(const struct act* act, const struct named* done,
                                            struct wire_text* old_slot, struct wire_text* new_slot,
                                            __u32 mode) {
#if ENFORCING
  act->walk->second_from = (__u64)done->to.dentry;
  act->walk->second_mount = (__u64)done->to.mnt;
  act->walk->exchanged = done->flags & RENAME_EXCHANGE_FLAG;
  if (!act_is_wanted(act, old_slot, &done->from.at, mode)) return false;
  append_place(act, new_slot, &done->to);
  return true;
#else
  struct wire_header* h = (void*)act->scratch->record;
  mark_place(h, &done->from.at);
  append_place(act, new_slot, &done->to);
  act->walk->target_generation = 0;
  if (done->to.dentry && !(h->flags & WIRE_FLAG_LOOSE_PATH) &&
      !(new_slot->length & WIRE_TEXT_TRUNCATED))
    judge_target(act->slot);
  return act_is_wanted(act, old_slot, &done->from.at, mode);
#endif
}

static __always_inline int report_rename(const struct named* done) {
  struct act act;
  struct wire_file_rename* e = FILE_ACT_BEGIN(&act, file_rename, &done->from);
  if (!e) return 0;
  FILL_INODE(e, done->from.inode);
  struct inode* replaced = done->replaced;
  if (replaced) e->replaced_ino = BPF_CORE_READ(replaced, i_ino);
  e->rename_flags = done->flags;
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (named_is_wanted(&act, done, &e->path, &e->new_path, mode)) return act_submit(&act);
  return 0;
}

static __always_inline int report_rename_asked(const struct path* old_dir,
                                               struct dentry* old_dentry,
                                               const struct path* new_dir,
                                               struct dentry* new_dentry, __u32 flags, int result) {
  struct named done = {
      .from = {.at = place_in(old_dir, old_dentry),
               .inode = inode_of(old_dentry),
               .result = result,
               .attempt = true},
      .to = place_in(new_dir, new_dentry),
      .replaced = inode_of(new_dentry),
      .flags = flags,
  };
  return report_rename(&done);
}

SEC("?lsm/path_rename")
hook_verdict BPF_PROG(file_rename__lsm, const struct path* old_dir, struct dentry* old_dentry,
                      const struct path* new_dir, struct dentry* new_dentry, unsigned int flags,
                      int result) {
  return LSM_VERDICT(result,
                     report_rename_asked(old_dir, old_dentry, new_dir, new_dentry, flags, result));
}

SEC("?lsm/path_rename")  // Before 5.19, without the flags; an exchange is asked for twice.
hook_verdict BPF_PROG(file_rename__lsm_before_flags, const struct path* old_dir,
                      struct dentry* old_dentry, const struct path* new_dir,
                      struct dentry* new_dentry, int result) {
  return LSM_VERDICT(result,
                     report_rename_asked(old_dir, old_dentry, new_dir, new_dentry, 0, result));
}

SEC(SECURITY "path_rename")
hook_verdict BPF_PROG(file_rename__security, const struct path* old_dir, struct dentry* old_dentry,
                      const struct path* new_dir, struct dentry* new_dentry, unsigned int flags,
                      int result) {
  return SECURITY_VERDICT(
      result, report_rename_asked(old_dir, old_dentry, new_dir, new_dentry, flags, result));
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_rename__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct named done = {.from = {.result = call.result}};
  bool with_flags = CALL_IS(&call, 316, 353, 276, 382);
  if (with_flags ||
      CALL_IS(&call, 264, 302, 38, 329)) {  // (directory, name, directory, name, flags)
    done.from.at = asked_at(&call, 1);
    done.to = asked_at(&call, 3);
    if (with_flags) done.flags = call.arg[4];
  } else {
    done.from.at = asked(&call, 0);
    done.to = asked(&call, 1);
  }
  report_rename(&done);
  return 0;
}

static __always_inline int report_link(const struct named* done) {
  struct act act;
  struct wire_file_link* e = FILE_ACT_BEGIN(&act, file_link, &done->from);
  if (!e) return 0;
#if ENFORCING
  act.walk->from = (__u64)done->from.at.dentry;
  if (enforcement.aliases) follow_object(act.slot);
#endif
  FILL_INODE(e, done->from.inode);
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (named_is_wanted(&act, done, &e->path, &e->new_path, mode)) return act_submit(&act);
  return 0;
}

// The old name is in the mount of the new one: there are no links across mounts.
static __always_inline int report_link_asked(struct dentry* old_dentry, const struct path* new_dir,
                                             struct dentry* new_dentry, int result) {
  struct named done = {
      .from = {.at = place_in(new_dir, old_dentry),
               .inode = inode_of(old_dentry),
               .result = result,
               .attempt = true},
      .to = place_in(new_dir, new_dentry),
  };
  return report_link(&done);
}

SEC("?lsm/path_link")
hook_verdict BPF_PROG(file_link__lsm, struct dentry* old_dentry, const struct path* new_dir,
                      struct dentry* new_dentry, int result) {
  return LSM_VERDICT(result, report_link_asked(old_dentry, new_dir, new_dentry, result));
}

SEC(SECURITY "path_link")
hook_verdict BPF_PROG(file_link__security, struct dentry* old_dentry, const struct path* new_dir,
                      struct dentry* new_dentry, int result) {
  return SECURITY_VERDICT(result, report_link_asked(old_dentry, new_dir, new_dentry, result));
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_link__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct named done = {.from = {.result = call.result}};
  if (CALL_IS(&call, 265, 303, 37, 330)) {  // linkat(directory, name, directory, name, flags)
    done.from.at = asked_at(&call, 1);
    done.to = asked_at(&call, 3);
  } else {
    done.from.at = asked(&call, 0);
    done.to = asked(&call, 1);
  }
  report_link(&done);
  return 0;
}

static __always_inline int report_symlink(const struct file_act* done, const char* target,
                                          bool user) {
  struct act act;
  struct wire_file_symlink* e = FILE_ACT_BEGIN(&act, file_symlink, done);
  if (!e) return 0;
  __u32 mode = classify_mode_of_object(e->result, 0);
  if (!act_is_wanted(&act, &e->new_path, &done->at, mode)) return 0;
  append_string((void*)e, ACT_ROOM, &e->target, target, user);
  return act_submit(&act);
}

SEC("?lsm/path_symlink")
hook_verdict BPF_PROG(file_symlink__lsm, const struct path* dir, struct dentry* dentry,
                      const char* target, int result) {
  struct file_act done = {.at = place_in(dir, dentry), .result = result, .attempt = true};
  return LSM_VERDICT(result, report_symlink(&done, target, false));
}

SEC(SECURITY "path_symlink")
hook_verdict BPF_PROG(file_symlink__security, const struct path* dir, struct dentry* dentry,
                      const char* target, int result) {
  struct file_act done = {.at = place_in(dir, dentry), .result = result, .attempt = true};
  return SECURITY_VERDICT(result, report_symlink(&done, target, false));
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_symlink__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct file_act done = {.result = call.result};
  // symlinkat(target, directory, name); symlink(target, name)
  done.at = CALL_IS(&call, 266, 304, 36, 331) ? asked_at(&call, 2) : asked(&call, 1);
  report_symlink(&done, (void*)call.arg[0], true);
  return 0;
}
