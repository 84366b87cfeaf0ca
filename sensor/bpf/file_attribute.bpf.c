// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What is said of a file: permissions, owner, extended attributes.
#include "sensor/bpf/file_calls.h"

static __always_inline struct file_act asked_of(const struct path* path, int result) {
  struct file_act done = {.at = place_of(path), .result = result, .attempt = true};
  done.inode = inode_of(done.at.dentry);
  return done;
}

static __always_inline int report_chmod(const struct file_act* done, __u32 new_mode) {
  struct act act;
  struct wire_file_chmod* e = FILE_ACT_BEGIN(&act, file_chmod, done);
  if (!e) return 0;
  FILL_INODE(e, done->inode);
  e->new_mode = new_mode & 07777;
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (act_is_wanted(&act, &e->path, &done->at, mode)) return act_submit(&act);
  return 0;
}

SEC("?lsm/path_chmod")
hook_verdict BPF_PROG(file_chmod__lsm, const struct path* path, __u16 mode, int result) {
  struct file_act done = asked_of(path, result);
  return LSM_VERDICT(result, report_chmod(&done, mode));
}

SEC(SECURITY "path_chmod")
hook_verdict BPF_PROG(file_chmod__security, const struct path* path, __u16 mode, int result) {
  struct file_act done = asked_of(path, result);
  return SECURITY_VERDICT(result, report_chmod(&done, mode));
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_chmod__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct file_act done = {.result = call.result};
  __u32 mode = call.arg[1];
  if (CALL_IS(&call, 91, 94, 52, 94)) {  // fchmod(descriptor, mode)
    act_on_descriptor(&done, call.arg[0]);
  } else if (CALL_IS(&call, 90, 15, -2, 15)) {  // chmod(name, mode)
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

static __always_inline int report_chown(const struct file_act* done, struct owners to) {
  struct act act;
  struct wire_file_chown* e = FILE_ACT_BEGIN(&act, file_chown, done);
  if (!e) return 0;
  FILL_INODE(e, done->inode);
  e->new_uid = to.uid;
  e->new_gid = to.gid;
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (act_is_wanted(&act, &e->path, &done->at, mode)) return act_submit(&act);
  return 0;
}

SEC("?lsm/path_chown")  // From 6.1 on: before, programs cannot take structs (kuid_t).
hook_verdict BPF_PROG(file_chown__lsm, const struct path* path, __u32 uid, __u32 gid, int result) {
  struct file_act done = asked_of(path, result);
  return LSM_VERDICT(result, report_chown(&done, (struct owners){uid, gid}));
}

// Any change of an inode, and no mount: only for kernels that lack the above.
static __always_inline int report_setattr(struct dentry* dentry, struct iattr* change, int result) {
  __u32 valid = BPF_CORE_READ(change, ia_valid);
  if (!(valid & (ATTR_UID_FLAG | ATTR_GID_FLAG))) return 0;
  struct file_act done = {
      .at = {.dentry = dentry},
      .inode = inode_of(dentry),
      .result = result,
      .attempt = true,
  };
  struct owners to = {-1, -1};
  if (valid & ATTR_UID_FLAG) to.uid = BPF_CORE_READ(change, ia_uid.val);
  if (valid & ATTR_GID_FLAG) to.gid = BPF_CORE_READ(change, ia_gid.val);
  return report_chown(&done, to);
}

SEC("?lsm/inode_setattr")
hook_verdict BPF_PROG(file_chown__lsm_inode, struct dentry* dentry, struct iattr* change,
                      int result) {
  return LSM_VERDICT(result, report_setattr(dentry, change, result));
}

SEC(SECURITY "path_chown")
hook_verdict BPF_PROG(file_chown__security, const struct path* path, __u32 uid, __u32 gid,
                      int result) {
  struct file_act done = asked_of(path, result);
  return SECURITY_VERDICT(result, report_chown(&done, (struct owners){uid, gid}));
}

SEC(SECURITY "inode_setattr")
hook_verdict BPF_PROG(file_chown__security_inode, struct dentry* dentry, struct iattr* change,
                      int result) {
  // From 6.0 on the function has one more argument in front; from 6.1 on nobody needs it.
  struct iattr___v6_0* now = (void*)change;
  return SECURITY_VERDICT(
      result, !bpf_core_field_exists(now->ia_vfsuid) ? report_setattr(dentry, change, result) : 0);
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_chown__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct file_act done = {.result = call.result};
  struct owners to = {call.arg[1], call.arg[2]};
  // fchown(descriptor, uid, gid), also with 32 bits a user
  if (CALL_IS(&call, 93, 95, 55, 95) || CALL_IS(&call, -2, 207, -2, 207)) {
    act_on_descriptor(&done, call.arg[0]);
  } else if (CALL_IS(&call, 260, 298, 54, 325)) {  // fchownat(directory, name, uid, gid, flags)
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

static __always_inline int report_xattr(const struct attribute* of) {
  struct act act;
  struct wire_file_xattr* e = FILE_ACT_BEGIN(&act, file_xattr, &of->done);
  if (!e) return 0;
  FILL_INODE(e, of->done.inode);
  e->removed = of->removed;
  e->value_size = of->size;
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (!act_is_wanted(&act, &e->path, &of->done.at, mode)) return 0;
  append_short((void*)e, ACT_ROOM, &e->xattr_name, of->name, of->user, 256);
  return act_submit(&act);
}

// (dentry, name, value, size, flags) or (dentry, name), and behind the arguments the result. From
// 5.12 on the id map of the mount is in front of them; config says so.
static __always_inline int report_xattr_asked(unsigned long long* ctx, bool removed, int result) {
  struct attribute of = {.done = {.result = result, .attempt = true}, .removed = removed};
  struct dentry* dentry;
  if (config.xattr_has_idmap) {
    dentry = (void*)HOOK_ARGUMENT(ctx, 1);
    of.name = (void*)HOOK_ARGUMENT(ctx, 2);
    if (!removed) of.size = HOOK_ARGUMENT(ctx, 4);
  } else {
    dentry = (void*)HOOK_ARGUMENT(ctx, 0);
    of.name = (void*)HOOK_ARGUMENT(ctx, 1);
    if (!removed) of.size = HOOK_ARGUMENT(ctx, 3);
  }
  of.done.at.dentry = dentry;
  of.done.inode = inode_of(dentry);
  return report_xattr(&of);
}

static __always_inline int xattr_result(unsigned long long* ctx, bool removed) {
  if (config.xattr_has_idmap) return removed ? HOOK_ARGUMENT(ctx, 3) : HOOK_ARGUMENT(ctx, 6);
  return removed ? HOOK_ARGUMENT(ctx, 2) : HOOK_ARGUMENT(ctx, 5);
}

SEC("?lsm/inode_setxattr")
hook_verdict file_xattr__lsm__set(unsigned long long* ctx) {
  int result = xattr_result(ctx, false);
  return LSM_VERDICT(result, report_xattr_asked(ctx, false, result));
}

SEC("?lsm/inode_removexattr")
hook_verdict file_xattr__lsm__remove(unsigned long long* ctx) {
  int result = xattr_result(ctx, true);
  return LSM_VERDICT(result, report_xattr_asked(ctx, true, result));
}

SEC(SECURITY "inode_setxattr")
hook_verdict file_xattr__security__set(unsigned long long* ctx) {
  int result = xattr_result(ctx, false);
  return SECURITY_VERDICT(result, report_xattr_asked(ctx, false, result));
}

SEC(SECURITY "inode_removexattr")
hook_verdict file_xattr__security__remove(unsigned long long* ctx) {
  int result = xattr_result(ctx, true);
  return SECURITY_VERDICT(result, report_xattr_asked(ctx, true, result));
}

// setxattrat(directory, name, flags, attribute, arguments, size) and removexattrat(directory, name,
// flags, attribute), on every architecture.
#define SETXATTRAT_NUMBER 463
#define REMOVEXATTRAT_NUMBER 466

static __always_inline void read_xattr_at(struct attribute* of, const struct returned_call* call) {
  struct {
    __u64 value;
    __u32 size, flags;
  } given = {};
  of->done.at = asked_at(call, 1);
  of->name = (void*)call->arg[3];
  of->removed = call->number == REMOVEXATTRAT_NUMBER;
  if (of->removed) return;
  bpf_probe_read_user(&given, sizeof(given), (void*)call->arg[4]);
  of->size = given.size;
}

static __always_inline void read_xattr(struct attribute* of, const struct returned_call* call) {
  of->name = (void*)call->arg[1];
  // removexattr, lremovexattr, fremovexattr
  bool of_descriptor = CALL_IS(call, 199, 237, 16, 237);
  of->removed =
      of_descriptor || CALL_IS(call, 197, 235, 14, 235) || CALL_IS(call, 198, 236, 15, 236);
  if (!of->removed) of->size = call->arg[3];  // (name or descriptor, attribute, value, size, flags)
  if (of_descriptor || CALL_IS(call, 190, 228, 7, 228))
    act_on_descriptor(&of->done, call->arg[0]);
  else
    of->done.at = asked(call, 0);
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_xattr__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct attribute of = {.done = {.result = call.result}, .user = true};
  if (call.number == SETXATTRAT_NUMBER || call.number == REMOVEXATTRAT_NUMBER)
    read_xattr_at(&of, &call);
  else
    read_xattr(&of, &call);
  report_xattr(&of);
  return 0;
}
