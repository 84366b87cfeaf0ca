// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What is said of a file: permissions, owner, extended attributes.
#include "sensor/bpf/file_calls.h"

static __always_inline struct file_act asked_of(const struct path* path, int result) {
  struct file_act done = {.at = place_of(path), .result = result, .attempt = true};
  done.inode = inode_of(done.at.dentry);
  return done;
}

static __always_inline void report_chmod(const struct file_act* done, __u32 new_mode) {
  struct act act;
  struct wire_file_chmod* e = FILE_ACT_BEGIN(&act, file_chmod, done);
  if (!e) return;
  FILL_INODE(e, done->inode);
  e->new_mode = new_mode & 07777;
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (act_is_wanted(&act, &e->path, &done->at, mode)) act_submit(&act);
}

SEC("?lsm/path_chmod")
int BPF_PROG(file_chmod__lsm, const struct path* path, __u16 mode, int result) {
  struct file_act done = asked_of(path, result);
  report_chmod(&done, mode);
  return result;
}

SEC("?fexit/security_path_chmod")
int BPF_PROG(file_chmod__security, const struct path* path, __u16 mode, int result) {
  struct file_act done = asked_of(path, result);
  report_chmod(&done, mode);
  return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_chmod__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct file_act done = {.result = call.result};
  __u32 mode = call.arg[1];
  if (RETURNED_FROM(&call, fchmod)) {  // fchmod(descriptor, mode)
    act_on_descriptor(&done, call.arg[0]);
  } else if (RETURNED_FROM(&call, chmod)) {  // chmod(name, mode)
    done.at = asked(&call, 0);
  } else {  // fchmodat(directory, name, mode)
    done.at = asked_at(&call, 1);
    mode = call.arg[2];
  }
  report_chmod(&done, mode);
  return 0;
}

struct owners {
  __u32 uid, gid;  // All ones: unchanged.
};

static __always_inline void report_chown(const struct file_act* done, struct owners to) {
  struct act act;
  struct wire_file_chown* e = FILE_ACT_BEGIN(&act, file_chown, done);
  if (!e) return;
  FILL_INODE(e, done->inode);
  e->new_uid = to.uid;
  e->new_gid = to.gid;
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (act_is_wanted(&act, &e->path, &done->at, mode)) act_submit(&act);
}

SEC("?lsm/path_chown")  // From 6.1 on: before, programs cannot take structs (kuid_t).
int BPF_PROG(file_chown__lsm, const struct path* path, __u32 uid, __u32 gid, int result) {
  struct file_act done = asked_of(path, result);
  report_chown(&done, (struct owners){uid, gid});
  return result;
}

// Any change of an inode, and no mount: only for kernels that lack the above.
static __always_inline void report_setattr(struct dentry* dentry, struct iattr* change,
                                           int result) {
  __u32 valid = BPF_CORE_READ(change, ia_valid);
  if (!(valid & (ATTR_UID_FLAG | ATTR_GID_FLAG))) return;
  struct file_act done = {
      .at = {.dentry = address_of(dentry)},
      .inode = inode_of(dentry),
      .result = result,
      .attempt = true,
  };
  struct owners to = {-1, -1};
  if (valid & ATTR_UID_FLAG) to.uid = BPF_CORE_READ(change, ia_uid.val);
  if (valid & ATTR_GID_FLAG) to.gid = BPF_CORE_READ(change, ia_gid.val);
  report_chown(&done, to);
}

SEC("?lsm/inode_setattr")
int BPF_PROG(file_chown__lsm_inode, struct dentry* dentry, struct iattr* change, int result) {
  report_setattr(dentry, change, result);
  return result;
}

SEC("?fexit/security_path_chown")
int BPF_PROG(file_chown__security, const struct path* path, __u32 uid, __u32 gid, int result) {
  struct file_act done = asked_of(path, result);
  report_chown(&done, (struct owners){uid, gid});
  return 0;
}

