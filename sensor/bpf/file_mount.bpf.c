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

static __always_inline void report_mount(const struct mounted* mounted) {
  struct act act;
  struct wire_file_mount* e = FILE_ACT_BEGIN(&act, file_mount, &mounted->done);
  if (!e) return;
  e->mount_flags = mounted->flags;
  e->moved = mounted->is_move || (mounted->flags & MS_MOVE_FLAG);
  __u32 mode = classify_mode_of_object(e->result, 0);
  if (!act_is_wanted(&act, &e->path, &mounted->done.at, mode)) return;
  if (mounted->is_move)
    append_place(&act, &e->source, &mounted->moved);
  else if (mounted->source)
    append_string((void*)e, ACT_ROOM, &e->source, mounted->source, mounted->user);
  append_short((void*)e, ACT_ROOM, &e->fs_type, mounted->type, mounted->user, 64);
  act_submit(&act);
}

static __always_inline void report_mount_asked(const char* source, const struct path* path,
                                               const char* type, unsigned long flags, int result) {
  struct mounted mounted = {
      .done = {.at = place_of(path), .result = result, .attempt = true},
      .source = source,
      .type = type,
      .flags = flags,
  };
  report_mount(&mounted);
}

static __always_inline void report_move_asked(const struct path* from, const struct path* to,
                                              int result) {
  struct mounted mounted = {
      .done = {.at = place_of(to), .result = result, .attempt = true},
      .moved = place_of(from),
      .is_move = true,
  };
  report_mount(&mounted);
}

SEC("?lsm/sb_mount")
int BPF_PROG(file_mount__lsm__mount, const char* source, const struct path* path, const char* type,
             unsigned long flags, void* data, int result) {
  report_mount_asked(source, path, type, flags, result);
  return result;
}

SEC("?lsm/move_mount")
int BPF_PROG(file_mount__lsm__move, const struct path* from, const struct path* to, int result) {
  report_move_asked(from, to, result);
  return result;
}

SEC("?fexit/security_sb_mount")
int BPF_PROG(file_mount__security__mount, const char* source, const struct path* path,
             const char* type, unsigned long flags, void* data, int result) {
  report_mount_asked(source, path, type, flags, result);
  return 0;
}

SEC("?fexit/security_move_mount")
int BPF_PROG(file_mount__security__move, const struct path* from, const struct path* to,
             int result) {
  report_move_asked(from, to, result);
  return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_mount__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct mounted mounted = {.done = {.result = call.result}, .user = true};
  if (RETURNED_FROM(&call, move_mount)) {  // move_mount(directory, name, directory, name, flags)
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

static __always_inline void report_umount(const struct file_act* done, __u32 flags,
                                          __u32 fs_magic) {
  struct act act;
  struct wire_file_umount* e = FILE_ACT_BEGIN(&act, file_umount, done);
  if (!e) return;
  e->umount_flags = flags;
  e->fs_magic = fs_magic;
  __u32 mode = classify_mode_of_object(e->result, 0);
  if (act_is_wanted(&act, &e->path, &done->at, mode)) act_submit(&act);
}

static __always_inline void report_umount_asked(struct vfsmount* mnt, int flags, int result) {
  struct vfsmount___super_block* mount = (void*)mnt;
  struct file_act done = {
      .at = {.dentry = BPF_CORE_READ(mount, mnt_root), .mnt = address_of(mnt)},
      .result = result,
      .attempt = true,
  };
  report_umount(&done, flags, BPF_CORE_READ(mount, mnt_sb, s_magic));
}

SEC("?lsm/sb_umount")
int BPF_PROG(file_umount__lsm, struct vfsmount* mnt, int flags, int result) {
  report_umount_asked(mnt, flags, result);
  return result;
}

SEC("?fexit/security_sb_umount")
int BPF_PROG(file_umount__security, struct vfsmount* mnt, int flags, int result) {
  report_umount_asked(mnt, flags, result);
  return 0;
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_umount__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct file_act done = {.at = asked(&call, 0), .result = call.result};
  bool without_flags = RETURNED_FROM(&call, umount);  // umount(name); umount2(name, flags)
  report_umount(&done, without_flags ? 0 : call.arg[1], 0);
  return 0;
}
