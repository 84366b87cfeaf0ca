// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Namespaces, by the ways that lead into one: unshare and setns change the process itself, clone
// gives its child new ones. A user namespace that may not be made ends a clone early, before
// copy_namespaces: that is a way of its own, so each act is reported once.
#include "sensor/bpf/process_calls.h"
#include "sensor/bpf/process_fill.h"
#include "sensor/bpf/process_types.h"

struct namespace_change {
  struct task_struct*
      task;  // Whose namespaces these are afterwards: the process itself or a child.
  __u32 flags;
  __s32 result;
  __u8 wire_flags;
};

static __always_inline void fill_new_namespaces(struct wire_process_namespace* e,
                                                struct task_struct* task) {
  struct nsproxy* proxy = BPF_CORE_READ(task, nsproxy);
  struct nsproxy___children* children = (void*)proxy;
  e->new_user_ns = BPF_CORE_READ(task, cred, user_ns, ns.inum);
  if (!proxy) return;
  e->new_mnt_ns = BPF_CORE_READ(proxy, mnt_ns, ns.inum);
  e->new_pid_ns = BPF_CORE_READ(children, pid_ns_for_children, ns.inum);
  e->new_net_ns = BPF_CORE_READ(proxy, net_ns, ns.inum);
  e->new_uts_ns = BPF_CORE_READ(proxy, uts_ns, ns.inum);
  e->new_ipc_ns = BPF_CORE_READ(proxy, ipc_ns, ns.inum);
  e->new_cgroup_ns = BPF_CORE_READ(proxy, cgroup_ns, ns.inum);
}

static __always_inline int report_namespace(const struct namespace_change* change) {
  struct act act;
  struct task_struct* current = (void*)bpf_get_current_task();
  struct wire_process_namespace* e = ACT_BEGIN(&act, current, process_namespace);
  if (!e) return 0;
  e->header.flags |= change->wire_flags;
  e->ns_flags = change->flags & CLONE_NEW_FLAGS;
  e->result = change->result;
  if (change->task) fill_new_namespaces(e, change->task);
  return act_decide(&act, 0, classify_mode_of_object(e->result, 0), 0);
}

SEC("?fexit/ksys_unshare")
int BPF_PROG(process_namespace__ksys_unshare__unshare, unsigned long flags, int result) {
  if (!(flags & CLONE_NEW_FLAGS)) return 0;  // Files, memory: nothing of namespaces.
  struct namespace_change change = {
      .task = (void*)bpf_get_current_task(), .flags = flags, .result = result};
  report_namespace(&change);
  return 0;
}

// What the second argument of setns leaves open, its descriptor tells.
static __always_inline __u32 type_of_namespace(struct file* file) {
  if (!file) return 0;
  struct inode* inode = BPF_CORE_READ(file, f_inode);
  if (BPF_CORE_READ(inode, i_sb, s_magic) != NSFS_MAGIC) return 0;
  struct inode___private* private = (void*)inode;
  struct ns_common___v6_18* now = BPF_CORE_READ(private, i_private);
  struct ns_common___pre_6_18* old = (void*)now;
  if (bpf_core_field_exists(now->ns_type)) return BPF_CORE_READ(now, ns_type);
  return BPF_CORE_READ(old, ops, type);
}

static __always_inline __u32 flags_of_setns(struct task_struct* task, const unsigned long* arg) {
  if (arg[1]) return arg[1];
  return type_of_namespace(file_of(task, arg[0]));
}

// The end of every setns that succeeds, and of unshare and exit, which are left out.
SEC("?fexit/switch_task_namespaces")
int BPF_PROG(process_namespace__switch_task_namespaces__setns, struct task_struct* task) {
  struct task_struct* current = (void*)bpf_get_current_task();
  if (current_process_call(current) != SETNS) return 0;
  unsigned long arg[CALL_ARGUMENTS] = {};
  current_arguments(current, arg);
  struct namespace_change change = {.task = current, .flags = flags_of_setns(current, arg)};
  report_namespace(&change);
  return 0;
}

SEC("?fexit/copy_namespaces")
int BPF_PROG(process_namespace__copy_namespaces__clone, unsigned long flags,
             struct task_struct* child, int result) {
  if (!(flags & CLONE_NEW_FLAGS)) return 0;
  struct namespace_change change = {.flags = flags, .result = result};
  if (result == 0) change.task = child;
  report_namespace(&change);
  return 0;
}

// A clone that ends here. unshare comes here as well, and tells its result itself.
SEC("?fexit/create_user_ns")
int BPF_PROG(process_namespace__create_user_ns__user, struct cred* new, int result) {
  if (result >= 0) return 0;
  if (current_process_call((void*)bpf_get_current_task()) == UNSHARE) return 0;
  struct namespace_change change = {.flags = CLONE_NEWUSER_FLAG, .result = result};
  report_namespace(&change);
  return 0;
}

SEC("?lsm/userns_create")
hook_verdict BPF_PROG(process_namespace__lsm__user, const struct cred* cred, int result) {
  if (!ENFORCING && result >= 0) return result;
  if (!ENFORCING && current_process_call((void*)bpf_get_current_task()) == UNSHARE) return result;
  struct namespace_change change = {
      .flags = CLONE_NEWUSER_FLAG, .result = result, .wire_flags = WIRE_FLAG_ATTEMPT};
  return LSM_VERDICT(result, report_namespace(&change));
}

#if ENFORCING
SEC(SECURITY "create_user_ns")
hook_verdict BPF_PROG(process_namespace__security__user, const struct cred* cred, int result) {
  struct namespace_change change = {.flags = CLONE_NEWUSER_FLAG, .wire_flags = WIRE_FLAG_ATTEMPT};
  return SECURITY_VERDICT(result, report_namespace(&change));
}
#endif

// The last resort. clone is not looked at: each would have to be.
SEC("?tp_btf/sys_exit")
int BPF_PROG(process_namespace__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct task_struct* task = (void*)bpf_get_current_task();
  bool compat = is_compat(task);
  enum process_call call = process_call_of(call_number(regs), compat);
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, compat);
  struct namespace_change change = {.task = task, .flags = arg[0], .result = result};
  if (call == SETNS)
    change.flags = flags_of_setns(task, arg);
  else if (call != UNSHARE || !(change.flags & CLONE_NEW_FLAGS))
    return 0;
  report_namespace(&change);
  return 0;
}
