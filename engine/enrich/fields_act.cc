// SPDX-License-Identifier: Apache-2.0
//
// Fields that say what an act was done to: in short (evt.object), the process at the other end, and
// what changed of credentials.
#include <array>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "engine/enrich/event_members.h"
#include "engine/enrich/fields.h"
#include "engine/enrich/flag_names.h"
#include "engine/enrich/process_table.h"
#include "sensor/schema/verdict.h"

namespace vedette {
namespace {

// What is shown of a kind: the first field that has a value and, behind an arrow, the second one.
struct ObjectRow {
  EventKind kind;
  absl::string_view first;
  absl::string_view second;
};
constexpr ObjectRow kObjects[] = {
    {WIRE_process_exec, "proc.exepath", ""},
    {WIRE_process_exec_failed, "exec.nameraw", ""},
    {WIRE_process_credentials, "cred.old_euid", "cred.new_euid"},
    {WIRE_process_namespace, "ns.flags", ""},
    {WIRE_process_root, "fs.path.name", ""},
    {WIRE_process_prctl, "prctl.option", "prctl.name"},
    {WIRE_process_ptrace, "target.name", "target.pid"},
    {WIRE_process_signal, "signal.number", "target.name"},
    {WIRE_process_coredump, "signal.number", ""},
    {WIRE_process_helper, "helper.cmdline", ""},
    {WIRE_file_rename, "fs.path.source", "fs.path.target"},
    {WIRE_file_link, "fs.path.source", "fs.path.target"},
    {WIRE_file_symlink, "fs.path.target", "symlink.target"},
    {WIRE_file_mount, "fs.path.source", "fs.path.target"},
    {WIRE_network_dns, "dns.name", ""},
    {WIRE_kernel_module, "module.name", ""},
    {WIRE_kernel_load, "fs.path.name", ""},
    {WIRE_kernel_bpf, "bpf.name", "bpf.command"},
    {WIRE_kernel_perf, "perf.type", "perf.config"},
    {WIRE_kernel_io_uring, "io_uring.flags", ""},
    {WIRE_kernel_memfd, "memfd.name", ""},
    {WIRE_kernel_lockdown, "lockdown.reason", ""},
    {WIRE_kernel_clock, "clock.seconds", ""},
    {WIRE_system_call, "evt.type", ""},
    {WIRE_sensor_drop, "drop.kind", "drop.stage"},
    {WIRE_sensor_hook, "hook.section", "hook.state"},
};

struct ObjectFields {
  std::vector<FieldRef> refs;  // None: by the path or the peer.
};

FieldRef RefOf(absl::string_view name) {
  const Field* field = FindField(name);
  CHECK(field != nullptr) << name;
  return {.id = IdOf(*field), .argument = "", .index = -1};
}

const ObjectFields& ObjectFieldsOf(EventKind kind) {
  static const auto* const by_kind = [] {
    auto* table = new std::array<ObjectFields, WIRE_KIND_LIMIT>;
    for (const ObjectRow& row : kObjects) {
      std::vector<FieldRef>& refs = (*table)[row.kind].refs;
      refs.push_back(RefOf(row.first));
      if (!row.second.empty()) refs.push_back(RefOf(row.second));
    }
    return table;
  }();
  return (*by_kind)[kind];
}

absl::string_view ShortText(const Event& event, const FieldRef& ref) {
  Values values;
  GetField(event, ref, values);
  if (values.empty()) return "";
  if (values[0].kind == Value::Kind::kText) return values[0].text;
  std::string text;
  AppendValues(values, text);
  return event.arena.Copy(text);
}

const Process* TargetOf(const Event& event) {
  const EventMembers& members = MembersOf(event.view.kind());
  const uint64_t exec_id = NumberOf(event.view, members.target_exec_id);
  if (exec_id != 0) return event.table.Find(exec_id);
  // At the return of a call the kernel knows the number alone (process_vm_readv, say).
  const uint64_t pid = NumberOf(event.view, members.target_pid);
  return pid == 0 ? nullptr : event.table.FindPid(static_cast<uint32_t>(pid));
}

const ProgramRecord* TargetProgram(const Event& event) {
  const Process* target = TargetOf(event);
  return target == nullptr ? nullptr : event.table.ProgramOf(*target);
}

}  // namespace

void Get_evt_object(const Event& event, const FieldRef& ref, Values& values) {
  const std::vector<FieldRef>& refs = ObjectFieldsOf(event.view.kind()).refs;
  if (refs.empty()) return Get_fd_name(event, ref, values);
  std::array<absl::string_view, 2> parts;
  size_t size = 0;
  for (const FieldRef& part : refs) {
    parts[size] = ShortText(event, part);
    if (!parts[size].empty()) ++size;
  }
  ArenaText text(event.arena);
  for (size_t i = 0; i < size; ++i) text.AppendItem(" -> ", parts[i]);
  values.Add(TextValue(text.view()));
}

void Get_evt_is_attempt(const Event& event, const FieldRef&, Values& values) {
  values.Add(Value::Bool((event.view.header().flags & WIRE_FLAG_ATTEMPT) != 0));
}

void Get_evt_verdict(const Event& event, const FieldRef&, Values& values) {
  const uint32_t flags = event.view.header().flags;
  if ((flags & WIRE_FLAG_DECIDED) == 0) return;
  const bool kills = (flags & WIRE_FLAG_KILL) != 0;
  const bool monitored = (flags & WIRE_FLAG_MONITORED) != 0;
  const bool late = (flags & WIRE_FLAG_ATTEMPT) == 0;
  values.Add(Value::Text(VerdictText(kills, !monitored, late)));
}

void Get_target_name(const Event& event, const FieldRef&, Values& values) {
  const Process* target = TargetOf(event);
  if (target != nullptr) values.Add(TextValue(target->name()));
}

void Get_target_exepath(const Event& event, const FieldRef&, Values& values) {
  const ProgramRecord* program = TargetProgram(event);
  if (program != nullptr) values.Add(TextValue(program->exe_path()));
}

void Get_target_cmdline(const Event& event, const FieldRef&, Values& values) {
  const Process* target = TargetOf(event);
  const ProgramRecord* program = TargetProgram(event);
  if (program == nullptr) return;
  values.Add(TextValue(CommandLine(target->name(), program->args(), event.arena)));
}

void Get_cred_gained(const Event& event, const FieldRef&, Values& values) {
  const auto change = event.view.As<wire_process_credentials>();
  if (change.old_cap_effective == ~uint64_t{0}) return;  // Unknown.
  ArenaText text(event.arena);
  ForEachCapability(change.new_cap_effective & ~change.old_cap_effective,
                    [&](absl::string_view name) { text.AppendItem(" ", name); });
  values.Add(TextValue(text.view()));
}

void Get_helper_cmdline(const Event& event, const FieldRef&, Values& values) {
  const KindInfo& info = event.view.info();
  const absl::string_view path = TextOf(event.view, FindMember(info, "path"));
  const absl::string_view arguments = TextOf(event.view, FindMember(info, "helper_args"));
  values.Add(TextValue(CommandLine(path, arguments, event.arena)));
}

}  // namespace vedette
