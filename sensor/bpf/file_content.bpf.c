// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// What is done to the content of files: cut, read or written for the first time, and descriptors
// that come from other processes.
#include "sensor/bpf/file_calls.h"

static __always_inline struct file_act asked_of_file(struct file* file, int result) {
  struct file_act done = {
      .at = place_of_file(file),
      .inode = BPF_CORE_READ(file, f_inode),
      .result = result,
      .attempt = true,
  };
  return done;
}

static __always_inline int report_truncate(const struct file_act* done) {
  struct act act;
  struct wire_file_truncate* e = FILE_ACT_BEGIN(&act, file_truncate, done);
  if (!e) return 0;
  FILL_INODE(e, done->inode);
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (act_is_wanted(&act, &e->path, &done->at, mode)) return act_submit(&act);
  return 0;
}

static __always_inline int report_truncate_path(const struct path* path, int result) {
  struct file_act done = {.at = place_of(path), .result = result, .attempt = true};
  done.inode = inode_of(done.at.dentry);
  return report_truncate(&done);
}

// From 6.2 on what is open has a hook of its own. Before, the one for paths is asked of both.
SEC("?lsm/file_truncate")
hook_verdict BPF_PROG(file_truncate__lsm__file, struct file* file, int result) {
  struct file_act done = asked_of_file(file, result);
  return LSM_VERDICT(result, report_truncate(&done));
}

SEC("?lsm/path_truncate")
hook_verdict BPF_PROG(file_truncate__lsm__path, const struct path* path, int result) {
  return LSM_VERDICT(result, report_truncate_path(path, result));
}

SEC(SECURITY "file_truncate")
hook_verdict BPF_PROG(file_truncate__security__file, struct file* file, int result) {
  struct file_act done = asked_of_file(file, result);
  return SECURITY_VERDICT(result, report_truncate(&done));
}

SEC(SECURITY "path_truncate")
hook_verdict BPF_PROG(file_truncate__security__path, const struct path* path, int result) {
  return SECURITY_VERDICT(result, report_truncate_path(path, result));
}

// The last resort does not see what open(2) cuts (O_TRUNC): that is in the flags of file_open.
SEC("?tp_btf/sys_exit")
int BPF_PROG(file_truncate__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct file_act done = {.result = call.result};
  if (CALL_IS(&call, 76, 92, 45, 92) || CALL_IS(&call, -2, 193, -2, 193))  // truncate, truncate64
    done.at = asked(&call, 0);
  else
    act_on_descriptor(&done, call.arg[0]);
  report_truncate(&done);
  return 0;
}

static __always_inline int report_receive(const struct file_act* done) {
  struct act act;
  struct wire_file_receive* e = FILE_ACT_BEGIN(&act, file_receive, done);
  if (!e) return 0;
  FILL_INODE(e, done->inode);
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (act_is_wanted(&act, &e->path, &done->at, mode)) return act_submit(&act);
  return 0;
}

SEC("?lsm/file_receive")
hook_verdict BPF_PROG(file_receive__lsm, struct file* file, int result) {
  struct file_act done = asked_of_file(file, result);
  return LSM_VERDICT(result, report_receive(&done));
}

SEC(SECURITY "file_receive")
hook_verdict BPF_PROG(file_receive__security, struct file* file, int result) {
  struct file_act done = asked_of_file(file, result);
  return SECURITY_VERDICT(result, report_receive(&done));
}

// The last resort sees descriptors that pidfd_getfd takes. Those in a message (SCM_RIGHTS) are in a
// buffer of the program, where by the time of the return another thread may have changed them.
SEC("?tp_btf/sys_exit")
int BPF_PROG(file_receive__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct file_act done = {.result = result < 0 ? (__s32)result : 0};
  if (result >= 0) act_on_descriptor(&done, result);
  report_receive(&done);
  return 0;
}

// What a program has read or written already. When full, the least recently used is forgotten, and
// its next access is a first one again. A new rule set sees everything anew. On overlayfs the file
// that is shown and the one below it are two.
struct access_key {
  __u64 exec_id;
  __u64 ino;
  __u32 dev;
  __u32 inode_generation;
  __u32 generation;
  __u32 reserved;
};
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 16384);
  __type(key, struct access_key);
  __type(value, __u32);  // MAY_READ, MAY_WRITE
} accessed SEC(".maps");

static __always_inline int report_access(struct file* file, __u32 mask, __s32 result) {
  struct inode* inode = BPF_CORE_READ(file, f_inode);
  mask &= MAY_READ_WRITE;
  if (!mask || (BPF_CORE_READ(inode, i_mode) & S_IFMT_BITS) != S_IFREG_BITS) return 0;
  struct access_key key = {
      .exec_id = exec_id_of((void*)bpf_get_current_task()),
      .ino = BPF_CORE_READ(inode, i_ino),
      .dev = BPF_CORE_READ(inode, i_sb, s_dev),
      .inode_generation = BPF_CORE_READ(inode, i_generation),
      .generation = state.generation,
  };
  __u32* known = bpf_map_lookup_elem(&accessed, &key);
  __u32 before = known ? *known : 0;
  mask &= ~before;
  if (!mask) return 0;
  struct file_act done = asked_of_file(file, result);
  struct act act;
  struct wire_file_access* e = FILE_ACT_BEGIN(&act, file_access, &done);
  if (!e) return 0;
  __u32 now = before | mask;
  bpf_map_update_elem(&accessed, &key, &now, BPF_ANY);
  FILL_INODE(e, done.inode);
  e->access = mask;
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (act_is_wanted(&act, &e->path, &done.at, mode)) return act_submit(&act);
  return 0;
}

// Asked by everything that moves bytes: read and write in all their forms, sendfile, splice,
// copy_file_range, io_uring, and the reading of a program by execve. There is no last resort at the
// return of system calls: it would cost every read and write of the host a lookup and more.
SEC("?lsm/file_permission")
hook_verdict BPF_PROG(file_access__lsm, struct file* file, int mask, int result) {
  return LSM_VERDICT(result, report_access(file, mask, result));
}

SEC(SECURITY "file_permission")
hook_verdict BPF_PROG(file_access__security, struct file* file, int mask, int result) {
  return SECURITY_VERDICT(result, report_access(file, mask, result));
}
