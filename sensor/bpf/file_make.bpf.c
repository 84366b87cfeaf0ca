// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Directories and special files that are made.
#include "sensor/bpf/file_calls.h"

static __always_inline int report_mkdir(const struct file_act* done, __u32 new_mode) {
  struct act act;
  struct wire_file_mkdir* e = FILE_ACT_BEGIN(&act, file_mkdir, done);
  if (!e) return 0;
  e->new_mode = new_mode & 07777;
  __u32 mode = classify_mode_of_object(e->result, 0);
  if (act_is_wanted(&act, &e->path, &done->at, mode)) return act_submit(&act);
  return 0;
}

SEC("?lsm/path_mkdir")
hook_verdict BPF_PROG(file_mkdir__lsm, const struct path* dir, struct dentry* dentry, __u16 mode,
                      int result) {
  struct file_act done = {.at = place_in(dir, dentry), .result = result, .attempt = true};
  return LSM_VERDICT(result, report_mkdir(&done, mode));
}

SEC(SECURITY "path_mkdir")
hook_verdict BPF_PROG(file_mkdir__security, const struct path* dir, struct dentry* dentry,
                      __u16 mode, int result) {
  struct file_act done = {.at = place_in(dir, dentry), .result = result, .attempt = true};
  return SECURITY_VERDICT(result, report_mkdir(&done, mode));
}

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_mkdir__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  struct file_act done = {.result = call.result};
  bool at = CALL_IS(&call, 258, 296, 34, 323);  // mkdirat(directory, name, mode); mkdir(name, mode)
  done.at = at ? asked_at(&call, 1) : asked(&call, 0);
  report_mkdir(&done, at ? call.arg[2] : call.arg[1]);
  return 0;
}

struct node {
  struct file_act done;
  __u32 mode;
  __u32 dev;
};

static __always_inline int report_mknod(const struct node* node) {
  struct act act;
  struct wire_file_mknod* e = FILE_ACT_BEGIN(&act, file_mknod, &node->done);
  if (!e) return 0;
  e->new_mode = node->mode;
  e->new_dev = node->dev;
  __u32 mode = classify_mode_of_object(e->result, 0);
  if (act_is_wanted(&act, &e->path, &node->done.at, mode)) return act_submit(&act);
  return 0;
}

// Asked for plain files, too: one that an open makes is a file_open, but mknod(2) makes them as
// well.
static __always_inline int report_mknod_asked(const struct path* dir, struct dentry* dentry,
                                              __u32 mode, __u32 dev, int result) {
  __u32 type = mode & S_IFMT_BITS;
  if (type == 0 || type == S_IFREG_BITS) {
    struct task_struct* task = (void*)bpf_get_current_task();
    struct returned_call call = {.number = current_call(task).number};
    call.compat = is_compat(task);
    if (!CALL_IS(&call, 133, 14, -2, 14) && !CALL_IS(&call, 259, 297, 33, 324)) return 0;
  }
  struct node node = {
      .done = {.at = place_in(dir, dentry), .result = result, .attempt = true},
      .mode = mode,
      .dev = dev,
  };
  return report_mknod(&node);
}

SEC("?lsm/path_mknod")
hook_verdict BPF_PROG(file_mknod__lsm, const struct path* dir, struct dentry* dentry, __u16 mode,
                      unsigned int dev, int result) {
  return LSM_VERDICT(result, report_mknod_asked(dir, dentry, mode, dev, result));
}

SEC(SECURITY "path_mknod")
hook_verdict BPF_PROG(file_mknod__security, const struct path* dir, struct dentry* dentry,
                      __u16 mode, unsigned int dev, int result) {
  return SECURITY_VERDICT(result, report_mknod_asked(dir, dentry, mode, dev, result));
}

// The last resort does not see the sockets that bind(2) makes.
SEC("?tp_btf/sys_exit")
int BPF_PROG(file_mknod__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  bool at = CALL_IS(&call, 259, 297, 33, 324);  // mknodat(directory, name, mode, dev)
  struct node node = {.done = {.result = call.result}};
  node.done.at = at ? asked_at(&call, 1) : asked(&call, 0);
  node.mode = (at ? call.arg[2] : call.arg[1]) & 0177777;
  node.dev = at ? call.arg[3] : call.arg[2];
  report_mknod(&node);
  return 0;
}
