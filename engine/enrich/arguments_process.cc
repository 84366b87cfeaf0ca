// SPDX-License-Identifier: Apache-2.0
//
// What processes change about themselves and do to others. Credentials are those that the kernel
// put in force, not those that were asked for: -1, "leave it", is never seen.
#include <sched.h>
#include <sys/prctl.h>

#include <iterator>

#include "engine/enrich/argument_rows.h"
#include "engine/enrich/event_members.h"
#include "engine/enrich/fields.h"

namespace vedette {
namespace {

constexpr TypeRow kTypes[] = {
    {"kill", "res,pid,sig"},
    {"tkill", "res,tid,sig"},
    {"tgkill", "res,pid,tid,sig"},
    {"ptrace", "res,addr,data,request,pid"},
    {"process_vm_readv", "res,pid,data"},
    {"process_vm_writev", "res,pid,data"},
    {"setresuid", "res,ruid,euid,suid"},
    {"setresuid32", "res,ruid,euid,suid"},
    {"setreuid", "res,ruid,euid"},
    {"setreuid32", "res,ruid,euid"},
    {"setuid", "res,uid"},
    {"setuid32", "res,uid"},
    {"setresgid", "res,rgid,egid,sgid"},
    {"setresgid32", "res,rgid,egid,sgid"},
    {"setregid", "res,rgid,egid"},
    {"setregid32", "res,rgid,egid"},
    {"setgid", "res,gid"},
    {"setgid32", "res,gid"},
    {"capset", "res,cap_inheritable,cap_permitted,cap_effective"},
    {"setns", "res,fd,nstype"},
    {"unshare", "res,flags"},
    {"chroot", "res,path"},
    {"prctl", "res,option,arg2_str,arg2_int"},
    {"signaldeliver", "spid,dpid,sig"},
};

Value Result(const Event& event) {
  return ValueOf(event.view, MembersOf(event.view.kind()).result);
}
Value Path(const Event& event) {
  return TextValue(TextOf(event.view, MembersOf(event.view.kind()).path));
}
Value NameAsked(const Event& event) {
  return TextValue(TextOf(event.view, MembersOf(event.view.kind()).name));
}
Value Done(const Event&) { return Value::Signed(0); }  // It is reported when it has been done.
Value Own(const Event& event) { return Value::Signed(event.view.header().pid); }
Value TargetPid(const Event& event) {
  const uint64_t pid = NumberOf(event.view, MembersOf(event.view.kind()).target_pid);
  return pid == 0 ? Value::None() : Value::Signed(static_cast<int64_t>(pid));
}

template <auto number>
Value Credential(const Event& event) {
  return Value::Unsigned(event.view.As<wire_process_credentials>().*number);
}

Value SignalSent(const Event& event) {
  return Value::Unsigned(event.view.As<wire_process_signal>().signal);
}
Value SignalOfCore(const Event& event) {
  return Value::Unsigned(event.view.As<wire_process_coredump>().signal);
}
Value Namespaces(const Event& event) {
  return Value::Unsigned(event.view.As<wire_process_namespace>().ns_flags);
}

Value Option(const Event& event) {
  return Value::Unsigned(static_cast<uint32_t>(event.view.As<wire_process_prctl>().option));
}
Value SecondAsText(const Event& event) {
  return TextValue(TextOf(event.view, FindMember(event.view.info(), "new_name")));
}
// Where it is a text, the number is where that lay: of no use.
Value SecondAsNumber(const Event& event) {
  const auto call = event.view.As<wire_process_prctl>();
  if (call.option == PR_SET_NAME) return Value::None();
  return Value::Signed(static_cast<int64_t>(call.arg2));
}

struct NumberName {
  uint64_t number;
  absl::string_view name;
};
constexpr NumberName kOptions[] = {
    {PR_SET_DUMPABLE, "PR_SET_DUMPABLE"},
    {PR_SET_KEEPCAPS, "PR_SET_KEEPCAPS"},
    {PR_SET_NAME, "PR_SET_NAME"},
    {PR_SET_SECCOMP, "PR_SET_SECCOMP"},
    {PR_SET_SECUREBITS, "PR_SET_SECUREBITS"},
    {PR_SET_MM, "PR_SET_MM"},
    {PR_SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER"},
    {PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS"},
    {PR_CAP_AMBIENT, "PR_CAP_AMBIENT"},
    {PR_SET_PTRACER, "PR_SET_PTRACER"},
};
// What the kernel asks about tells the first request of a tracer and of a tracee, which rules name;
// later ones it does not ask about. PTRACE_SEIZE is asked as PTRACE_ATTACH is.
constexpr uint64_t kTraceMe = 0, kAttach = 16;  // linux/ptrace.h
constexpr uint32_t kModeAttach = 2;             // PTRACE_MODE_ATTACH of the kernel.
Value Request(const Event& event) {
  const auto trace = event.view.As<wire_process_ptrace>();
  if (trace.traceme != 0) return Value::Unsigned(kTraceMe);
  return (trace.access_mode & kModeAttach) != 0 ? Value::Unsigned(kAttach) : Value::None();
}
absl::string_view RequestName(const Event&, uint64_t number) {
  return number == kTraceMe ? "PTRACE_TRACEME" : "PTRACE_ATTACH";
}

absl::string_view OptionName(const Event&, uint64_t number) {
  for (const NumberName& option : kOptions) {
    if (option.number == number) return option.name;
  }
  return "";
}

constexpr NumberName kNamespaces[] = {
    {CLONE_NEWNS, "CLONE_NEWNS"},
    {CLONE_NEWUTS, "CLONE_NEWUTS"},
    {CLONE_NEWIPC, "CLONE_NEWIPC"},
    {CLONE_NEWUSER, "CLONE_NEWUSER"},
    {CLONE_NEWPID, "CLONE_NEWPID"},
    {CLONE_NEWNET, "CLONE_NEWNET"},
    {0x80, "CLONE_NEWTIME"},  // Not in every libc.
    {CLONE_NEWCGROUP, "CLONE_NEWCGROUP"},
};
absl::string_view NamespaceNames(const Event& event, uint64_t number) {
  ArenaText text(event.arena);
  for (const NumberName& flag : kNamespaces) {
    if ((number & flag.number) != 0) text.AppendItem("|", flag.name);
  }
  return text.view();
}

constexpr KindSet kFailed = KindBit(WIRE_process_exec_failed);
constexpr KindSet kCredentials = KindBit(WIRE_process_credentials);
constexpr KindSet kNamespace = KindBit(WIRE_process_namespace);
constexpr KindSet kRoot = KindBit(WIRE_process_root);
constexpr KindSet kPrctl = KindBit(WIRE_process_prctl);
constexpr KindSet kPtrace = KindBit(WIRE_process_ptrace);
constexpr KindSet kSignal = KindBit(WIRE_process_signal);
constexpr KindSet kCoredump = KindBit(WIRE_process_coredump);
using C = wire_process_credentials;

constexpr Known kKnown[] = {
    {kArgument_res, kFailed | kNamespace | kRoot | kPrctl | kPtrace | kSignal, Look::kResult,
     Result},
    {kArgument_res, kCredentials, Look::kResult, Done},
    {kArgument_filename, kFailed, Look::kText, NameAsked},
    {kArgument_ruid, kCredentials, Look::kUser, Credential<&C::new_uid>},
    {kArgument_euid, kCredentials, Look::kUser, Credential<&C::new_euid>},
    {kArgument_suid, kCredentials, Look::kUser, Credential<&C::new_suid>},
    {kArgument_uid, kCredentials, Look::kUser, Credential<&C::new_euid>},
    {kArgument_rgid, kCredentials, Look::kGroup, Credential<&C::new_gid>},
    {kArgument_egid, kCredentials, Look::kGroup, Credential<&C::new_egid>},
    {kArgument_sgid, kCredentials, Look::kGroup, Credential<&C::new_sgid>},
    {kArgument_gid, kCredentials, Look::kGroup, Credential<&C::new_egid>},
    {kArgument_cap_permitted, kCredentials, Look::kHex, Credential<&C::new_cap_permitted>},
    {kArgument_cap_effective, kCredentials, Look::kHex, Credential<&C::new_cap_effective>},
    {kArgument_nstype, kNamespace, Look::kDecimal, Namespaces, NamespaceNames},
    {kArgument_flags, kNamespace, Look::kDecimal, Namespaces, NamespaceNames},
    {kArgument_path, kRoot, Look::kText, Path},
    {kArgument_option, kPrctl, Look::kDecimal, Option, OptionName},
    {kArgument_arg2_str, kPrctl, Look::kText, SecondAsText},
    {kArgument_arg2_int, kPrctl, Look::kDecimal, SecondAsNumber},
    {kArgument_pid, kPtrace | kSignal, Look::kProcess, TargetPid},
    {kArgument_request, kPtrace, Look::kDecimal, Request, RequestName},
    {kArgument_sig, kSignal, Look::kSignal, SignalSent},
    {kArgument_sig, kCoredump, Look::kSignal, SignalOfCore},
    {kArgument_dpid, kCoredump, Look::kProcess, Own},
};

}  // namespace

absl::Span<const TypeRow> ProcessTypes() { return kTypes; }
absl::Span<const Known> ProcessArguments() { return kKnown; }

}  // namespace vedette
