// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Files: opened, or not. fexit/do_filp_open has the name, the flags and the resulting file or error
// of every open by a path, io_uring's included, in one place. The others are for kernels that lack
// it, in this order. Opens by a handle have a function of their own.
#include "sensor/bpf/file_act.h"

struct opened {
  struct file* file;  // Null: the open failed.
  const char* name;   // As asked for; null if unknown.
  bool user_name;     // `name` is in user memory.
  __s32 result;
  __u32 flags;
  __u32 create_mode;
  struct pt_regs___kernel* regs;  // Null: not known here.
};

static __always_inline int report_open(struct task_struct* task, const struct opened* opened) {
  struct act act;
  struct wire_file_open* e = ACT_BEGIN_AT(&act, task, file_open, opened->regs);
  if (!e) return 0;
  e->result = opened->result;
  e->flags = opened->flags;
  if (opened->flags & WILL_CREATE_FLAGS) e->create_mode = opened->create_mode & 07777;
  struct file* file = opened->file;
  bool whole = false, judged = false;
  if (file) {
    struct inode* inode = BPF_CORE_READ(file, f_inode);
    FILL_OBJECT(e, inode);
    e->created = (BPF_CORE_READ(file, f_mode) & FMODE_CREATED_FLAG) != 0;
    whole = walk_file(act.slot, file);
    bool detached = is_detached(BPF_CORE_READ(file, f_path.mnt));
    if (detached) e->header.flags |= WIRE_FLAG_LOOSE_PATH;
    judged = whole && !detached;
  }
  __u32 mode = classify_mode_of_open(e->flags, e->created, e->result, e->mode);
  if (classify(act.slot, judged ? CLASSIFY_HAS_PATH : 0, mode, 0)) {
    if (file) append_text((void*)e, ACT_ROOM, &e->path, walked(act.walk, whole));
    if (opened->name) {
      if (opened->user_name) e->header.flags |= WIRE_FLAG_USER_PATH;
      append_string((void*)e, ACT_ROOM, &e->name, opened->name, opened->user_name);
    }
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  return act_end(&act);
}

static __always_inline int report_filp_open(const char* name, const struct open_flags* how,
                                            struct file* file) {
  struct task_struct* task = (void*)bpf_get_current_task();
  struct opened opened = {
      .file = file,
      .name = name,
      .flags = BPF_CORE_READ(how, open_flag),
      .create_mode = BPF_CORE_READ(how, mode),
  };
  if (opened.flags & FMODE_EXEC_FLAG) return 0;  // execve looks at its file: that is process_exec.
  if ((unsigned long)file >= (unsigned long)-MAX_ERRNO) {
    opened.result = (__s32)(long)file;
    opened.file = 0;
  }
  return report_open(task, &opened);
}

SEC("?fexit/do_filp_open")
int BPF_PROG(file_open__do_filp_open__path, int dfd, struct filename* name,
             const struct open_flags* how, struct file* file) {
  report_filp_open(BPF_CORE_READ(name, name), how, file);
  return 0;
}

SEC("?fexit/do_file_open")  // Its name from 7.2 on.
int BPF_PROG(file_open__do_file_open__path, int dfd, struct filename* name,
             const struct open_flags* how, struct file* file) {
  report_filp_open(BPF_CORE_READ(name, name), how, file);
  return 0;
}

// open_by_handle_at: (directory, name, flags), and before 5.13 the directory's dentry and mount.
// The name is empty. 5.15 stands in for 5.13: what is between has no such hook, as the verifier
// refuses what lies behind the arguments.
SEC("?fexit/do_file_open_root")
int file_open__do_file_open_root__root(unsigned long long* ctx) {
  if (bpf_core_enum_value_exists(enum bpf_func_id___regs, BPF_FUNC_task_pt_regs___regs))
    report_filp_open(0, (void*)HOOK_ARGUMENT(ctx, 2), (void*)HOOK_ARGUMENT(ctx, 3));
  else
    report_filp_open(0, (void*)HOOK_ARGUMENT(ctx, 3), (void*)HOOK_ARGUMENT(ctx, 4));
  return 0;
}

static __always_inline int report_security(struct file* file, int result) {
  struct opened opened = {.file = file, .flags = BPF_CORE_READ(file, f_flags), .result = result};
  if (opened.flags & FMODE_EXEC_FLAG) return 0;
  // Decided before it was made, below.
  if (ENFORCING && (BPF_CORE_READ(file, f_mode) & FMODE_CREATED_FLAG) &&
      !(opened.flags & O_TMPFILE_FLAG))
    return 0;
  return report_open((void*)bpf_get_current_task(), &opened);
}

// What security modules are asked: the file is found, and about to be opened. Failures before are
// not seen.
SEC("?lsm/file_open")
hook_verdict BPF_PROG(file_open__lsm__path, struct file* file, int result) {
  return LSM_VERDICT(result, report_security(file, result));
}

SEC(SECURITY "file_open")
hook_verdict BPF_PROG(file_open__security__path, struct file* file, int result) {
  return SECURITY_VERDICT(result, report_security(file, result));
}

struct open_how_user {
  __u64 flags, mode, resolve;
};

enum open_call { NOT_OPEN, OPEN, CREAT, OPENAT, OPENAT2, OPEN_BY_HANDLE };

// Which call a number is.
static __always_inline enum open_call open_call_of(__s32 number, bool compat) {
  if (number == NUMBER_HERE(compat, 257, 295, 56, 322)) return OPENAT;
  if (number == NUMBER_HERE(compat, 2, 5, -2, 5)) return OPEN;
  if (number == NUMBER_HERE(compat, 85, 8, -2, 8)) return CREAT;
  if (number == NUMBER_HERE(compat, 304, 342, 265, 371)) return OPEN_BY_HANDLE;
  return number == 437 ? OPENAT2 : NOT_OPEN;
}

static __always_inline void open_arguments(struct opened* opened, enum open_call call,
                                           const unsigned long* arg) {
  opened->user_name = true;
  switch (call) {
    case OPEN:  // (name, flags, mode)
      opened->name = (void*)arg[0];
      opened->flags = arg[1];
      opened->create_mode = arg[2];
      break;
    case CREAT:  // (name, mode)
      opened->name = (void*)arg[0];
      opened->flags = O_CREAT_FLAG | O_TRUNC_FLAG | 1;
      opened->create_mode = arg[1];
      break;
    case OPENAT:  // (directory, name, flags, mode)
      opened->name = (void*)arg[1];
      opened->flags = arg[2];
      opened->create_mode = arg[3];
      break;
    case OPENAT2: {  // (directory, name, how, size)
      struct open_how_user how = {};
      bpf_probe_read_user(&how, sizeof(how), (void*)arg[2]);
      opened->name = (void*)arg[1];
      opened->flags = how.flags;
      opened->create_mode = how.mode;
      break;
    }
    case OPEN_BY_HANDLE:  // (mount, handle, flags)
      opened->flags = arg[2];
      break;
    case NOT_OPEN:
      break;
  }
}

// The last resort: no hook but the return of the system call. The object is that of the descriptor;
// the name as asked for is in user memory, and io_uring passes by.
SEC("?tp_btf/sys_exit")
int BPF_PROG(file_open__sys_exit__path, struct pt_regs___kernel* regs, long result) {
  struct task_struct* task = (void*)bpf_get_current_task();
  bool compat = is_compat(task);
  enum open_call call = open_call_of(call_number(regs), compat);
  if (!call) return 0;
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, compat);
  struct opened opened = {.result = (__s32)result, .regs = regs};
  open_arguments(&opened, call, arg);
  if (result >= 0) opened.file = file_of(task, (__u32)result);
  report_open(task, &opened);
  return 0;
}

