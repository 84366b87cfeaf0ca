// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/arguments.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/check.h"
#include "engine/enrich/argument_rows.h"
#include "engine/enrich/call_types.h"
#include "engine/enrich/event_members.h"
#include "engine/enrich/fields.h"
#include "engine/enrich/flag_names.h"
#include "engine/enrich/host_info.h"
#include "engine/enrich/process_table.h"

namespace vedette {
namespace {

constexpr absl::string_view kForkArguments =
    "res,exe,args,tid,pid,ptid,cwd,fdlimit,pgft_maj,pgft_min,vm_size,vm_rss,vm_swap,comm,cgroups,"
    "flags,uid,gid,vtid,vpid,pidns_init_start_ts";
constexpr absl::string_view kExecveatArguments =
    "res,exe,args,tid,pid,ptid,cwd,fdlimit,pgft_maj,pgft_min,vm_size,vm_rss,vm_swap,comm,cgroups,"
    "env,tty,vpgid,loginuid,flags,cap_inheritable,cap_permitted,cap_effective,exe_ino,"
    "exe_ino_ctime,exe_ino_mtime,uid,trusted_exepath,pgid,gid";
constexpr absl::string_view kExecveArguments =
    "res,exe,args,tid,pid,ptid,cwd,fdlimit,pgft_maj,pgft_min,vm_size,vm_rss,vm_swap,comm,cgroups,"
    "env,tty,vpgid,loginuid,flags,cap_inheritable,cap_permitted,cap_effective,exe_ino,"
    "exe_ino_ctime,exe_ino_mtime,uid,trusted_exepath,pgid,gid,filename";

constexpr TypeRow kTypes[] = {
    {"openat", "fd,dirfd,name,flags,mode,dev,ino"},
    {"openat2", "fd,dirfd,name,flags,mode,resolve,dev,ino"},
    {"open", "fd,name,flags,mode,dev,ino"},
    {"creat", "fd,name,mode,dev,ino,creat_flags"},
    {"open_by_handle_at", "fd,mountfd,flags,path,dev,ino"},
    {"connect", "res,tuple,fd,addr"},
    {"socket", "fd,domain,type,proto,flags"},
    {"socketpair", "res,fd1,fd2,source,peer,domain,type,proto"},
    {"bind", "res,addr,fd"},
    {"listen", "res,fd,backlog"},
    {"accept", "fd,tuple,queuepct,queuelen,queuemax"},
    {"accept4", "fd,tuple,queuepct,queuelen,queuemax,flags"},
    {"sendto", "res,data,fd,size,tuple"},
    {"sendmsg", "res,data,fd,size,tuple"},
    {"sendmmsg", "res,fd,size,data,tuple"},
    {"recvfrom", "res,data,tuple,fd,size"},
    {"recvmsg", "res,size,data,tuple,msgcontrol,fd"},
    {"recvmmsg", "res,fd,size,data,tuple,msgcontrol"},
    {"execve", kExecveArguments},
    {"execveat", kExecveatArguments},
    {"clone", kForkArguments},
    {"clone3", kForkArguments},
    {"fork", kForkArguments},
    {"vfork", kForkArguments},
    {"procexit", "status,ret,sig,core,reaper_tid"},
};

struct TypeArguments {
  absl::string_view type;
  std::vector<EventArgument> arguments;
};

EventArgument ArgumentOfName(absl::string_view name) {
  for (int i = 0; i < kEventArguments; ++i) {
    const auto argument = static_cast<EventArgument>(i);
    if (ArgumentName(argument) == name) return argument;
  }
  CHECK(false) << "no argument " << name;
  return kEventArguments;
}

// Null for a type without arguments.
const std::vector<EventArgument>* ArgumentsOf(const Event& event) {
  static const auto* const types = [] {
    auto* all = new std::vector<TypeArguments>;
    for (const absl::Span<const TypeRow> rows :
         {absl::MakeConstSpan(kTypes), ProcessTypes(), FileTypes(), KernelTypes()}) {
      for (const TypeRow& row : rows) {
        TypeArguments& type = all->emplace_back(TypeArguments{row.type, {}});
        for (const absl::string_view name : absl::StrSplit(row.arguments, ',')) {
          type.arguments.push_back(ArgumentOfName(name));
        }
      }
    }
    return all;
  }();
  const absl::string_view name = EventTypeOf(event.view);
  for (const TypeArguments& type : *types) {
    if (type.type == name) return &type.arguments;
  }
  return nullptr;
}

const ProgramRecord* ProgramOf(const Event& event) {
  return event.process == nullptr ? nullptr : event.table.ProgramOf(*event.process);
}

template <const Member* EventMembers::*member>
Value FromMember(const Event& event) {
  return ValueOf(event.view, MembersOf(event.view.kind()).*member);
}

// Of a file that could be opened: the numbers of another one are 0.
template <const Member* EventMembers::*member>
Value FromObject(const Event& event) {
  const EventMembers& members = MembersOf(event.view.kind());
  if (TextOf(event.view, members.path).empty()) return Value::None();
  return ValueOf(event.view, members.*member);
}

template <auto number>
Value FromProgram(const Event& event) {
  const ProgramRecord* program = ProgramOf(event);
  return program == nullptr ? Value::None() : Value::Unsigned(program->fixed().*number);
}

template <auto number>
Value FromHeader(const Event& event) {
  return Value::Signed(event.view.header().*number);
}

template <absl::string_view (ProgramRecord::*text)() const>
Value TextFromProgram(const Event& event) {
  const ProgramRecord* program = ProgramOf(event);
  return program == nullptr ? Value::None() : TextValue((program->*text)());
}

Value Name(const Event& event) {
  return TextValue(TextOf(event.view, MembersOf(event.view.kind()).name));
}
Value HandlePath(const Event& event) { return TextValue(FilePath(event)); }
Value Tuple(const Event& event) { return TextValue(ConnectionText(event)); }
Value Peer(const Event& event) { return TextValue(PeerText(event)); }
Value Zero(const Event&) { return Value::Signed(0); }
Value Child(const Event& event) {
  return Value::Signed(event.view.As<wire_process_fork>().child_pid);
}
Value Comm(const Event& event) { return TextValue(event.view.comm()); }
Value Exe(const Event& event) {
  const ProgramRecord* program = ProgramOf(event);
  if (program == nullptr) return Value::None();
  return TextValue(program->args().substr(0, program->args().find('\0')));
}
Value OtherArguments(const Event& event) {
  const ProgramRecord* program = ProgramOf(event);
  if (program == nullptr) return Value::None();
  const size_t first = program->args().find('\0');
  return first == absl::string_view::npos ? Value::None()
                                          : TextValue(program->args().substr(first + 1));
}
Value Requested(const Event& event) {
  const ProgramRecord* program = ProgramOf(event);
  return program == nullptr ? Value::None()
                            : TextValue(program->Text(program->fixed().exe_requested));
}
Value ParentPid(const Event& event) {
  return event.process == nullptr ? Value::None() : Value::Signed(event.process->parent_pid);
}
Value VirtualPid(const Event& event) {
  return event.process == nullptr ? Value::None() : Value::Signed(event.process->vpid);
}
Value LoginUser(const Event& event) {
  const ProgramRecord* program = ProgramOf(event);
  if (program == nullptr) return Value::None();
  return Value::Unsigned(static_cast<uint32_t>(program->fixed().login_uid));
}
// As wait(2) gives it.
Value WaitStatus(const Event& event) {
  const auto exit = event.view.As<wire_process_exit>();
  return Value::Signed(static_cast<int32_t>((exit.status & 0xff) << 8 | (exit.signal & 0x7f) |
                                            (exit.core_dumped != 0 ? 0x80U : 0U)));
}
Value ExitStatus(const Event& event) {
  return Value::Signed(event.view.As<wire_process_exit>().status);
}
Value ExitSignal(const Event& event) {
  return Value::Unsigned(event.view.As<wire_process_exit>().signal);
}
Value Core(const Event& event) {
  return Value::Unsigned(event.view.As<wire_process_exit>().core_dumped);
}

constexpr KindSet kFile = KindBit(WIRE_file_open);
constexpr KindSet kConnect = KindBit(WIRE_network_connect);
constexpr KindSet kSocket = KindBit(WIRE_network_socket);
constexpr KindSet kBind = KindBit(WIRE_network_bind);
constexpr KindSet kListen = KindBit(WIRE_network_listen);
constexpr KindSet kAccept = KindBit(WIRE_network_accept);
constexpr KindSet kDatagram = KindBit(WIRE_network_send) | KindBit(WIRE_network_receive);
constexpr KindSet kExec = KindBit(WIRE_process_exec);
constexpr KindSet kFork = KindBit(WIRE_process_fork);
constexpr KindSet kExit = KindBit(WIRE_process_exit);
using P = wire_process_exec;

constexpr Known kKnown[] = {
    {kArgument_fd, kFile, Look::kDescriptor, FromMember<&EventMembers::result>},
    {kArgument_name, kFile, Look::kPath, Name},
    {kArgument_path, kFile, Look::kText, HandlePath},
    {kArgument_flags, kFile, Look::kOpenFlags, FromMember<&EventMembers::flags>},
    {kArgument_mode, kFile, Look::kOctal, FromMember<&EventMembers::create_mode>},
    {kArgument_dev, kFile, Look::kHex, FromObject<&EventMembers::dev>},
    {kArgument_ino, kFile, Look::kDecimal, FromObject<&EventMembers::ino>},
    {kArgument_res, kConnect | kSocket | kBind | kListen | kDatagram, Look::kResult,
     FromMember<&EventMembers::result>},
    {kArgument_res, kExec, Look::kResult, Zero},
    {kArgument_res, kFork, Look::kProcess, Child},
    {kArgument_tuple, kConnect | kAccept | kDatagram, Look::kText, Tuple},
    {kArgument_addr, kConnect | kBind, Look::kText, Peer},
    {kArgument_domain, kSocket, Look::kFamily, FromMember<&EventMembers::family>},
    {kArgument_type, kSocket, Look::kDecimal, FromMember<&EventMembers::socket_type>},
    {kArgument_proto, kSocket, Look::kDecimal, FromMember<&EventMembers::protocol>},
    {kArgument_backlog, kListen, Look::kDecimal, FromMember<&EventMembers::backlog>},
    {kArgument_size, kDatagram, Look::kDecimal, FromMember<&EventMembers::bytes>},
    {kArgument_exe, kExec | kFork, Look::kText, Exe},
    {kArgument_args, kExec | kFork, Look::kBytes, OtherArguments},
    {kArgument_tid, kExec | kFork, Look::kProcess, FromHeader<&wire_header::tid>},
    {kArgument_pid, kExec | kFork, Look::kProcess, FromHeader<&wire_header::pid>},
    {kArgument_ptid, kExec | kFork, Look::kProcess, ParentPid},
    {kArgument_cwd, kExec | kFork, Look::kText, TextFromProgram<&ProgramRecord::cwd>},
    {kArgument_comm, kExec | kFork, Look::kText, Comm},
    {kArgument_uid, kExec, Look::kUser, FromHeader<&wire_header::uid>},
    {kArgument_uid, kFork, Look::kDecimal, FromHeader<&wire_header::uid>},
    {kArgument_gid, kExec, Look::kGroup, FromHeader<&wire_header::gid>},
    {kArgument_gid, kFork, Look::kDecimal, FromHeader<&wire_header::gid>},
    {kArgument_vtid, kFork, Look::kDecimal, VirtualThread},
    {kArgument_vpid, kFork, Look::kDecimal, VirtualPid},
    {kArgument_env, kExec, Look::kBytes, TextFromProgram<&ProgramRecord::env>},
    {kArgument_tty, kExec, Look::kDecimal, FromProgram<&P::tty>},
    {kArgument_vpgid, kExec, Look::kDecimal, VirtualGroup},
    {kArgument_pgid, kExec, Look::kProcess, FromProgram<&P::pgid>},
    {kArgument_loginuid, kExec, Look::kUser, LoginUser},
    {kArgument_cap_inheritable, kExec, Look::kHex, FromProgram<&P::cap_inheritable>},
    {kArgument_cap_permitted, kExec, Look::kHex, FromProgram<&P::cap_permitted>},
    {kArgument_cap_effective, kExec, Look::kHex, FromProgram<&P::cap_effective>},
    {kArgument_exe_ino, kExec, Look::kDecimal, FromProgram<&P::exe_ino>},
    {kArgument_exe_ino_ctime, kExec, Look::kTime, FromProgram<&P::exe_ctime_ns>},
    {kArgument_exe_ino_mtime, kExec, Look::kTime, FromProgram<&P::exe_mtime_ns>},
    {kArgument_trusted_exepath, kExec, Look::kText, TextFromProgram<&ProgramRecord::exe_path>},
    {kArgument_filename, kExec, Look::kText, Requested},
    {kArgument_status, kExit, Look::kResult, WaitStatus},
    {kArgument_ret, kExit, Look::kResult, ExitStatus},
    {kArgument_sig, kExit, Look::kSignal, ExitSignal},
    {kArgument_core, kExit, Look::kDecimal, Core},
};

const Known* FindKnown(EventArgument argument, EventKind kind) {
  for (const absl::Span<const Known> rows :
       {absl::MakeConstSpan(kKnown), ProcessArguments(), FileArguments(), KernelArguments()}) {
    for (const Known& known : rows) {
      if (known.argument == argument && (known.kinds & KindBit(kind)) != 0) return &known;
    }
  }
  return nullptr;
}

absl::string_view Printed(const char* format, uint64_t number, Arena& arena) {
  char text[32];
  const int size =
      std::snprintf(text, sizeof(text), format, static_cast<unsigned long long>(number));
  return arena.Copy({text, static_cast<size_t>(size)});
}

// As Falco prints buffers: a dot for what cannot be printed.
absl::string_view Dotted(absl::string_view bytes, Arena& arena) {
  ArenaText text(arena);
  while (!bytes.empty()) {
    const auto odd = std::find_if(bytes.begin(), bytes.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e;
    });
    const auto plain = static_cast<size_t>(odd - bytes.begin());
    text.Append(bytes.substr(0, plain));
    if (plain < bytes.size()) text.Append(".");
    bytes.remove_prefix(std::min(plain + 1, bytes.size()));
  }
  return text.view();
}

absl::string_view Plain(const Event& event, const Known& known, const Value& value) {
  switch (known.look) {
    case Look::kText:
    case Look::kPath:
      return value.text;
    case Look::kBytes:
      return Dotted(value.text, event.arena);
    case Look::kHex:
      return Printed("%llX", value.number, event.arena);
    case Look::kOctal:
      return Printed("%#llo", value.number, event.arena);
    case Look::kTime:
      return DateText(absl::FromUnixNanos(value.AsSigned()), event);
    case Look::kUser:
    case Look::kGroup:  // "Nobody" is -1.
      return Printed("%lld", static_cast<uint64_t>(static_cast<int32_t>(value.number)),
                     event.arena);
    case Look::kDecimal:
    case Look::kOpenFlags:
    case Look::kDescriptor:
    case Look::kResult:
    case Look::kProcess:
    case Look::kSignal:
    case Look::kFamily:
      return Printed(value.kind == Value::Kind::kSigned ? "%lld" : "%llu", value.number,
                     event.arena);
  }
  return "";
}

absl::string_view DescriptorText(const Event& event) {
  const absl::string_view path = FilePath(event);
  ArenaText text(event.arena);
  text.Append("<").Append(TypeCharOf(event)).Append(">").Append(path);
  return text.view();
}

absl::string_view ProcessName(const Event& event, const Value& pid) {
  if (pid.number == event.view.header().pid) return event.view.comm();
  const Process* process = event.table.FindPid(static_cast<uint32_t>(pid.number));
  return process == nullptr ? absl::string_view() : process->name();
}

absl::string_view SignalName(uint64_t number, Arena& arena) {
  const char* name = number < 65 ? sigabbrev_np(static_cast<int>(number)) : nullptr;
  if (name == nullptr) return "";
  ArenaText text(arena);
  return text.Append("SIG").Append(name).view();
}

// Empty if the plain value says it all.
absl::string_view Meaning(const Event& event, const Known& known, const Value& value) {
  const int64_t number = value.AsSigned();
  if (known.meaning != nullptr) return known.meaning(event, value.number);
  switch (known.look) {
    case Look::kPath:
      return AskedPath(event);
    case Look::kOpenFlags: {
      ArenaText text(event.arena);
      ForEachOpenFlag(static_cast<uint32_t>(value.number),
                      [&](absl::string_view name) { text.AppendItem("|", name); });
      return text.view();
    }
    case Look::kDescriptor:
      return number < 0 ? ResultName(number) : DescriptorText(event);
    case Look::kResult:
      return number < 0 ? ResultName(number) : "";
    case Look::kProcess:
      return ProcessName(event, value);
    case Look::kUser:
      return event.host.UserName(static_cast<uint32_t>(value.number));
    case Look::kGroup:
      return event.host.GroupName(static_cast<uint32_t>(value.number));
    case Look::kSignal:
      return SignalName(value.number, event.arena);
    case Look::kFamily:
      return AddressFamilyName(value.number);
    case Look::kDecimal:
    case Look::kHex:
    case Look::kOctal:
    case Look::kText:
    case Look::kBytes:
    case Look::kTime:
      return "";
  }
  return "";
}

void AddText(const Event& event, EventArgument argument, Values& values) {
  const Known* known = FindKnown(argument, event.view.kind());
  if (known == nullptr) return;
  const Value value = known->get(event);
  if (!value.HasValue()) return;
  const absl::string_view meaning = Meaning(event, *known, value);
  values.Add(Value::Text(meaning.empty() ? Plain(event, *known, value) : meaning));
}

// Numbers are as the type of the field wants them: -1 of a user is 4294967295.
void AddRaw(const Event& event, EventArgument argument, FieldType type, Values& values) {
  const Known* known = FindKnown(argument, event.view.kind());
  if (known == nullptr) return;
  const Value value = known->get(event);
  // Where calls disagree about the type, the other one has no raw value: `dev` of a mount, say.
  const bool is_text = value.kind == Value::Kind::kText;
  const bool wants_text =
      type == FieldType::kText || type == FieldType::kPath || type == FieldType::kBytes;
  if (!value.HasValue() || is_text != wants_text) return;
  if (is_text) return values.Add(value);
  values.Add(type == FieldType::kSigned ? Value::Signed(value.AsSigned())
                                        : Value::Unsigned(value.number));
}

}  // namespace

