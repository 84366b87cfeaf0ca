// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The kernel's types, as far as we depend on them: members by name, found at load by CO-RE. A
// `___flavour` is the same type as an older or newer kernel has it.
#ifndef VEDETTE_SENSOR_BPF_KERNEL_TYPES_H_
#define VEDETTE_SENSOR_BPF_KERNEL_TYPES_H_

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
//
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

// Every file is compiled twice. Where the kernel lets a program read its memory by plain loads (a
// pointer that is cast by bpf_rdonly_cast, 6.2), each read costs a nanosecond or two and not the
// 20 to 40 of bpf_probe_read_kernel; a bad address reads as zero either way.
#ifdef SENSOR_DIRECT_READS
extern void* bpf_rdonly_cast(const void* object, __u32 type) __ksym;
#define DIRECT(object) \
  ((typeof(object))bpf_rdonly_cast(object, bpf_core_type_id_kernel(typeof(*(object)))))
#undef BPF_CORE_READ
#define DIRECT_READ_1(object, a) (DIRECT(object)->a)
#define DIRECT_READ_2(object, a, b) (DIRECT(object)->a->b)
#define DIRECT_READ_3(object, a, b, c) (DIRECT(object)->a->b->c)
#define DIRECT_READ_4(object, a, b, c, d) (DIRECT(object)->a->b->c->d)
#define DIRECT_READ_N(a, b, c, d, name, ...) name
#define BPF_CORE_READ(object, ...)                                                       \
  DIRECT_READ_N(__VA_ARGS__, DIRECT_READ_4, DIRECT_READ_3, DIRECT_READ_2, DIRECT_READ_1) \
  (object, __VA_ARGS__)
#endif

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
  __u32 val;
} kuid_t;
typedef struct {
  __u32 val;
} kgid_t;
typedef struct {
  int counter;
} atomic_t;

struct qstr {
  __u32 len;
  const unsigned char* name;
};
struct hlist_bl_node {
  struct hlist_bl_node *next, **pprev;
};
struct dentry {
  struct hlist_bl_node d_hash;
  struct dentry* d_parent;
  struct qstr d_name;
  struct inode* d_inode;
};
struct super_block {
  __u32 s_dev;
  unsigned long s_magic;
};
struct timespec64 {
  __s64 tv_sec;
  long tv_nsec;
};
struct inode {
  __u16 i_mode;
  kuid_t i_uid;
  kgid_t i_gid;
  struct super_block* i_sb;
  unsigned long i_ino;
  __u32 i_nlink;
  __u32 i_generation;
};
struct inode___pre_6_6 {
  struct timespec64 i_ctime;
};  // 6.6 hid it behind accessors,
struct inode___v6_6 {
  struct timespec64 __i_ctime;
};  // 6.11 split it into numbers.
struct inode___v6_11 {
  __s64 i_ctime_sec, i_mtime_sec;
  __u32 i_ctime_nsec, i_mtime_nsec;
};
struct inode___pre_6_7 {
  struct timespec64 i_mtime;
};
struct inode___v6_7 {
  struct timespec64 __i_mtime;
};

struct vfsmount {
  struct dentry* mnt_root;
};
struct mount {
  struct mount* mnt_parent;
  struct dentry* mnt_mountpoint;
  struct vfsmount mnt;
};
struct path {
  struct vfsmount* mnt;
  struct dentry* dentry;
};
struct file {
  struct path f_path;
  struct inode* f_inode;
  void* private_data;
  __u32 f_mode;
  __u32 f_flags;
};
struct filename {
  const char* name;
};
struct open_flags {
  int open_flag;
  __u16 mode;
};
struct fdtable {
  unsigned int max_fds;
  struct file** fd;
};
struct files_struct {
  struct fdtable* fdt;
};
struct fs_struct {
  struct path pwd;
};

struct ns_common {
  unsigned int inum;
};
struct mnt_namespace {
  struct ns_common ns;
};
struct pid_namespace {
  struct ns_common ns;
};
struct net {
  struct ns_common ns;
};
struct uts_namespace {
  struct ns_common ns;
};
struct ipc_namespace {
  struct ns_common ns;
};
struct cgroup_namespace {
  struct ns_common ns;
};
struct user_namespace {
  struct ns_common ns;
};
struct nsproxy {
  struct uts_namespace* uts_ns;
  struct ipc_namespace* ipc_ns;
  struct mnt_namespace* mnt_ns;
  struct net* net_ns;
  struct cgroup_namespace* cgroup_ns;
};
struct upid {
  int nr;
  struct pid_namespace* ns;
};
struct pid {
  unsigned int level;
  struct upid numbers[1];
};

typedef struct {
  __u8 bytes[8];
} kernel_cap_t;  // Two words before 6.3, one long since: 8 bytes.
struct cred {
  kuid_t uid, suid, euid, fsuid;
  kgid_t gid, sgid, egid, fsgid;
  kernel_cap_t cap_inheritable, cap_permitted, cap_effective;
  struct user_namespace* user_ns;
};

struct tty_driver {
  int major, minor_start;
};
struct tty_struct {
  struct tty_driver* driver;
  int index;
};
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };
struct signal_struct {
  atomic_t live;
  int group_exit_code;
  unsigned int flags;
  struct pid* pids[PIDTYPE_MAX];
  struct tty_struct* tty;
};
struct mm_struct {
  unsigned long arg_start, arg_end, env_start, env_end;
  struct file* exe_file;
};