SEC("?fexit/security_inode_setattr")
int BPF_PROG(file_chown__security_inode, struct dentry* dentry, struct iattr* change, int result) {
  // From 6.0 on the function has one more argument in front; from 6.1 on nobody needs it.
  struct iattr___v6_0* now = (void*)change;
  if (!bpf_core_field_exists(now->ia_vfsuid)) report_setattr(dentry, change, result);
  return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_chown__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct file_act done = {.result = call.result};
  struct owners to = {call.arg[1], call.arg[2]};
  // fchown(descriptor, uid, gid), also with 32 bits a user
  if (RETURNED_FROM(&call, fchown) || RETURNED_FROM(&call, fchown32)) {
    act_on_descriptor(&done, call.arg[0]);
  } else if (RETURNED_FROM(&call, fchownat)) {  // fchownat(directory, name, uid, gid, flags)
    done.at = asked_at(&call, 1);
    to = (struct owners){call.arg[2], call.arg[3]};
  } else {  // chown, lchown(name, uid, gid)
    done.at = asked(&call, 0);
  }
  report_chown(&done, to);
  return 0;
}

struct attribute {
  struct file_act done;
  const char* name;
  bool user;  // `name` is in user memory.
  bool removed;
  __u32 size;
};

static __always_inline void report_xattr(const struct attribute* of) {
  struct act act;
  struct wire_file_xattr* e = FILE_ACT_BEGIN(&act, file_xattr, &of->done);
  if (!e) return;
  FILL_INODE(e, of->done.inode);
  e->removed = of->removed;
  e->value_size = of->size;
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (!act_is_wanted(&act, &e->path, &of->done.at, mode)) return;
  append_short((void*)e, ACT_ROOM, &e->xattr_name, of->name, of->user, 256);
  act_submit(&act);
}

// (dentry, name, value, size, flags) or (dentry, name), and behind the arguments the result. From
// 5.12 on the id map of the mount is in front of them; config says so. Gives the result.
static __always_inline int report_xattr_asked(unsigned long long* ctx, bool removed) {
  struct attribute of = {.done = {.attempt = true}, .removed = removed};
  struct dentry* dentry;
  if (config.xattr_has_idmap) {
    dentry = (void*)HOOK_ARGUMENT(ctx, 1);
    of.name = (void*)HOOK_ARGUMENT(ctx, 2);
    if (!removed) of.size = HOOK_ARGUMENT(ctx, 4);
    of.done.result = removed ? HOOK_ARGUMENT(ctx, 3) : HOOK_ARGUMENT(ctx, 6);
  } else {
    dentry = (void*)HOOK_ARGUMENT(ctx, 0);
    of.name = (void*)HOOK_ARGUMENT(ctx, 1);
    if (!removed) of.size = HOOK_ARGUMENT(ctx, 3);
    of.done.result = removed ? HOOK_ARGUMENT(ctx, 2) : HOOK_ARGUMENT(ctx, 5);
  }
  of.done.at.dentry = address_of(dentry);
  of.done.inode = inode_of(dentry);
  report_xattr(&of);
  return of.done.result;
}

SEC("?lsm/inode_setxattr")
int file_xattr__lsm__set(unsigned long long* ctx) { return report_xattr_asked(ctx, false); }

SEC("?lsm/inode_removexattr")
int file_xattr__lsm__remove(unsigned long long* ctx) { return report_xattr_asked(ctx, true); }

SEC("?fexit/security_inode_setxattr")
int file_xattr__security__set(unsigned long long* ctx) {
  report_xattr_asked(ctx, false);
  return 0;
}

SEC("?fexit/security_inode_removexattr")
int file_xattr__security__remove(unsigned long long* ctx) {
  report_xattr_asked(ctx, true);
  return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_xattr__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct attribute of = {.done = {.result = call.result}, .user = true};
  of.name = (void*)call.arg[1];
  // removexattr, lremovexattr, fremovexattr
  bool of_descriptor = RETURNED_FROM(&call, fremovexattr);
  of.removed =
      of_descriptor || RETURNED_FROM(&call, removexattr) || RETURNED_FROM(&call, lremovexattr);
  if (!of.removed) of.size = call.arg[3];  // (name or descriptor, attribute, value, size, flags)
  if (of_descriptor || RETURNED_FROM(&call, fsetxattr))
    act_on_descriptor(&of.done, call.arg[0]);
  else
    of.done.at = asked(&call, 0);
  report_xattr(&of);
  return 0;
}