#if ENFORCING
// A file that an open is about to make: where security modules are asked about the open itself, it
// is there already. The flags are those of the call, which nobody can change any more; where they
// are in user memory (openat2, io_uring) the file counts as opened for reading and writing.
static __always_inline int report_create(const struct path* dir, struct dentry* dentry,
                                         __u32 create_mode) {
  __u32 type = create_mode & S_IFMT_BITS;
  if (type != 0 && type != S_IFREG_BITS) return 0;
  struct task_struct* task = (void*)bpf_get_current_task();
  struct call call = current_call(task);
  bool compat = call.flags & WIRE_FLAG_COMPAT;
  enum open_call open = open_call_of(call.number, compat);
  bool by_ring = call.flags & WIRE_FLAG_IO_URING;
  if (!open && !by_ring) return 0;  // mknod(2): that is file_mknod.
  struct opened opened = {.flags = O_CREAT_FLAG | 2, .create_mode = create_mode};
  struct pt_regs___kernel* regs = saved_registers(task);
  if (regs && (open == OPEN || open == CREAT || open == OPENAT)) {
    unsigned long arg[CALL_ARGUMENTS] = {};
    call_arguments(arg, regs, compat);
    open_arguments(&opened, open, arg);
  }
  struct act act;
  struct wire_file_open* e = ACT_BEGIN(&act, task, file_open);
  if (!e) return 0;
  e->flags = opened.flags;
  e->create_mode = create_mode & 07777;
  e->created = 1;
  e->header.flags |= WIRE_FLAG_ATTEMPT;
  struct place at = place_in(dir, dentry);
  __u32 mode = classify_mode_of_open(e->flags, 1, 0, 0);
  if (act_is_wanted(&act, &e->path, &at, mode)) return act_submit(&act);
  return 0;
}

SEC("?lsm/path_mknod")
hook_verdict BPF_PROG(file_open__lsm__create, const struct path* dir, struct dentry* dentry,
                      __u16 mode, unsigned int dev, int result) {
  return LSM_VERDICT(result, report_create(dir, dentry, mode));
}

SEC(SECURITY "path_mknod")
hook_verdict BPF_PROG(file_open__security__create, const struct path* dir, struct dentry* dentry,
                      __u16 mode, unsigned int dev, int result) {
  return SECURITY_VERDICT(result, report_create(dir, dentry, mode));
}
#endif
