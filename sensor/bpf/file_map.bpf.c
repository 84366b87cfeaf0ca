// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Memory: mapped for execution or shared writing, and made executable later.
#include "sensor/bpf/file_calls.h"
#if ENFORCING
#include "sensor/bpf/decide_exec.h"
#endif

struct mapped {
  struct file_act done;  // No place and no inode: anonymous memory.
  __u32 prot;
  __u32 flags;
};

static __always_inline int report_mmap(const struct mapped* mapped) {
  struct act act;
  struct wire_file_mmap* e = FILE_ACT_BEGIN(&act, file_mmap, &mapped->done);
  if (!e) return 0;
  FILL_INODE(e, mapped->done.inode);
  e->prot = mapped->prot;
  e->map_flags = mapped->flags;
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (act_is_wanted(&act, &e->path, &mapped->done.at, mode)) return act_submit(&act);
  return 0;
}

// Executable memory, with a file or without, and files that are written through memory.
static __always_inline bool is_reported_map(__u64 prot, __u64 flags, bool has_file) {
  if (prot & PROT_EXEC_FLAG) return true;
  return has_file && (prot & PROT_WRITE_FLAG) && (flags & MAP_TYPE_BITS & 1);
}

// `ld.so program` runs the program by mapping it: nobody is asked about an exec of it.
#if ENFORCING
static __always_inline bool is_loading(struct task_struct* task) {
  char name[4] = {};
  struct file* exe = BPF_CORE_READ(task, mm, exe_file);
  if (!exe) return false;
  bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(exe, f_path.dentry, d_name.name));
  return name[0] == 'l' && name[1] == 'd' && (name[2] == '-' || name[2] == '.');
}
static __always_inline int report_loaded_program(struct file* file) {
  return report_exec(file, 0, false);
}
#else
static __always_inline bool is_loading(struct task_struct* task) { return false; }
static __always_inline int report_loaded_program(struct file* file) { return 0; }
#endif

static __always_inline int report_mmap_asked(struct file* file, unsigned long prot,
                                             unsigned long flags, int result) {
  struct task_struct* task = (void*)bpf_get_current_task();
  // To such a task everything that it may read is executable.
  if ((prot & PROT_READ_FLAG) && (BPF_CORE_READ(task, personality) & READ_IMPLIES_EXEC_FLAG))
    prot |= PROT_EXEC_FLAG;
  if (!is_reported_map(prot, flags, file != 0)) return 0;
  // The program and its loader are process_exec's to tell.
  if (is_in_exec(task)) return 0;
  struct mapped mapped = {
      .done = {.result = result, .attempt = true},
      .prot = prot,
      .flags = flags,
  };
  if (file) {
    mapped.done.at = place_of_file(file);
    mapped.done.inode = BPF_CORE_READ(file, f_inode);
  }
  int verdict = report_mmap(&mapped);
  if (verdict || !file || !is_loading(task)) return verdict;
  return report_loaded_program(file);
}

SEC("?lsm/mmap_file")
hook_verdict BPF_PROG(file_mmap__lsm, struct file* file, unsigned long asked_prot,
                      unsigned long prot, unsigned long flags, int result) {
  return LSM_VERDICT(result, report_mmap_asked(file, asked_prot, flags, result));
}

SEC(SECURITY "mmap_file")
hook_verdict BPF_PROG(file_mmap__security, struct file* file, unsigned long prot,
                      unsigned long flags, int result) {
  return SECURITY_VERDICT(result, report_mmap_asked(file, prot, flags, result));
}

// The oldest form of the call on i386 has its arguments in memory.
struct mmap_arguments_i386 {
  __u32 address, length, prot, flags, descriptor, offset;
};

SEC("?tp_btf/sys_exit")
int BPF_PROG(file_mmap__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  bool failed = result < 0 && result >= -MAX_ERRNO;  // Else it is an address.
  struct mapped mapped = {.done = {.result = failed ? (__s32)result : 0}};
  mapped.prot = call.arg[2];
  mapped.flags = call.arg[3];
  __s32 descriptor = call.arg[4];
  if (CALL_IS(&call, -2, 90, -2, -2)) {
    struct mmap_arguments_i386 in = {};
    bpf_probe_read_user(&in, sizeof(in), (void*)call.arg[0]);
    mapped.prot = in.prot;
    mapped.flags = in.flags;
    descriptor = in.descriptor;
  }
  bool has_file = !(mapped.flags & MAP_ANONYMOUS_FLAG);
  if (!is_reported_map(mapped.prot, mapped.flags, has_file)) return 0;
  if (has_file) act_on_descriptor(&mapped.done, descriptor);
  report_mmap(&mapped);
  return 0;
}

struct protected {
  struct file_act done;
  __u64 address, length;
  __u32 prot, old_prot;
};

static __always_inline int report_mprotect(const struct protected* memory) {
  struct act act;
  struct wire_file_mprotect* e = FILE_ACT_BEGIN(&act, file_mprotect, &memory->done);
  if (!e) return 0;
  FILL_INODE(e, memory->done.inode);
  e->address = memory->address;
  e->length = memory->length;
  e->prot = memory->prot;
  e->old_prot = memory->old_prot;
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (act_is_wanted(&act, &e->path, &memory->done.at, mode)) return act_submit(&act);
  return 0;
}

// Memory that was not executable, and is to be. Also a file's that nobody has written: mapped for
// reading first, it would not be told by file_mmap either.
static __always_inline int report_mprotect_asked(struct vm_area_struct* area, unsigned long prot,
                                                 int result) {
  __u32 old_prot = BPF_CORE_READ(area, vm_flags) & VM_PROT_BITS;
  if (!(prot & PROT_EXEC_FLAG) || (old_prot & PROT_EXEC_FLAG)) return 0;
  struct file* file = BPF_CORE_READ(area, vm_file);
  struct protected memory = {
      .done = {.result = result, .attempt = true},
      .address = BPF_CORE_READ(area, vm_start),
      .length = BPF_CORE_READ(area, vm_end) - BPF_CORE_READ(area, vm_start),
      .prot = prot,
      .old_prot = old_prot,
  };
  if (file) {
    memory.done.at = place_of_file(file);
    memory.done.inode = BPF_CORE_READ(file, f_inode);
  }
  return report_mprotect(&memory);
}

SEC("?lsm/file_mprotect")
hook_verdict BPF_PROG(file_mprotect__lsm, struct vm_area_struct* area, unsigned long asked_prot,
                      unsigned long prot, int result) {
  return LSM_VERDICT(result, report_mprotect_asked(area, asked_prot | prot, result));
}

SEC(SECURITY "file_mprotect")
hook_verdict BPF_PROG(file_mprotect__security, struct vm_area_struct* area,
                      unsigned long asked_prot, unsigned long prot, int result) {
  return SECURITY_VERDICT(result, report_mprotect_asked(area, asked_prot | prot, result));
}

// The last resort does not know what the memory was before, nor what is behind it: everything that
// is to be executable is reported.
SEC("?tp_btf/sys_exit")
int BPF_PROG(file_mprotect__sys_exit, struct pt_regs___kernel* regs, long result) {
  struct returned_call call = call_of(regs, result);
  if (!(call.arg[2] & PROT_EXEC_FLAG)) return 0;
  struct protected memory = {
      .done = {.result = call.result},
      .address = call.arg[0],
      .length = call.arg[1],
      .prot = call.arg[2],
  };
  report_mprotect(&memory);
  return 0;
}
