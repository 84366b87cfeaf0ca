// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// PROCESS_FIELDS, filled from a task: for an exec, and for processes that were there at the start.
#ifndef VEDETTE_SENSOR_BPF_PROCESS_FILL_H_
#define VEDETTE_SENSOR_BPF_PROCESS_FILL_H_

#include "sensor/bpf/act.h"
#include "sensor/bpf/object.h"
#include "sensor/bpf/walk.h"
#include "sensor/bpf/walk_kernfs.h"

static __always_inline __u64 capabilities(const kernel_cap_t* from) {
  __u64 set = 0;
  bpf_core_read(&set, sizeof(set), from);
  return set;
}

static __always_inline void fill_credentials(struct wire_process_exec* e,
                                             struct task_struct* task) {
  const struct cred* cred = BPF_CORE_READ(task, cred);
  e->cap_effective = capabilities(&cred->cap_effective);
  e->cap_permitted = capabilities(&cred->cap_permitted);
  e->cap_inheritable = capabilities(&cred->cap_inheritable);
  e->real_uid = BPF_CORE_READ(cred, uid.val);
  e->saved_uid = BPF_CORE_READ(cred, suid.val);
  e->real_gid = BPF_CORE_READ(cred, gid.val);
  e->saved_gid = BPF_CORE_READ(cred, sgid.val);
  e->user_ns = BPF_CORE_READ(cred, user_ns, ns.inum);
  e->login_uid = -1;
  e->login_session = -1;
  if (bpf_core_field_exists(task->loginuid)) e->login_uid = BPF_CORE_READ(task, loginuid.val);
  if (bpf_core_field_exists(task->sessionid)) e->login_session = BPF_CORE_READ(task, sessionid);
}

static __always_inline __u32 pid_number(struct pid* pid, unsigned int level) {
  __u32 number = 0;
  void* at = (void*)pid + bpf_core_field_offset(struct pid, numbers) +
             level * bpf_core_type_size(struct upid);
  bpf_probe_read_kernel(&number, sizeof(number), at + bpf_core_field_offset(struct upid, nr));
  return number;
}

static __always_inline __u32 pid_namespace_number(struct pid* pid, unsigned int level) {
  struct pid_namespace* ns = 0;
  void* at = (void*)pid + bpf_core_field_offset(struct pid, numbers) +
             level * bpf_core_type_size(struct upid);
  bpf_probe_read_kernel(&ns, sizeof(ns), at + bpf_core_field_offset(struct upid, ns));
  return ns ? BPF_CORE_READ(ns, ns.inum) : 0;
}

static __always_inline void fill_namespaces(struct wire_process_exec* e, struct task_struct* task) {
  struct nsproxy* proxy = BPF_CORE_READ(task, nsproxy);
  struct pid* pid = BPF_CORE_READ(task, thread_pid);
  unsigned int level = BPF_CORE_READ(pid, level);
  e->vpid = pid_number(pid, level);
  e->pid_ns = pid_namespace_number(pid, level);
  if (!proxy) return;  // The task is on its way out.
  e->mnt_ns = BPF_CORE_READ(proxy, mnt_ns, ns.inum);
  e->net_ns = BPF_CORE_READ(proxy, net_ns, ns.inum);
  e->uts_ns = BPF_CORE_READ(proxy, uts_ns, ns.inum);
  e->ipc_ns = BPF_CORE_READ(proxy, ipc_ns, ns.inum);
  e->cgroup_ns = BPF_CORE_READ(proxy, cgroup_ns, ns.inum);
}

static __always_inline void fill_session(struct wire_process_exec* e, struct task_struct* task) {
  struct signal_struct* signal = BPF_CORE_READ(task, signal);
  struct tty_struct* tty = BPF_CORE_READ(signal, tty);
  if (tty) {
    __u32 major = BPF_CORE_READ(tty, driver, major);
    __u32 minor = BPF_CORE_READ(tty, driver, minor_start) + BPF_CORE_READ(tty, index);
    e->tty = encode_dev(major << 20 | minor);
  }
  e->sid = pid_number(BPF_CORE_READ(signal, pids[PIDTYPE_SID]), 0);
  e->pgid = pid_number(BPF_CORE_READ(signal, pids[PIDTYPE_PGID]), 0);
}

