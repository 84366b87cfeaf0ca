// SPDX-License-Identifier: Apache-2.0
//
// proc.* about the leaders of the process's session and process group. A leader is the process
// whose pid is the number; where it has gone, the farthest ancestor that has the same number.
#include "absl/strings/match.h"
#include "engine/enrich/fields.h"
#include "engine/enrich/process_table.h"

namespace vedette {
namespace {

using Number = __u32 wire_process_exec::*;
constexpr Number kSession = &wire_process_exec::sid;
constexpr Number kGroup = &wire_process_exec::pgid;

// 0: unknown.
uint32_t NumberOf(const Event& event, const Process& process, Number number) {
  const ProgramRecord* program = event.table.ProgramOf(process);
  return program == nullptr ? 0 : program->fixed().*number;
}

// A pid is not used again while a session or a group goes by its number.
const Process* LeaderOf(const Event& event, Number number) {
  if (event.process == nullptr) return nullptr;
  const uint32_t wanted = NumberOf(event, *event.process, number);
  if (wanted == 0) return nullptr;
  if (const Process* leader = event.table.FindPid(wanted)) return leader;
  const Process* farthest = event.process;
  for (const Process* ancestor : event.table.Ancestors(*event.process)) {
    if (NumberOf(event, *ancestor, number) != wanted) break;
    farthest = ancestor;
  }
  return farthest;
}

void AddName(const Event& event, Number number, Values& values) {
  const Process* leader = LeaderOf(event, number);
  if (leader == nullptr) return;
  values.Add(TextValue(leader == event.process ? event.view.comm() : leader->name()));
}

void AddExe(const Event& event, Number number, Values& values) {
  const Process* leader = LeaderOf(event, number);
  const ProgramRecord* program = leader == nullptr ? nullptr : event.table.ProgramOf(*leader);
  if (program == nullptr) return;
  values.Add(TextValue(program->args().substr(0, program->args().find('\0'))));
}

void AddExePath(const Event& event, Number number, Values& values) {
  const Process* leader = LeaderOf(event, number);
  const ProgramRecord* program = leader == nullptr ? nullptr : event.table.ProgramOf(*leader);
  if (program != nullptr) values.Add(TextValue(program->exe_path()));
}

void AddLeads(const Event& event, Number number, Values& values) {
  if (event.process == nullptr || event.table.ProgramOf(*event.process) == nullptr) return;
  values.Add(Value::Bool(NumberOf(event, *event.process, number) == event.process->pid));
}

bool IsShell(absl::string_view name) { return absl::EndsWith(name, "sh"); }

}  // namespace

// The number is that of its leader, so the leader's virtual pid is the virtual number.
Value VirtualGroup(const Event& event) {
  if (event.process == nullptr) return Value::None();
  const uint32_t group = NumberOf(event, *event.process, kGroup);
  if (group == 0) return Value::None();
  if (group == event.process->pid) return Value::Signed(event.process->vpid);
  if (event.process->pid == event.process->vpid) return Value::Signed(group);
  const Process* leader = event.table.FindPid(group);
  return leader == nullptr ? Value::None() : Value::Signed(leader->vpid);
}

void Get_proc_sname(const Event& event, const FieldRef&, Values& values) {
  AddName(event, kSession, values);
}

void Get_proc_sid_exe(const Event& event, const FieldRef&, Values& values) {
  AddExe(event, kSession, values);
}

void Get_proc_sid_exepath(const Event& event, const FieldRef&, Values& values) {
  AddExePath(event, kSession, values);
}

void Get_proc_is_sid_leader(const Event& event, const FieldRef&, Values& values) {
  AddLeads(event, kSession, values);
}

void Get_proc_pgid_name(const Event& event, const FieldRef&, Values& values) {
  AddName(event, kGroup, values);
}

void Get_proc_pgid_exe(const Event& event, const FieldRef&, Values& values) {
  AddExe(event, kGroup, values);
}

void Get_proc_pgid_exepath(const Event& event, const FieldRef&, Values& values) {
  AddExePath(event, kGroup, values);
}

void Get_proc_is_pgid_leader(const Event& event, const FieldRef&, Values& values) {
  AddLeads(event, kGroup, values);
}

void Get_proc_vpgid(const Event& event, const FieldRef&, Values& values) {
  values.Add(VirtualGroup(event));
}

// The same group, whichever way it is counted.
void Get_proc_vpgid_name(const Event& event, const FieldRef&, Values& values) {
  AddName(event, kGroup, values);
}

void Get_proc_vpgid_exe(const Event& event, const FieldRef&, Values& values) {
  AddExe(event, kGroup, values);
}

void Get_proc_vpgid_exepath(const Event& event, const FieldRef&, Values& values) {
  AddExePath(event, kGroup, values);
}

void Get_proc_is_vpgid_leader(const Event& event, const FieldRef&, Values& values) {
  AddLeads(event, kGroup, values);
}

void Get_proc_loginshellid(const Event& event, const FieldRef&, Values& values) {
  if (event.process == nullptr) return;
  const Process* shell = IsShell(event.view.comm()) ? event.process : nullptr;
  for (const Process* ancestor : event.table.Ancestors(*event.process)) {
    if (IsShell(ancestor->name())) shell = ancestor;
  }
  if (shell != nullptr) values.Add(Value::Signed(shell->pid));
}

}  // namespace vedette
