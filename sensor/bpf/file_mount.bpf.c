// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Mounts: made, moved, changed, taken away. A detached one (fsmount, open_tree) comes into sight
// when move_mount attaches it.
#include "sensor/bpf/file_calls.h"

struct mounted {
  struct file_act done;  // `at`: where.
  struct place moved;    // The mount that is moved, if `is_move`.
  const char* source;    // Else what is mounted; may be null.
  const char* type;      // May be null.
  bool user;             // Both are in user memory.
  bool is_move;
  __u64 flags;
};

static __always_inline int report_mount(const struct mounted* mounted) {
  struct act act;
  struct wire_file_mount* e = FILE_ACT_BEGIN(&act, file_mount, &mounted->done);
  if (!e) return 0;
  e->mount_flags = mounted->flags;
  e->moved = mounted->is_move || (mounted->flags & MS_MOVE_FLAG);
  __u32 mode = classify_mode_of_object(e->result, 0);
  if (!act_is_wanted(&act, &e->path, &mounted->done.at, mode)) return 0;
  if (mounted->is_move)
    append_place(&act, &e->source, &mounted->moved);
  else if (mounted->source)
    append_string((void*)e, ACT_ROOM, &e->source, mounted->source, mounted->user);
  append_short((void*)e, ACT_ROOM, &e->fs_type, mounted->type, mounted->user, 64);
  return act_submit(&act);
}

static __always_inline int report_mount_asked(const char* source, const struct path* path,
                                              const char* type, unsigned long flags, int result) {
  struct mounted mounted = {
      .done = {.at = place_of(path), .result = result, .attempt = true},
      .source = source,
      .type = type,
      .flags = flags,
  };
  return report_mount(&mounted);
}

static __always_inline int report_move_asked(const struct path* from, const struct path* to,
                                             int result) {
  struct mounted mounted = {
      .done = {.at = place_of(to), .result = result, .attempt = true},
      .moved = place_of(from),
      .is_move = true,
  };
  return report_mount(&mounted);
}

SEC("?lsm/sb_mount")
hook_verdict BPF_PROG(file_mount__lsm__mount, const char* source, const struct path* path,
                      const char* type, unsigned long flags, void* data, int result) {
  return LSM_VERDICT(result, report_mount_asked(source, path, type, flags, result));
}

SEC("?lsm/move_mount")
hook_verdict BPF_PROG(file_mount__lsm__move, const struct path* from, const struct path* to,
                      int result) {
  return LSM_VERDICT(result, report_move_asked(from, to, result));
}

SEC(SECURITY "sb_mount")
hook_verdict BPF_PROG(file_mount__security__mount, const char* source, const struct path* path,
                      const char* type, unsigned long flags, void* data, int result) {
  return SECURITY_VERDICT(result, report_mount_asked(source, path, type, flags, result));
}

SEC(SECURITY "move_mount")
hook_verdict BPF_PROG(file_mount__security__move, const struct path* from, const struct path* to,
                      int result) {
  return SECURITY_VERDICT(result, report_move_asked(from, to, result));
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_mount__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct mounted mounted = {.done = {.result = call.result}, .user = true};
  if (CALL_IS(&call, 429, 429, 429, 429)) {  // move_mount(directory, name, directory, name, flags)
    mounted.moved = asked_at(&call, 1);
    mounted.done.at = asked_at(&call, 3);
    mounted.is_move = true;
  } else {  // mount(source, target, type, flags, data)
    mounted.source = (void*)call.arg[0];
    mounted.done.at = asked(&call, 1);
    mounted.type = (void*)call.arg[2];
    mounted.flags = call.arg[3];
  }
  report_mount(&mounted);
  return 0;
}

static __always_inline int report_umount(const struct file_act* done, __u32 flags, __u32 fs_magic,
                                         __u32 dev) {
  struct act act;
  struct wire_file_umount* e = FILE_ACT_BEGIN(&act, file_umount, done);
  if (!e) return 0;
  MARK_AGAINST_SELF(act.walk, dev != 0 && encode_dev(dev) == enforcement.bpffs_dev);
  e->umount_flags = flags;
  e->fs_magic = fs_magic;
  __u32 mode = classify_mode_of_object(e->result, 0);
  if (act_is_wanted(&act, &e->path, &done->at, mode)) return act_submit(&act);
  return 0;
}

static __always_inline int report_umount_asked(struct vfsmount* mnt, int flags, int result) {
  struct vfsmount___super_block* mount = (void*)mnt;
  struct file_act done = {
      .at = {.dentry = BPF_CORE_READ(mount, mnt_root), .mnt = mnt},
      .result = result,
      .attempt = true,
  };
  return report_umount(&done, flags, BPF_CORE_READ(mount, mnt_sb, s_magic),
                       BPF_CORE_READ(mount, mnt_sb, s_dev));
}

SEC("?lsm/sb_umount")
hook_verdict BPF_PROG(file_umount__lsm, struct vfsmount* mnt, int flags, int result) {
  return LSM_VERDICT(result, report_umount_asked(mnt, flags, result));
}

SEC(SECURITY "sb_umount")
hook_verdict BPF_PROG(file_umount__security, struct vfsmount* mnt, int flags, int result) {
  return SECURITY_VERDICT(result, report_umount_asked(mnt, flags, result));
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_umount__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct file_act done = {.at = asked(&call, 0), .result = call.result};
  bool without_flags = CALL_IS(&call, -2, 22, -2, -2);  // umount(name); umount2(name, flags)
  report_umount(&done, without_flags ? 0 : call.arg[1], 0, 0);
  return 0;
}