static __always_inline void fill_executable(struct wire_process_exec* e, struct task_struct* task,
                                            struct file* file) {
  struct inode* inode = BPF_CORE_READ(file, f_inode);
  struct dentry* dentry = BPF_CORE_READ(file, f_path.dentry);
  e->exe_ino = BPF_CORE_READ(inode, i_ino);
  e->exe_ctime_ns = inode_ctime(inode);
  e->exe_mtime_ns = inode_mtime(inode);
  e->exe_dev = encode_dev(BPF_CORE_READ(inode, i_sb, s_dev));
  e->exe_generation = BPF_CORE_READ(inode, i_generation);
  e->exe_links = BPF_CORE_READ(inode, i_nlink);
  e->exe_mode = BPF_CORE_READ(inode, i_mode);
  e->exe_owner = BPF_CORE_READ(inode, i_uid.val);
  e->exe_fs_magic = BPF_CORE_READ(inode, i_sb, s_magic);
  e->exe_from_memfd = is_memfd(dentry);
  e->exe_deleted = !e->exe_from_memfd && is_unlinked(dentry, inode);
  e->exe_upper_layer = is_upper_layer(inode);
  e->exe_writable = may_write(inode, BPF_CORE_READ(task, cred));
}

// The numbers of a process. `e` is zero but for its header.
static __always_inline void fill_process(struct wire_process_exec* e, struct task_struct* task) {
  struct task_struct* parent = BPF_CORE_READ(task, real_parent);
  e->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
  e->parent_pid = BPF_CORE_READ(parent, tgid);
  if (e->parent_pid) e->parent_exec_id = exec_id_of(parent);
  e->kernel_thread = (BPF_CORE_READ(task, flags) & PF_KTHREAD) != 0;
  fill_credentials(e, task);
  fill_namespaces(e, task);
  fill_session(e, task);
}

// The cgroup of version 2, or, where the host uses version 1, that of a controller which every
// runtime sets.
static __always_inline struct kernfs_node* cgroup_node(struct task_struct* task) {
  struct cgroup* cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp);
  if (BPF_CORE_READ(cgroup, level) > 0) return BPF_CORE_READ(cgroup, kn);
  if (!bpf_core_enum_value_exists(enum cgroup_subsys_id___memory, memory_cgrp_id___memory))
    return BPF_CORE_READ(cgroup, kn);
  __u32 index = bpf_core_enum_value(enum cgroup_subsys_id___memory, memory_cgrp_id___memory);
  struct cgroup_subsys_state* css = 0;
  void* at = (void*)BPF_CORE_READ(task, cgroups) + bpf_core_field_offset(struct css_set, subsys);
  bpf_probe_read_kernel(&css, sizeof(css), at + index * sizeof(void*));
  return css ? BPF_CORE_READ(css, cgroup, kn) : BPF_CORE_READ(cgroup, kn);
}

// The texts that come from the kernel's objects: working directory, cgroup, executable. True: the
// buffer holds the whole path of the executable.
static __always_inline bool append_process_paths(struct wire_process_exec* e,
                                                 struct task_struct* task, struct file* file,
                                                 struct walk_buffer* walk, __u32 slot) {
  __u8* record = (void*)e;
  struct fs_struct* fs = BPF_CORE_READ(task, fs);
  if (fs) {
    int whole = walk_path(slot, BPF_CORE_READ(fs, pwd.dentry), BPF_CORE_READ(fs, pwd.mnt));
    append_text(record, SCRATCH_LARGE - 8, &e->cwd, walked(walk, whole));
  }
  int whole = walk_kernfs(slot, cgroup_node(task));
  append_text(record, SCRATCH_LARGE - 8, &e->cgroup, walked(walk, whole));
  if (!file) {
    remember_process(e, task, walk, 1);
    return false;
  }
  whole = walk_path(slot, BPF_CORE_READ(file, f_path.dentry), BPF_CORE_READ(file, f_path.mnt));
  append_text(record, SCRATCH_LARGE - 8, &e->exe_path, walked(walk, whole));
  remember_process(e, task, walk, whole ? WIRE_TEXT_MAX - walk->start + 1 : 0);
  return whole;
}

#endif  // VEDETTE_SENSOR_BPF_PROCESS_FILL_H_
