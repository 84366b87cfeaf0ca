// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// Kernel modules, and whatever else the kernel reads and will trust: firmware, modules, kernels to
// boot, policies, certificates.
#include "sensor/bpf/act.h"
#include "sensor/bpf/file_place.h"
#include "sensor/bpf/kernel_family_types.h"
#include "sensor/bpf/object.h"
#include "sensor/bpf/walk.h"

static __always_inline int report_module(struct module* module, bool unload) {
  struct act act;
  struct wire_kernel_module* e =
      ACT_BEGIN(&act, (struct task_struct*)bpf_get_current_task(), kernel_module);
  if (!e) return 0;
  e->unload = unload;
  e->taints = BPF_CORE_READ(module, taints);
  if (classify(act.slot, 0, classify_mode_of_object(0, 0), 0)) {
    append_string((void*)e, ACT_ROOM, &e->module_name, module->name, false);
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  return act_end(&act);
}

// It is linked into the kernel, and about to be initialised.
SEC("?tp_btf/module_load")
int BPF_PROG(kernel_module__tp__load, struct module* module) {
  report_module(module, false);
  return 0;
}

SEC("?tp_btf/module_free")
int BPF_PROG(kernel_module__tp__unload, struct module* module) {
  report_module(module, true);
  return 0;
}

// The row's numbers, whatever this kernel's are: kernels agree about the names.
enum load_id {
  LOAD_OTHER,
  LOAD_FIRMWARE,
  LOAD_MODULE,
  LOAD_KEXEC,
  LOAD_INITRAMFS,
  LOAD_POLICY,
  LOAD_CERTIFICATE
};
enum kernel_read_file_id {
  READING_FIRMWARE,
  READING_MODULE,
  READING_KEXEC_IMAGE,
  READING_KEXEC_INITRAMFS,
  READING_POLICY,
  READING_X509_CERTIFICATE,
  READING_MODULE_COMPRESSED,
};

#define IS_LOAD(id, name)                                                  \
  (bpf_core_enum_value_exists(enum kernel_read_file_id, READING_##name) && \
   (id) == bpf_core_enum_value(enum kernel_read_file_id, READING_##name))

// enum kernel_load_data_id has the same names with the same values: one list makes both.
static __always_inline __u32 load_id_of(__u32 id) {
  if (IS_LOAD(id, FIRMWARE)) return LOAD_FIRMWARE;
  if (IS_LOAD(id, MODULE) || IS_LOAD(id, MODULE_COMPRESSED)) return LOAD_MODULE;
  if (IS_LOAD(id, KEXEC_IMAGE)) return LOAD_KEXEC;
  if (IS_LOAD(id, KEXEC_INITRAMFS)) return LOAD_INITRAMFS;
  if (IS_LOAD(id, POLICY)) return LOAD_POLICY;
  if (IS_LOAD(id, X509_CERTIFICATE)) return LOAD_CERTIFICATE;
  return LOAD_OTHER;
}

struct loaded {
  struct file* file;  // Null: from memory, or unknown.
  __u32 id;           // enum load_id
  __s32 result;
  __u8 flags;  // enum wire_flag
  bool from_memory;
};

static __always_inline int report_load(const struct loaded* loaded) {
  struct act act;
  struct wire_kernel_load* e =
      ACT_BEGIN(&act, (struct task_struct*)bpf_get_current_task(), kernel_load);
  if (!e) return 0;
  struct file* file = loaded->file;
  e->header.flags |= loaded->flags;
  e->load_id = loaded->id;
  e->result = loaded->result;
  e->from_memory = loaded->from_memory;
  int whole = 0;
  if (file) {
    struct inode* inode = BPF_CORE_READ(file, f_inode);
    FILL_OBJECT(e, inode);
    whole = walk_file(act.slot, file);
    if (is_detached(BPF_CORE_READ(file, f_path.mnt))) e->header.flags |= WIRE_FLAG_LOOSE_PATH;
  }
  bool judged = whole && !(e->header.flags & WIRE_FLAG_LOOSE_PATH);
  __u32 mode = classify_mode_of_object(e->result, e->mode);
  if (classify(act.slot, judged ? CLASSIFY_HAS_PATH : 0, mode, 0)) {
    if (file) append_text((void*)e, ACT_ROOM, &e->path, walked(act.walk, whole));
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  return act_end(&act);
}

// Where acts are decided, reading a module is loading it: later nobody is asked. Its name is the
// file's; of one from memory it is not known yet.
static __always_inline int report_module_asked(struct file* file) {
  struct act act;
  struct wire_kernel_module* e =
      ACT_BEGIN(&act, (struct task_struct*)bpf_get_current_task(), kernel_module);
  if (!e) return 0;
  e->header.flags |= WIRE_FLAG_ATTEMPT;
  if (classify(act.slot, 0, classify_mode_of_object(0, 0), 0)) {
    if (file)
      append_string((void*)e, ACT_ROOM, &e->module_name,
                    (const char*)BPF_CORE_READ(file, f_path.dentry, d_name.name), false);
    submit(&e->header, ACT_ROOM, act.count);
  } else {
    COUNT(act.count->filtered);
  }
  return act_end(&act);
}

static __always_inline int report_asked(struct file* file, __u32 id, bool from_memory, int result) {
  struct loaded loaded = {
      .file = file,
      .id = load_id_of(id),
      .result = result,
      .flags = WIRE_FLAG_ATTEMPT,
      .from_memory = from_memory,
  };
  int verdict = report_load(&loaded);
  if (!ENFORCING || verdict || loaded.id != LOAD_MODULE) return verdict;
  return report_module_asked(file);
}

SEC("?lsm/kernel_read_file")
hook_verdict BPF_PROG(kernel_load__lsm__file, struct file* file, int id, bool contents,
                      int result) {
  return LSM_VERDICT(result, report_asked(file, id, false, result));
}

SEC(SECURITY "kernel_read_file")
hook_verdict BPF_PROG(kernel_load__security__file, struct file* file, int id, bool contents,
                      int result) {
  return SECURITY_VERDICT(result, report_asked(file, id, false, result));
}

SEC("?lsm/kernel_load_data")
hook_verdict BPF_PROG(kernel_load__lsm__memory, int id, bool contents, int result) {
  return LSM_VERDICT(result, report_asked(0, id, true, result));
}

SEC(SECURITY "kernel_load_data")
hook_verdict BPF_PROG(kernel_load__security__memory, int id, bool contents, int result) {
  return SECURITY_VERDICT(result, report_asked(0, id, true, result));
}

static __always_inline bool is_kexec_file_load(struct call call) {
  return call.number == NUMBER_HERE(call.flags & WIRE_FLAG_COMPAT, 320, -2, 294, 401);
}

// The last resort sees kernels to boot alone: kexec_file_load(kernel, initramfs, ...) and
// kexec_load(entry, ...). Modules have their tracepoint.
SEC("?tp_btf/sys_exit")
int BPF_PROG(kernel_load__sys_exit, struct pt_regs___kernel* regs, long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  struct loaded loaded = {.id = LOAD_KEXEC, .result = error_of(returned), .from_memory = true};
  if (is_kexec_file_load(current_call(task))) {
    unsigned long arg[CALL_ARGUMENTS];
    call_arguments(arg, regs, false);
    loaded.file = file_of(task, (__u32)arg[0]);
    loaded.from_memory = false;
  }
  report_load(&loaded);
  return 0;
}
