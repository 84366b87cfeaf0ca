// SPDX-License-Identifier: Apache-2.0
#include "engine/match/alert_builder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/enrich/fields.h"
#include "engine/enrich/host_info.h"
#include "engine/enrich/process_table.h"
#include "engine/match/operand.h"
#include "engine/match/stable_hash.h"

namespace vedette {
namespace {

// Beside those of the rule's output, every alert has these, where they have a value.
constexpr absl::string_view kStandardFields[] = {
    "evt.time",   "evt.type",  "proc.name", "proc.pid", "proc.exepath", "proc.cmdline",
    "proc.pname", "user.name", "user.uid",  "fd.name",  "container.id",
};

// And those of a container these.
constexpr absl::string_view kContainerFields[] = {
    "container.type",   "container.name", "container.image",
    "container.origin", "k8s.ns.name",    "k8s.pod.name",
};

std::string NameOf(const FieldRef& ref) {
  if (ref.argument.empty()) return std::string(ref.field().name);
  return absl::StrCat(ref.field().name, "[", ref.argument, "]");
}

AlertField::Json JsonOf(const Values& values) {
  if (values.empty()) return AlertField::Json::kNull;
  if (values.size() > 1) return AlertField::Json::kText;
  switch (values[0].kind) {
    case Value::Kind::kUnsigned:
    case Value::Kind::kSigned:
    case Value::Kind::kDouble:
      return AlertField::Json::kNumber;
    case Value::Kind::kBool:
      return AlertField::Json::kBool;
    case Value::Kind::kNone:
    case Value::Kind::kText:
    case Value::Kind::kAddress:
      return AlertField::Json::kText;
  }
  return AlertField::Json::kText;
}

AlertField MakeField(std::string name, const Values& values) {
  AlertField field;
  field.name = std::move(name);
  field.json = JsonOf(values);
  AppendValues(values, field.text);
  return field;
}

AlertField MakeField(const Event& event, const FieldRef& ref) {
  Values values;
  GetField(event, ref, values);
  return MakeField(NameOf(ref), values);
}

AlertField MakeField(const Event& event, const OutputPart& part) {
  if (part.call == nullptr) return MakeField(event, part.field[0]);
  Values values;
  EvaluateOperand(event, *part.call, values);
  return MakeField(part.call_text, values);
}

bool HasField(const Alert& alert, absl::string_view name) {
  return std::any_of(alert.fields.begin(), alert.fields.end(),
                     [name](const AlertField& field) { return field.name == name; });
}

void AddMessageAndFields(const Event& event, const Rule& rule, Alert& alert) {
  for (const OutputPart& part : rule.output) {
    alert.message += part.text;
    if (part.field.empty() && part.call == nullptr) continue;
    AlertField field = MakeField(event, part);
    alert.message += field.text;
    if (field.text.size() < part.width) alert.message.append(part.width - field.text.size(), ' ');
    if (!HasField(alert, field.name)) alert.fields.push_back(std::move(field));
  }
}

std::vector<FieldRef> RefsOf(absl::Span<const absl::string_view> names) {
  std::vector<FieldRef> refs;
  for (const absl::string_view name : names) {
    const Field* field = FindField(name);
    if (field != nullptr) refs.push_back({.id = IdOf(*field), .argument = "", .index = -1});
  }
  return refs;
}

void AddFields(const Event& event, absl::Span<const FieldRef> refs, Alert& alert) {
  for (const FieldRef& ref : refs) {
    if (HasField(alert, ref.field().name)) continue;
    AlertField field = MakeField(event, ref);
    if (field.json != AlertField::Json::kNull) alert.fields.push_back(std::move(field));
  }
}

AlertProcess DescribeProcess(const Event& event, const Process& process, absl::string_view name,
                             uint32_t uid) {
  AlertProcess described;
  described.exec_id = process.exec_id;
  described.pid = process.pid;
  described.name = std::string(name);
  const absl::string_view user = event.host.UserName(uid);
  described.user = user.empty() ? absl::StrCat(uid) : std::string(user);
  if (const ProgramRecord* program = event.table.ProgramOf(process)) {
    described.exe_path = std::string(program->exe_path());
    event.arena.Clear();
    described.command_line = std::string(CommandLine(name, program->args(), event.arena));
  }
  return described;
}

AlertProcess DescribeActor(const Event& event) {
  const wire_header& header = event.view.header();
  Process unknown;  // What the header alone can tell.
  unknown.exec_id = header.exec_id;
  unknown.pid = header.pid;
  const Process& actor = event.process == nullptr ? unknown : *event.process;
  return DescribeProcess(event, actor, event.view.comm(), header.uid);
}

void AddProcesses(const Event& event, Alert& alert) {
  alert.processes.push_back(DescribeActor(event));
  if (event.process == nullptr) return;
  for (const Process* ancestor : event.table.Ancestors(*event.process)) {
    alert.processes.push_back(DescribeProcess(event, *ancestor, ancestor->name(), ancestor->uid));
  }
}

// The text of a field by name; empty where it has no value.
std::string TextOf(const Event& event, absl::string_view name) {
  const Field* field = FindField(name);
  if (field == nullptr) return "";
  AlertField made = MakeField(event, {.id = IdOf(*field), .argument = "", .index = -1});
  return made.json == AlertField::Json::kNull ? "" : std::move(made.text);
}

std::string ObjectOf(const Event& event) { return TextOf(event, "evt.object"); }

}  // namespace

std::string AlertId(const Event& event, const Rule& rule) {
  const wire_header& header = event.view.header();
  StableHash hash;
  hash.AddText(event.host.hostname());
  hash.Add(event.host.boot_id());
  for (const uint64_t part :
       {uint64_t{header.time_ns}, uint64_t{header.sequence}, uint64_t{header.exec_id},
        uint64_t{header.cpu}, uint64_t{header.lane}, uint64_t{header.kind}}) {
    hash.Add(part);
  }
  hash.Add(rule.name);
  return absl::StrCat(absl::Hex(hash.Finish(), absl::kZeroPad16));
}

AlertEvidence MakeEvidence(const Event& event, absl::string_view step) {
  constexpr size_t kTextMax = 256;
  const auto cut = [](std::string& text) {
    if (text.size() > kTextMax) text.resize(kTextMax);
    text.shrink_to_fit();
  };
  AlertEvidence evidence;
  evidence.step = std::string(step);
  evidence.time = event.time;
  evidence.event_kind = std::string(event.view.info().name);
  event.arena.Clear();
  evidence.event_type = TextOf(event, "evt.type");
  evidence.event_number = event.number;
  evidence.process = DescribeActor(event);
  event.arena.Clear();
  evidence.object = ObjectOf(event);
  cut(evidence.step);
  cut(evidence.process.exe_path);
  cut(evidence.process.command_line);
  cut(evidence.object);
  return evidence;
}

Alert BuildAlert(const Event& event, const Rule& rule) {
  event.arena.Clear();
  Alert alert;
  alert.id = AlertId(event, rule);
  alert.time = event.time;
  alert.utc_offset = absl::Seconds(event.host.zone().At(event.time).offset);
  alert.rule = rule.name;
  alert.priority = rule.priority;
  alert.tags = rule.tags;
  AddMessageAndFields(event, rule, alert);
  static const auto* const standard = new std::vector<FieldRef>(RefsOf(kStandardFields));
  static const auto* const of_container = new std::vector<FieldRef>(RefsOf(kContainerFields));
  AddFields(event, *standard, alert);
  AddProcesses(event, alert);
  alert.object = ObjectOf(event);
  alert.event_kind = std::string(event.view.info().name);
  alert.event_type = TextOf(event, "evt.type");
  alert.hostname = std::string(event.host.hostname());
  alert.container_id = TextOf(event, "container.id");
  if (alert.container_id.empty()) alert.container_id = "host";
  if (alert.container_id != "host") AddFields(event, *of_container, alert);
  alert.event_number = event.number;
  alert.exec_id = event.view.header().exec_id;
  alert.action = rule.action;
  alert.mode = rule.mode;
  alert.references = rule.metadata.references;
  alert.attack = rule.metadata.attack;
  return alert;
}

}  // namespace vedette