void GetArgument(const Event& event, const FieldRef& ref, Values& values) {
  const std::vector<EventArgument>* arguments = ArgumentsOf(event);
  if (arguments == nullptr) return;
  const Field& field = ref.field();
  auto argument = static_cast<EventArgument>(field.index / 2);
  if (argument == kEventArguments) {
    if (ref.index < 0 || static_cast<size_t>(ref.index) >= arguments->size()) return;
    argument = (*arguments)[static_cast<size_t>(ref.index)];
  } else if (std::find(arguments->begin(), arguments->end(), argument) == arguments->end()) {
    return;
  }
  if (field.index == ArgumentIndex(argument, true)) {
    AddRaw(event, argument, field.type, values);
  } else {
    AddText(event, argument, values);
  }
}

absl::string_view AllArguments(const Event& event) {
  const std::vector<EventArgument>* arguments = ArgumentsOf(event);
  if (arguments == nullptr) return "";
  std::array<absl::string_view, 256> parts;  // The arena takes one text at a time.
  size_t size = 0;
  const auto add = [&](absl::string_view part) {
    if (size < parts.size()) parts[size++] = part;
  };
  for (const EventArgument argument : *arguments) {
    const Known* known = FindKnown(argument, event.view.kind());
    const Value value = known == nullptr ? Value::None() : known->get(event);
    if (!value.HasValue()) continue;
    const absl::string_view plain = Plain(event, *known, value);
    const absl::string_view meaning = Meaning(event, *known, value);
    for (const absl::string_view part : {absl::string_view(size == 0 ? "" : " "),
                                         ArgumentName(argument), absl::string_view("="), plain}) {
      add(part);
    }
    if (meaning.empty() || meaning == plain) continue;
    for (const absl::string_view part : {absl::string_view("("), meaning, absl::string_view(")")}) {
      add(part);
    }
  }
  ArenaText text(event.arena);
  for (size_t i = 0; i < size; ++i) text.Append(parts[i]);
  return text.view();
}

}  // namespace vedette
