// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Credentials. commit_creds puts them in force for every way there is, also for those that no
// system call explains; reported if an id, a capability or the user namespace differs.
#include "sensor/bpf/process_calls.h"
#include "sensor/bpf/process_fill.h"
#include "sensor/bpf/process_types.h"

static __always_inline __u64 ids_differ(const struct cred* a, const struct cred* b) {
  return (BPF_CORE_READ(a, uid.val) ^ BPF_CORE_READ(b, uid.val)) |
         (BPF_CORE_READ(a, euid.val) ^ BPF_CORE_READ(b, euid.val)) |
         (BPF_CORE_READ(a, suid.val) ^ BPF_CORE_READ(b, suid.val)) |
         (BPF_CORE_READ(a, fsuid.val) ^ BPF_CORE_READ(b, fsuid.val)) |
         (BPF_CORE_READ(a, gid.val) ^ BPF_CORE_READ(b, gid.val)) |
         (BPF_CORE_READ(a, egid.val) ^ BPF_CORE_READ(b, egid.val)) |
         (BPF_CORE_READ(a, sgid.val) ^ BPF_CORE_READ(b, sgid.val)) |
         (BPF_CORE_READ(a, fsgid.val) ^ BPF_CORE_READ(b, fsgid.val));
}

static __always_inline bool credentials_differ(const struct cred* a, const struct cred* b) {
  return ids_differ(a, b) || BPF_CORE_READ(a, user_ns) != BPF_CORE_READ(b, user_ns) ||
         capabilities(&a->cap_effective) != capabilities(&b->cap_effective) ||
         capabilities(&a->cap_permitted) != capabilities(&b->cap_permitted) ||
         capabilities(&a->cap_inheritable) != capabilities(&b->cap_inheritable);
}

static __always_inline void fill_old(struct wire_process_credentials* e, const struct cred* old) {
  e->old_cap_effective = capabilities(&old->cap_effective);
  e->old_cap_permitted = capabilities(&old->cap_permitted);
  e->old_cap_inheritable = capabilities(&old->cap_inheritable);
  e->old_uid = BPF_CORE_READ(old, uid.val);
  e->old_euid = BPF_CORE_READ(old, euid.val);
  e->old_suid = BPF_CORE_READ(old, suid.val);
  e->old_fsuid = BPF_CORE_READ(old, fsuid.val);
  e->old_gid = BPF_CORE_READ(old, gid.val);
  e->old_egid = BPF_CORE_READ(old, egid.val);
  e->old_sgid = BPF_CORE_READ(old, sgid.val);
  e->old_fsgid = BPF_CORE_READ(old, fsgid.val);
  e->old_user_ns = BPF_CORE_READ(old, user_ns, ns.inum);
}

static __always_inline void fill_new(struct wire_process_credentials* e, const struct cred* now) {
  e->new_cap_effective = capabilities(&now->cap_effective);
  e->new_cap_permitted = capabilities(&now->cap_permitted);
  e->new_cap_inheritable = capabilities(&now->cap_inheritable);
  e->new_uid = BPF_CORE_READ(now, uid.val);
  e->new_euid = BPF_CORE_READ(now, euid.val);
  e->new_suid = BPF_CORE_READ(now, suid.val);
  e->new_fsuid = BPF_CORE_READ(now, fsuid.val);
  e->new_gid = BPF_CORE_READ(now, gid.val);
  e->new_egid = BPF_CORE_READ(now, egid.val);
  e->new_sgid = BPF_CORE_READ(now, sgid.val);
  e->new_fsgid = BPF_CORE_READ(now, fsgid.val);
  e->new_user_ns = BPF_CORE_READ(now, user_ns, ns.inum);
}

SEC("?fentry/commit_creds")
int BPF_PROG(process_credentials__commit_creds, struct cred* new) {
  struct task_struct* task = (void*)bpf_get_current_task();
  if (in_exec(task)) return 0;  // What an exec changes stands in its own record.
  struct task_struct___act* now = (void*)task;
  const struct cred* old = BPF_CORE_READ(now, real_cred);
  if (!credentials_differ(old, new)) return 0;
  struct act act;
  struct wire_process_credentials* e = ACT_BEGIN(&act, task, process_credentials);
  if (!e) return 0;
  fill_old(e, old);
  fill_new(e, new);
  act_decide(&act, 0, 0, 0);
  return 0;
}

// Did the call change anything, as far as its result tells? setfsuid and setfsgid return what was
// before.
static __always_inline bool has_changed(enum process_call call, const struct cred* now,
                                        long result) {
  if (call == SETFSUID) return (__u32)result != BPF_CORE_READ(now, fsuid.val);
  if (call == SETFSGID) return (__u32)result != BPF_CORE_READ(now, fsgid.val);
  return result == 0;
}

// The last resort: the calls that are there for it, when they succeed, whether they changed
// anything or not. What was before, nobody knows any more: all ones.
SEC("?tp_btf/sys_exit")
int BPF_PROG(process_credentials__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct task_struct* task = (void*)bpf_get_current_task();
  const struct cred* now = BPF_CORE_READ(task, cred);
  enum process_call call = process_call_of(call_number(regs), is_compat(task));
  if (!has_changed(call, now, result)) return 0;
  struct act act;
  struct wire_process_credentials* e = ACT_BEGIN(&act, task, process_credentials);
  if (!e) return 0;
  e->old_cap_effective = e->old_cap_permitted = e->old_cap_inheritable = ~0ull;
  e->old_uid = e->old_euid = e->old_suid = e->old_fsuid = ~0u;
  e->old_gid = e->old_egid = e->old_sgid = e->old_fsgid = ~0u;
  e->old_user_ns = ~0u;
  fill_new(e, now);
  act_decide(&act, 0, 0, 0);
  return 0;
}

#if ENFORCING
// setuid(2) and its like ask with the credentials as they are to be.
static __always_inline int report_credentials_asked(const struct cred* new,
                                                    const struct cred* old) {
  if (!credentials_differ(old, new)) return 0;
  struct act act;
  struct wire_process_credentials* e =
      ACT_BEGIN(&act, (struct task_struct*)bpf_get_current_task(), process_credentials);
  if (!e) return 0;
  fill_old(e, old);
  fill_new(e, new);
  e->header.flags |= WIRE_FLAG_ATTEMPT;
  return act_decide(&act, 0, 0, 0);
}

SEC("?lsm/task_fix_setuid")
hook_verdict BPF_PROG(process_credentials__lsm__user, struct cred* new, const struct cred* old,
                      int flags, int result) {
  return LSM_VERDICT(result, report_credentials_asked(new, old));
}

SEC("?lsm/task_fix_setgid")
hook_verdict BPF_PROG(process_credentials__lsm__group, struct cred* new, const struct cred* old,
                      int flags, int result) {
  return LSM_VERDICT(result, report_credentials_asked(new, old));
}

SEC(SECURITY "task_fix_setuid")
hook_verdict BPF_PROG(process_credentials__security__user, struct cred* new, const struct cred* old,
                      int flags, int result) {
  return SECURITY_VERDICT(result, report_credentials_asked(new, old));
}

SEC(SECURITY "task_fix_setgid")
hook_verdict BPF_PROG(process_credentials__security__group, struct cred* new,
                      const struct cred* old, int flags, int result) {
  return SECURITY_VERDICT(result, report_credentials_asked(new, old));
}
#endif
