// SPDX-License-Identifier: Apache-2.0
//
// proc.* and thread.*: who acted, and its ancestors. The process itself goes by the header's comm
// (what it is called now), ancestors by what they were called at their fork or exec.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/enrich/fields.h"
#include "engine/enrich/flag_names.h"
#include "engine/enrich/host_info.h"
#include "engine/enrich/process_table.h"

namespace vedette {
namespace {

// A process of the chain, as the getters of its fields see it.
struct Actor {
  const Process& process;
  absl::string_view name;
  const ProgramRecord* program;  // May be null.
  Arena& arena;
};

absl::string_view FirstArgument(absl::string_view arguments) {
  return arguments.substr(0, arguments.find('\0'));
}

// What follows the first one: still texts that each end with a NUL.
absl::string_view OtherArguments(absl::string_view arguments) {
  const size_t end = arguments.find('\0');
  return end == absl::string_view::npos ? absl::string_view() : arguments.substr(end + 1);
}

absl::string_view JoinBlanks(absl::string_view first, absl::string_view arguments, Arena& arena) {
  ArenaText text(arena);
  if (!first.empty()) text.AppendItem(" ", first);
  ForEachArgument(arguments, [&](absl::string_view argument) { text.AppendItem(" ", argument); });
  return text.view();
}

absl::string_view ArgumentsOf(const Event& event) {
  if (event.process == nullptr) return {};
  const ProgramRecord* program = event.table.ProgramOf(*event.process);
  return program == nullptr ? absl::string_view() : program->args();
}

Value NameOf(const Actor& actor) { return TextValue(actor.name); }
Value PidOf(const Actor& actor) { return Value::Signed(actor.process.pid); }
Value ExeOf(const Actor& actor) {
  if (actor.program == nullptr) return Value::None();
  return TextValue(FirstArgument(actor.program->args()));
}
Value ExePathOf(const Actor& actor) {
  return actor.program == nullptr ? Value::None() : TextValue(actor.program->exe_path());
}
Value CommandLineOf(const Actor& actor) {
  if (actor.program == nullptr) return Value::None();
  return TextValue(CommandLine(actor.name, actor.program->args(), actor.arena));
}

Value ArgumentsTextOf(const Actor& actor) {
  if (actor.program == nullptr) return Value::None();
  return TextValue(JoinBlanks("", OtherArguments(actor.program->args()), actor.arena));
}
Value EnvironmentOf(const Actor& actor) {
  if (actor.program == nullptr) return Value::None();
  return TextValue(JoinBlanks("", actor.program->env(), actor.arena));
}

using ActorGetter = Value (*)(const Actor& actor);

void AddSelf(const Event& event, ActorGetter get, Values& values) {
  if (event.process == nullptr) return;
  values.Add(
      get({*event.process, event.view.comm(), event.table.ProgramOf(*event.process), event.arena}));
}

void AddOther(const Event& event, const Process& other, ActorGetter get, Values& values) {
  values.Add(get({other, other.name(), event.table.ProgramOf(other), event.arena}));
}

void AddParent(const Event& event, ActorGetter get, Values& values) {
  if (event.process == nullptr) return;
  const Process* parent = event.table.Parent(*event.process);
  if (parent != nullptr) AddOther(event, *parent, get, values);
}

// Without an argument any ancestor; [n] exactly that one, 0 the process itself.
void AddAncestors(const Event& event, const FieldRef& ref, ActorGetter get, Values& values) {
  if (event.process == nullptr) return;
  if (ref.argument.empty()) {
    for (const Process* ancestor : event.table.Ancestors(*event.process)) {
      AddOther(event, *ancestor, get, values);
    }
    return;
  }
  if (ref.index < 0) return;
  if (ref.index == 0) return AddSelf(event, get, values);
  const auto nth = static_cast<size_t>(ref.index);
  const ProcessTable::Lineage lineage = event.table.Ancestors(*event.process, nth);
  if (lineage.size == nth) AddOther(event, *lineage.chain[nth - 1], get, values);
}

Value VariableOf(const Event& event, const Process& process, absl::string_view name) {
  const ProgramRecord* program = event.table.ProgramOf(process);
  Value value;
  if (program == nullptr) return value;
  ForEachArgument(program->env(), [&](absl::string_view variable) {
    const size_t equals = variable.find('=');
    if (equals == absl::string_view::npos || variable.substr(0, equals) != name) return;
    if (!value.HasValue()) value = Value::Text(variable.substr(equals + 1));
  });
  return value;
}

// Nanoseconds since 1970.
void AddStart(const Event& event, const Process* process, Values& values) {
  if (process == nullptr || process->start_ns == 0) return;
  const absl::Time start = event.host.WallTime(process->start_ns);
  values.Add(Value::Unsigned(static_cast<uint64_t>(absl::ToUnixNanos(start))));
}

void AddAge(const Event& event, const Process& process, Values& values) {
  const uint64_t now_ns = event.view.header().time_ns;
  if (process.start_ns == 0 || process.start_ns > now_ns) return;
  values.Add(Value::Unsigned(now_ns - process.start_ns));
}

void AddCapabilities(const Event& event, __u64 wire_process_exec::*set, Values& values) {
  if (event.process == nullptr) return;
  const ProgramRecord* program = event.table.ProgramOf(*event.process);
  if (program == nullptr) return;
  ArenaText text(event.arena);
  ForEachCapability(program->fixed().*set,
                    [&](absl::string_view name) { text.AppendItem(" ", name); });
  values.Add(TextValue(text.view()));
}

void AddTruncated(const Event& event, wire_text wire_process_exec::*slot, Values& values) {
  if (event.process == nullptr) return;
  const ProgramRecord* program = event.table.ProgramOf(*event.process);
  if (program == nullptr) return;
  values.Add(Value::Bool(((program->fixed().*slot).length & WIRE_TEXT_TRUNCATED) != 0));
}

}  // namespace

absl::string_view CommandLine(absl::string_view name, absl::string_view arguments, Arena& arena) {
  return JoinBlanks(name, OtherArguments(arguments), arena);
}

Value VirtualThread(const Event& event) {
  const bool first = event.view.header().tid == event.view.header().pid;
  if (event.process == nullptr || !first) return Value::None();
  return Value::Signed(event.process->vpid);
}

void Get_proc_exe(const Event& event, const FieldRef&, Values& values) {
  AddSelf(event, &ExeOf, values);
}

void Get_proc_args(const Event& event, const FieldRef& ref, Values& values) {
  const absl::string_view arguments = OtherArguments(ArgumentsOf(event));
  if (ref.argument.empty()) {
    values.Add(TextValue(JoinBlanks("", arguments, event.arena)));
    return;
  }
  int32_t at = 0;
  ForEachArgument(arguments, [&](absl::string_view argument) {
    if (at++ == ref.index) values.Add(Value::Text(argument));
  });
}

void Get_proc_cmdline(const Event& event, const FieldRef&, Values& values) {
  AddSelf(event, &CommandLineOf, values);
}

void Get_proc_exeline(const Event& event, const FieldRef&, Values& values) {
  values.Add(TextValue(JoinBlanks("", ArgumentsOf(event), event.arena)));
}

void Get_proc_cmdnargs(const Event& event, const FieldRef&, Values& values) {
  const absl::string_view arguments = ArgumentsOf(event);
  if (arguments.empty()) return;
  uint64_t count = 0;
  ForEachArgument(OtherArguments(arguments), [&](absl::string_view) { ++count; });
  values.Add(Value::Unsigned(count));
}

void Get_proc_cmdlenargs(const Event& event, const FieldRef&, Values& values) {
  const absl::string_view arguments = ArgumentsOf(event);
  if (arguments.empty()) return;
  uint64_t bytes = 0;
  ForEachArgument(OtherArguments(arguments),
                  [&](absl::string_view argument) { bytes += argument.size(); });
  values.Add(Value::Unsigned(bytes));
}

void Get_proc_aargs(const Event& event, const FieldRef& ref, Values& values) {
  AddAncestors(event, ref, &ArgumentsTextOf, values);
}

void Get_proc_env(const Event& event, const FieldRef& ref, Values& values) {
  if (ref.argument.empty()) return AddSelf(event, &EnvironmentOf, values);
  if (event.process != nullptr) values.Add(VariableOf(event, *event.process, ref.argument));
}

// Without an argument any ancestor's, [n] that one's, [NAME] the nearest ancestor's value.
void Get_proc_aenv(const Event& event, const FieldRef& ref, Values& values) {
  if (ref.argument.empty() || ref.index >= 0) {
    return AddAncestors(event, ref, &EnvironmentOf, values);
  }
  if (event.process == nullptr) return;
  for (const Process* ancestor : event.table.Ancestors(*event.process)) {
    if (values.empty()) values.Add(VariableOf(event, *ancestor, ref.argument));
  }
}

void Get_proc_pname(const Event& event, const FieldRef&, Values& values) {
  AddParent(event, &NameOf, values);
}

void Get_proc_pexe(const Event& event, const FieldRef&, Values& values) {
  AddParent(event, &ExeOf, values);
}

void Get_proc_pexepath(const Event& event, const FieldRef&, Values& values) {
  AddParent(event, &ExePathOf, values);
}

void Get_proc_pcmdline(const Event& event, const FieldRef&, Values& values) {
  AddParent(event, &CommandLineOf, values);
}

void Get_proc_apid(const Event& event, const FieldRef& ref, Values& values) {
  AddAncestors(event, ref, &PidOf, values);
}

void Get_proc_aname(const Event& event, const FieldRef& ref, Values& values) {
  AddAncestors(event, ref, &NameOf, values);
}

void Get_proc_aexe(const Event& event, const FieldRef& ref, Values& values) {
  AddAncestors(event, ref, &ExeOf, values);
}

void Get_proc_aexepath(const Event& event, const FieldRef& ref, Values& values) {
  AddAncestors(event, ref, &ExePathOf, values);
}

void Get_proc_acmdline(const Event& event, const FieldRef& ref, Values& values) {
  AddAncestors(event, ref, &CommandLineOf, values);
}

void Get_proc_lineage_name(const Event& event, const FieldRef&, Values& values) {
  if (event.process == nullptr || event.process->lineage == nullptr) return;
  const EarlierProgram* at = event.process->lineage->before.get();
  for (; at != nullptr; at = at->before.get()) {
    values.Add(TextValue({at->comm.data(), strnlen(at->comm.data(), at->comm.size())}));
  }
}

void Get_proc_duration(const Event& event, const FieldRef&, Values& values) {
  if (event.process != nullptr) AddAge(event, *event.process, values);
}

void Get_proc_ppid_duration(const Event& event, const FieldRef&, Values& values) {
  if (event.process == nullptr) return;
  const Process* parent = event.table.Parent(*event.process);
  if (parent != nullptr) AddAge(event, *parent, values);
}

void Get_proc_pid_ts(const Event& event, const FieldRef&, Values& values) {
  AddStart(event, event.process, values);
}

void Get_proc_ppid_ts(const Event& event, const FieldRef&, Values& values) {
  if (event.process != nullptr) AddStart(event, event.table.Parent(*event.process), values);
}

void Get_exe_ctime_to_start(const Event& event, const FieldRef&, Values& values) {
  if (event.process == nullptr || event.process->start_ns == 0) return;
  const ProgramRecord* program = event.table.ProgramOf(*event.process);
  if (program == nullptr || program->fixed().exe_ctime_ns == 0) return;
  const absl::Time start = event.host.WallTime(event.process->start_ns);
  const auto start_ns = static_cast<uint64_t>(absl::ToUnixNanos(start));
  // A process may run what it has written itself: a change after its start is no time before it.
  const uint64_t changed_ns = std::min<uint64_t>(program->fixed().exe_ctime_ns, start_ns);
  values.Add(Value::Unsigned(start_ns - changed_ns));
}

void Get_proc_pvpid(const Event& event, const FieldRef&, Values& values) {
  if (event.process == nullptr) return;
  const Process* parent = event.table.Parent(*event.process);
  if (parent != nullptr) values.Add(Value::Signed(parent->vpid));
}

void Get_thread_vtid(const Event& event, const FieldRef&, Values& values) {
  values.Add(VirtualThread(event));
}

void Get_thread_nametid(const Event& event, const FieldRef&, Values& values) {
  const absl::AlphaNum tid(event.view.header().tid);
  values.Add(Value::Text(event.arena.Join(event.view.comm(), tid.Piece())));
}

void Get_thread_ismain(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Bool(event.view.header().tid == event.view.header().pid));
}

void Get_thread_cap_effective(const Event& event, const FieldRef&, Values& values) {
  AddCapabilities(event, &wire_process_exec::cap_effective, values);
}

void Get_thread_cap_permitted(const Event& event, const FieldRef&, Values& values) {
  AddCapabilities(event, &wire_process_exec::cap_permitted, values);
}

void Get_thread_cap_inheritable(const Event& event, const FieldRef&, Values& values) {
  AddCapabilities(event, &wire_process_exec::cap_inheritable, values);
}

void Get_exe_path_truncated(const Event& event, const FieldRef&, Values& values) {
  AddTruncated(event, &wire_process_exec::exe_path, values);
}

void Get_args_truncated(const Event& event, const FieldRef&, Values& values) {
  AddTruncated(event, &wire_process_exec::args, values);
}

}  // namespace vedette
