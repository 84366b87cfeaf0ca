// SPDX-License-Identifier: Apache-2.0
// No unit test: arguments_test has all arguments.
#include <linux/io_uring.h>
#include <sys/mman.h>

#include <algorithm>
#include <iterator>

#include "engine/enrich/argument_rows.h"
#include "engine/enrich/call_types.h"
#include "engine/enrich/event_members.h"
#include "engine/enrich/fields.h"

namespace vedette {
namespace {

constexpr TypeRow kTypes[] = {
    {"bpf", "fd,cmd"},
    {"memfd_create", "fd,name,flags"},
    {"memfd_secret", "fd,flags"},
    {"io_uring_setup",
     "res,entries,sq_entries,cq_entries,flags,sq_thread_cpu,sq_thread_idle,"
     "features"},
    {"finit_module", "res,fd,uargs,flags"},
    {"init_module", "res,img,length,uargs"},
    {"delete_module", "res,name,flags"},
    {"seccomp", "res,op,flags"},
    {"userfaultfd", "res,flags"},
    {"keyctl", "res,operation,arg2,arg3,arg4,arg5"},
    {"io_uring_register", "res,fd,opcode,arg,nr_args"},
    {"pidfd_open", "fd,pid,flags"},
    {"fsconfig", "res,fd,cmd,key,value_bytebuf,value_charbuf,aux"},
    {"quotactl",
     "res,special,quotafilepath,dqb_bhardlimit,dqb_bsoftlimit,dqb_curspace,dqb_ihardlimit,"
     "dqb_isoftlimit,dqb_btime,dqb_itime,dqi_bgrace,dqi_igrace,dqi_flags,quota_fmt_out,cmd,type,id,"
     "quota_fmt"},
};

// Which register of a call that no hook covers holds the argument.
struct Register {
  absl::string_view type;
  EventArgument argument;
  __u64 wire_system_call::*value;
};
constexpr Register kRegisters[] = {
    {"seccomp", kArgument_op, &wire_system_call::arg0},
    {"seccomp", kArgument_flags, &wire_system_call::arg1},
    {"userfaultfd", kArgument_flags, &wire_system_call::arg0},
    {"keyctl", kArgument_operation, &wire_system_call::arg0},
    {"io_uring_register", kArgument_fd, &wire_system_call::arg0},
    {"io_uring_register", kArgument_opcode, &wire_system_call::arg1},
    {"io_uring_register", kArgument_arg, &wire_system_call::arg2},
    {"io_uring_register", kArgument_nr_args, &wire_system_call::arg3},
    {"pidfd_open", kArgument_pid, &wire_system_call::arg0},
    {"pidfd_open", kArgument_flags, &wire_system_call::arg1},
    {"fsconfig", kArgument_fd, &wire_system_call::arg0},
    {"fsconfig", kArgument_cmd, &wire_system_call::arg1},
};

// All of these are int or unsigned in the kernel, but for the pointer `arg`.
template <EventArgument argument>
Value FromRegister(const Event& event) {
  const absl::string_view type = EventTypeOf(event.view);
  const auto* const found = std::find_if(
      std::begin(kRegisters), std::end(kRegisters),
      [type](const Register& row) { return row.argument == argument && row.type == type; });
  if (found == std::end(kRegisters)) return Value::None();
  const uint64_t value = event.view.As<wire_system_call>().*(found->value);
  if (argument == kArgument_arg) return Value::Unsigned(value);
  if (argument == kArgument_fd || argument == kArgument_pid) {
    return Value::Signed(static_cast<int32_t>(value));
  }
  return Value::Unsigned(static_cast<uint32_t>(value));
}

// These are few: found by name, each time.
Value TextNamed(const EventView& view, absl::string_view name) {
  return ValueOf(view, FindMember(view.info(), name));
}

Value Result(const Event& event) {
  return ValueOf(event.view, MembersOf(event.view.kind()).result);
}
Value BpfCommand(const Event& event) {
  return Value::Unsigned(static_cast<uint32_t>(event.view.As<wire_kernel_bpf>().command));
}
Value RingFlags(const Event& event) {
  return Value::Unsigned(event.view.As<wire_kernel_io_uring>().setup_flags);
}
Value SubmissionPlaces(const Event& event) {
  return Value::Unsigned(event.view.As<wire_kernel_io_uring>().sq_entries);
}
Value CompletionPlaces(const Event& event) {
  return Value::Unsigned(event.view.As<wire_kernel_io_uring>().cq_entries);
}
Value MemfdFlags(const Event& event) {
  return Value::Unsigned(event.view.As<wire_kernel_memfd>().memfd_flags);
}
Value MemfdName(const Event& event) { return TextNamed(event.view, "memfd_name"); }
Value ModuleName(const Event& event) { return TextNamed(event.view, "module_name"); }

constexpr absl::string_view kBpfCommands[] = {
    "BPF_MAP_CREATE",        "BPF_MAP_LOOKUP_ELEM",
    "BPF_MAP_UPDATE_ELEM",   "BPF_MAP_DELETE_ELEM",
    "BPF_MAP_GET_NEXT_KEY",  "BPF_PROG_LOAD",
    "BPF_OBJ_PIN",           "BPF_OBJ_GET",
    "BPF_PROG_ATTACH",       "BPF_PROG_DETACH",
    "BPF_PROG_TEST_RUN",     "BPF_PROG_GET_NEXT_ID",
    "BPF_MAP_GET_NEXT_ID",   "BPF_PROG_GET_FD_BY_ID",
    "BPF_MAP_GET_FD_BY_ID",  "BPF_OBJ_GET_INFO_BY_FD",
    "BPF_PROG_QUERY",        "BPF_RAW_TRACEPOINT_OPEN",
    "BPF_BTF_LOAD",          "BPF_BTF_GET_FD_BY_ID",
    "BPF_TASK_FD_QUERY",     "BPF_MAP_LOOKUP_AND_DELETE_ELEM",
    "BPF_MAP_FREEZE",        "BPF_BTF_GET_NEXT_ID",
    "BPF_MAP_LOOKUP_BATCH",  "BPF_MAP_LOOKUP_AND_DELETE_BATCH",
    "BPF_MAP_UPDATE_BATCH",  "BPF_MAP_DELETE_BATCH",
    "BPF_LINK_CREATE",       "BPF_LINK_UPDATE",
    "BPF_LINK_GET_FD_BY_ID", "BPF_LINK_GET_NEXT_ID",
    "BPF_ENABLE_STATS",      "BPF_ITER_CREATE",
    "BPF_LINK_DETACH",       "BPF_PROG_BIND_MAP",
    "BPF_TOKEN_CREATE",
};
absl::string_view BpfCommandName(const Event&, uint64_t number) {
  return number < std::size(kBpfCommands) ? kBpfCommands[number] : "";
}

constexpr absl::string_view kKeyOperations[] = {
    "KEYCTL_GET_KEYRING_ID",
    "KEYCTL_JOIN_SESSION_KEYRING",
    "KEYCTL_UPDATE",
    "KEYCTL_REVOKE",
    "KEYCTL_CHOWN",
    "KEYCTL_SETPERM",
    "KEYCTL_DESCRIBE",
    "KEYCTL_CLEAR",
    "KEYCTL_LINK",
    "KEYCTL_UNLINK",
    "KEYCTL_SEARCH",
    "KEYCTL_READ",
    "KEYCTL_INSTANTIATE",
    "KEYCTL_NEGATE",
    "KEYCTL_SET_REQKEY_KEYRING",
    "KEYCTL_SET_TIMEOUT",
    "KEYCTL_ASSUME_AUTHORITY",
    "KEYCTL_GET_SECURITY",
    "KEYCTL_SESSION_TO_PARENT",
    "KEYCTL_REJECT",
    "KEYCTL_INSTANTIATE_IOV",
    "KEYCTL_INVALIDATE",
    "KEYCTL_GET_PERSISTENT",
    "KEYCTL_DH_COMPUTE",
    "KEYCTL_PKEY_QUERY",
    "KEYCTL_PKEY_ENCRYPT",
    "KEYCTL_PKEY_DECRYPT",
    "KEYCTL_PKEY_SIGN",
    "KEYCTL_PKEY_VERIFY",
    "KEYCTL_RESTRICT_KEYRING",
};
absl::string_view KeyOperationName(const Event&, uint64_t number) {
  return number < std::size(kKeyOperations) ? kKeyOperations[number] : "";
}

struct FlagName {
  uint64_t bit;
  absl::string_view name;
};
constexpr FlagName kMemfdFlags[] = {{MFD_CLOEXEC, "MFD_CLOEXEC"},
                                    {MFD_ALLOW_SEALING, "MFD_ALLOW_SEALING"},
                                    {MFD_HUGETLB, "MFD_HUGETLB"}};
constexpr FlagName kRingFlags[] = {{IORING_SETUP_IOPOLL, "IORING_SETUP_IOPOLL"},
                                   {IORING_SETUP_SQPOLL, "IORING_SETUP_SQPOLL"},
                                   {IORING_SETUP_SQ_AFF, "IORING_SETUP_SQ_AFF"},
                                   {IORING_SETUP_CQSIZE, "IORING_SETUP_CQSIZE"},
                                   {IORING_SETUP_CLAMP, "IORING_SETUP_CLAMP"},
                                   {IORING_SETUP_ATTACH_WQ, "IORING_SETUP_ATTACH_WQ"},
                                   {IORING_SETUP_R_DISABLED, "IORING_SETUP_R_DISABLED"}};

absl::string_view Names(const Event& event, uint64_t number, absl::Span<const FlagName> flags) {
  ArenaText text(event.arena);
  for (const FlagName& flag : flags) {
    if ((number & flag.bit) != 0) text.AppendItem("|", flag.name);
  }
  return text.view();
}
absl::string_view MemfdFlagNames(const Event& event, uint64_t number) {
  return Names(event, number, kMemfdFlags);
}
absl::string_view RingFlagNames(const Event& event, uint64_t number) {
  return Names(event, number, kRingFlags);
}

constexpr KindSet kBpf = KindBit(WIRE_kernel_bpf);
constexpr KindSet kMemfd = KindBit(WIRE_kernel_memfd);
constexpr KindSet kModule = KindBit(WIRE_kernel_module);
constexpr KindSet kRing = KindBit(WIRE_kernel_io_uring);
constexpr KindSet kCall = KindBit(WIRE_system_call);

constexpr Known kKnown[] = {
    {kArgument_cmd, kBpf, Look::kDecimal, BpfCommand, BpfCommandName},
    {kArgument_name, kMemfd, Look::kText, MemfdName},
    {kArgument_flags, kMemfd, Look::kDecimal, MemfdFlags, MemfdFlagNames},
    {kArgument_name, kModule, Look::kText, ModuleName},
    {kArgument_res, kModule | kRing | kCall, Look::kResult, Result},
    {kArgument_sq_entries, kRing, Look::kDecimal, SubmissionPlaces},
    {kArgument_cq_entries, kRing, Look::kDecimal, CompletionPlaces},
    {kArgument_flags, kRing, Look::kDecimal, RingFlags, RingFlagNames},
    {kArgument_op, kCall, Look::kDecimal, FromRegister<kArgument_op>},
    {kArgument_flags, kCall, Look::kDecimal, FromRegister<kArgument_flags>},
    {kArgument_operation, kCall, Look::kDecimal, FromRegister<kArgument_operation>,
     KeyOperationName},
    {kArgument_fd, kCall, Look::kDecimal, FromRegister<kArgument_fd>},
    {kArgument_opcode, kCall, Look::kDecimal, FromRegister<kArgument_opcode>},
    {kArgument_arg, kCall, Look::kHex, FromRegister<kArgument_arg>},
    {kArgument_nr_args, kCall, Look::kDecimal, FromRegister<kArgument_nr_args>},
    {kArgument_pid, kCall, Look::kProcess, FromRegister<kArgument_pid>},
    {kArgument_cmd, kCall, Look::kDecimal, FromRegister<kArgument_cmd>},
};

}  // namespace

absl::Span<const TypeRow> KernelTypes() { return kTypes; }
absl::Span<const Known> KernelArguments() { return kKnown; }

}  // namespace vedette
