// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// BPF programs and maps: made, attached, fetched by number, pinned, frozen. What happens to the
// elements of maps, and queries, are left out: they are many, and change nothing.
#include "sensor/bpf/act.h"
#include "sensor/bpf/kernel_family_types.h"

// Of security_bpf: (command, attributes, size), and from 6.15 on whether the kernel itself asks.
// Set before load.
const volatile __u32 parameters_of_security_bpf = 3;

#define BPF_TOKEN_CREATE_COMMAND 36
#define BIT(command) (1ull << (command))
#define REPORTED                                                                                \
  (BIT(BPF_MAP_CREATE) | BIT(BPF_PROG_LOAD) | BIT(BPF_OBJ_PIN) | BIT(BPF_OBJ_GET) |             \
   BIT(BPF_PROG_ATTACH) | BIT(BPF_PROG_DETACH) | BIT(BPF_PROG_TEST_RUN) |                       \
   BIT(BPF_PROG_GET_FD_BY_ID) | BIT(BPF_MAP_GET_FD_BY_ID) | BIT(BPF_RAW_TRACEPOINT_OPEN) |      \
   BIT(BPF_BTF_LOAD) | BIT(BPF_BTF_GET_FD_BY_ID) | BIT(BPF_MAP_FREEZE) | BIT(BPF_LINK_CREATE) | \
   BIT(BPF_LINK_UPDATE) | BIT(BPF_LINK_GET_FD_BY_ID) | BIT(BPF_ITER_CREATE) |                   \
   BIT(BPF_LINK_DETACH) | BIT(BPF_TOKEN_CREATE_COMMAND))

static __always_inline bool is_reported_command(__u32 command) {
  return command < 64 && (REPORTED >> command & 1);
}

// union bpf_attr up to the last member that we read.
struct bpf_attributes {
  union {
    struct {
      __u32 type, key_size, value_size, max_entries, flags, inner_fd, numa_node;
      char name[BPF_OBJ_NAME_LEN];
    } map;
    struct {
      __u32 type, instructions;
      __u64 code, license;
      __u32 log_level, log_size;
      __u64 log;
      __u32 kernel_version, flags;
      char name[BPF_OBJ_NAME_LEN];
      __u32 ifindex, attach_type;
    } program;
    struct {
      __u32 target_fd, program_fd, attach_type;
    } attach;  // Of BPF_PROG_ATTACH, _DETACH and BPF_LINK_CREATE.
    __u8 bytes[72];
  };
};

struct bpf_asked {
  __u32 command;
  __s32 result;
  __u8 flags;  // enum wire_flag
  struct bpf_attributes attributes;
};

#if ENFORCING
// What finds an object by its number has that first.
static __always_inline bool is_ours(__u32 command, __u32 id) {
  struct enforce_id key = {.command = command, .id = id};
  return bpf_map_lookup_elem(&enforce_ids, &key) != 0;
}
#endif

static __always_inline int report_bpf(const struct bpf_asked* asked) {
  const struct bpf_attributes* attributes = &asked->attributes;
  struct act act;
  struct wire_kernel_bpf* e =
      ACT_BEGIN(&act, (struct task_struct*)bpf_get_current_task(), kernel_bpf);
  if (!e) return 0;
  e->header.flags |= asked->flags;
  MARK_AGAINST_SELF(act.walk, is_ours(asked->command, attributes->map.type));
  e->command = asked->command;
  e->result = asked->result;
  char name[BPF_OBJ_NAME_LEN + 1] = {};  // The caller need not have ended it.
  if (asked->command == BPF_MAP_CREATE) {
    e->object_type = attributes->map.type;
    __builtin_memcpy(name, attributes->map.name, BPF_OBJ_NAME_LEN);
  } else if (asked->command == BPF_PROG_LOAD) {
    e->object_type = attributes->program.type;
    e->attach_type = attributes->program.attach_type;
    __builtin_memcpy(name, attributes->program.name, BPF_OBJ_NAME_LEN);
  } else if (asked->command == BPF_PROG_ATTACH || asked->command == BPF_PROG_DETACH ||
             asked->command == BPF_LINK_CREATE) {
    e->attach_type = attributes->attach.attach_type;
  }
  if (classify(act.slot, 0, classify_mode_of_object(e->result, 0), 0)) {
    append_string((void*)e, ACT_ROOM, &e->object_name, name, false);
    act_hand_over(&act);
  } else {
    COUNT(act.count->filtered);
  }
  return act_end(&act);
}

// The kernel has copied the attributes, and filled what the caller left out with zeros.
static __always_inline int report_bpf_asked(__u32 command, const void* attributes, int result) {
  if (!is_reported_command(command)) return 0;
  struct bpf_asked asked = {.command = command, .result = result, .flags = WIRE_FLAG_ATTEMPT};
  bpf_probe_read_kernel(&asked.attributes, sizeof(asked.attributes), attributes);
  return report_bpf(&asked);
}

static __always_inline int verdict_of_bpf(unsigned long long* ctx) {
  if (parameters_of_security_bpf == 4) return FUNCTION_ARGUMENT(ctx, 4);
  return FUNCTION_ARGUMENT(ctx, 3);
}

SEC("?lsm/bpf")
hook_verdict kernel_bpf__lsm(unsigned long long* ctx) {
  int result = verdict_of_bpf(ctx);
  return LSM_VERDICT(result, report_bpf_asked(ctx[0], (void*)ctx[1], result));
}

SEC(SECURITY "bpf")
hook_verdict kernel_bpf__security(unsigned long long* ctx) {
  int result = verdict_of_bpf(ctx);
  return SECURITY_VERDICT(result, report_bpf_asked(ctx[0], (void*)ctx[1], result));
}

// bpf(command, attributes, size)
SEC("?tp_btf/sys_exit")
int BPF_PROG(kernel_bpf__sys_exit, struct pt_regs___kernel* regs, long returned) {
  struct task_struct* task = (void*)bpf_get_current_task();
  unsigned long arg[CALL_ARGUMENTS];
  call_arguments(arg, regs, is_compat(task));
  if (!is_reported_command((__u32)arg[0])) return 0;
  struct bpf_asked asked = {
      .command = arg[0], .result = error_of(returned), .flags = WIRE_FLAG_USER_PATH};
  __u32 size = arg[2];
  if (size > sizeof(asked.attributes)) size = sizeof(asked.attributes);
  asm volatile("" : "+r"(size));
  bpf_probe_read_user(&asked.attributes, size & 127, (void*)arg[1]);
  report_bpf(&asked);
  return 0;
}