struct kernfs_node {
  const char* name;
  __u64 id;
};
struct kernfs_node___pre_6_15 {
  struct kernfs_node* parent;
};  // 6.15 renamed it for RCU.
struct kernfs_node___v6_15 {
  struct kernfs_node* __parent;
};
struct cgroup_root {
  int hierarchy_id;  // 0: the hierarchy of version 2.
};
struct cgroup {
  struct kernfs_node* kn;
  int level;
  struct cgroup_root* root;
};
struct cgroup_subsys_state {
  struct cgroup* cgroup;
};
enum cgroup_subsys_id { CGROUP_SUBSYS_FIRST, CGROUP_SUBSYS_COUNT = 16 };
struct css_set {
  struct cgroup_subsys_state* subsys[1];
  struct cgroup* dfl_cgrp;
};
enum cgroup_subsys_id___pids { pids_cgrp_id___pids };
enum cgroup_subsys_id___memory { memory_cgrp_id___memory };

struct thread_info {
#if defined(__TARGET_ARCH_x86)
  __u32 status;
#else
  unsigned long flags;
#endif
};
struct task_struct {
  struct thread_info thread_info;
  unsigned int flags;
  int pid, tgid;
  int exit_code;
  struct task_struct *real_parent, *group_leader;
  struct pid* thread_pid;
  __u64 start_boottime;
  __u64 self_exec_id;
  const struct cred* cred;
  char comm[16];
  struct fs_struct* fs;
  struct files_struct* files;
  struct nsproxy* nsproxy;
  struct signal_struct* signal;
  struct mm_struct* mm;
  void* stack;
  unsigned int personality;
  kuid_t loginuid;
  unsigned int sessionid;
  struct css_set* cgroups;
};
struct linux_binprm {
  struct file* file;
  const char* filename;
  unsigned int secureexec : 1;
};

struct sockaddr_storage {
  __u16 ss_family;
};
struct sock_common {
  __u32 skc_daddr, skc_rcv_saddr;
  __u16 skc_dport, skc_num, skc_family;
  struct {
    struct net* net;
  } skc_net;
  struct {
    __u8 in6_u[16];
  } skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
  struct sock_common __sk_common;
  __u16 sk_type, sk_protocol;
};
struct socket {
  short type;
  struct file* file;
  struct sock* sk;
};
struct sockaddr_un {
  __u16 sun_family;
  char sun_path[108];
};
struct unix_address {
  int len;
  struct sockaddr_un name[1];
};
struct unix_sock {
  struct sock sk;
  struct unix_address* addr;
  struct sock* peer;
};

struct seq_file;
struct bpf_iter_meta {
  struct seq_file* seq;
};
struct bpf_iter__task {
  struct bpf_iter_meta* meta;
  struct task_struct* task;
};

#if defined(__TARGET_ARCH_x86)
struct pt_regs___kernel {
  unsigned long orig_ax, ax, di, si, dx, bx, cx, bp, r8, r9, r10;
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs___kernel {
  __u64 regs[31];
  __u64 orig_x0;
  int syscallno;
};
#endif

#pragma clang attribute pop

// Two words of the kernel's memory, whatever they are.
struct two_words {
  __u64 first, second;
};
static __always_inline struct two_words read_two_words(const void* from) {
  struct two_words words = {};
#ifdef SENSOR_DIRECT_READS
  // A plain load needs a type: any with two numbers in a row.
  const struct timespec64* numbers = DIRECT((const struct timespec64*)from);
  words.first = numbers->tv_sec;
  words.second = numbers->tv_nsec;
#else
  bpf_probe_read_kernel(&words, sizeof(words), from);
#endif
  return words;
}

static __always_inline __u64 read_word(const void* from) {
#ifdef SENSOR_DIRECT_READS
  return DIRECT((const struct timespec64*)from)->tv_sec;
#else
  __u64 word = 0;
  bpf_probe_read_kernel(&word, sizeof(word), from);
  return word;
#endif
}

// What the types do not carry.
#define PF_IO_WORKER 0x00000010
#define PF_KTHREAD 0x00200000
#define SIGNAL_GROUP_EXIT 0x00000004
#define FMODE_EXEC_FLAG 0x20         // __FMODE_EXEC: execve opens its file so.
#define FMODE_CREATED_FLAG 0x100000  // FMODE_CREATED: this open made the file.
#define TS_COMPAT 0x0002
#define TIF_32BIT_MASK (1ul << 22)  // Of arm64.
#define OVERLAYFS_MAGIC 0x794c7630
#define O_CREAT_FLAG 0100
#define O_TRUNC_FLAG 01000
#define O_TMPFILE_FLAG 020000000     // __O_TMPFILE
#define WILL_CREATE_FLAGS 020000100  // O_CREAT, __O_TMPFILE: only then is there a mode.
#define S_IFMT_BITS 0170000
#define S_IFSOCK_BITS 0140000
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_VSOCK 40
#define VMADDR_CID_ANY 0xffffffffu
#define MAX_ERRNO 4095

#endif  // VEDETTE_SENSOR_BPF_KERNEL_TYPES_H_
