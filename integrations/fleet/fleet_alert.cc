// SPDX-License-Identifier: Apache-2.0
#include "integrations/fleet/fleet_alert.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/time/time.h"
#include "integrations/sinks/selector.h"

namespace vedette {
namespace {

// In order, as the fields of an alert are.
using Json = nlohmann::ordered_json;

const Json& At(const Json& object, const char* key) {
  static const Json* const nothing = new Json();
  const auto at = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && at != object.end() ? *at : *nothing;
}

std::string Text(const Json& object, const char* key) {
  const Json& value = At(object, key);
  return value.is_string() ? value.get<std::string>() : "";
}

uint64_t Number(const Json& object, const char* key) {
  const Json& value = At(object, key);
  return value.is_number_unsigned() ? value.get<uint64_t>() : 0;
}

uint64_t Identity(const Json& object, const char* key) {
  uint64_t number = 0;
  return absl::SimpleHexAtoi(Text(object, key), &number) ? number : 0;
}

absl::Time Time(const Json& object, const char* key) {
  absl::Time time;
  std::string error;
  const bool good = absl::ParseTime(absl::RFC3339_full, Text(object, key), &time, &error);
  return good ? time : absl::InfinitePast();
}

std::vector<std::string> Texts(const Json& object, const char* key) {
  std::vector<std::string> texts;
  const Json& list = At(object, key);
  if (!list.is_array()) return texts;
  for (const Json& item : list) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

AlertProcess Process(const Json& object) {
  AlertProcess process;
  process.exec_id = Identity(object, "exec_id");
  const Json& pid = At(object, "pid");
  if (pid.is_number_integer()) process.pid = pid.get<int64_t>();
  process.name = Text(object, "name");
  process.exe_path = Text(object, "exe_path");
  process.command_line = Text(object, "command_line");
  process.user = Text(object, "user");
  return process;
}

AlertField Field(const std::string& name, const Json& value) {
  AlertField field{.name = name, .text = "", .json = AlertField::Json::kNull};
  if (value.is_string()) {
    field.text = value.get<std::string>();
    field.json = AlertField::Json::kText;
  } else if (value.is_boolean()) {
    field.text = value.get<bool>() ? "true" : "false";
    field.json = AlertField::Json::kBool;
  } else if (value.is_number()) {
    field.text = value.dump();
    field.json = AlertField::Json::kNumber;
  }
  return field;
}

AlertEvidence Evidence(const Json& object) {
  AlertEvidence evidence;
  evidence.step = Text(object, "step");
  evidence.time = Time(object, "time");
  const Json& event = At(object, "event");
  evidence.event_kind = Text(event, "kind");
  evidence.event_type = Text(event, "type");
  evidence.event_number = Number(event, "number");
  evidence.process = Process(At(object, "process"));
  evidence.object = Text(object, "object");
  return evidence;
}

void ReadLists(const Json& json, Alert& alert) {
  alert.tags = Texts(json, "tags");
  alert.references = Texts(json, "references");
  alert.attack = Texts(json, "attack");
  if (const Json& fields = At(json, "output_fields"); fields.is_object()) {
    for (const auto& [name, value] : fields.items()) alert.fields.push_back(Field(name, value));
  }
  if (const Json& processes = At(json, "processes"); processes.is_array()) {
    for (const Json& process : processes) alert.processes.push_back(Process(process));
  }
  if (const Json& evidence = At(json, "evidence"); evidence.is_array()) {
    for (const Json& step : evidence) alert.evidence.push_back(Evidence(step));
  }
  if (const Json& matched = At(json, "matched"); matched.is_array()) {
    for (const Json& match : matched) {
      alert.matched.push_back({.predicate = Text(match, "predicate"),
                               .value = Text(match, "value"),
                               .holds = At(match, "holds") != Json(false)});
    }
  }
}

}  // namespace

absl::StatusOr<Alert> ReadAlertJson(absl::string_view text) {
  const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  Alert alert;
  alert.id = Text(json, "id");
  alert.time = Time(json, "time");
  if (alert.id.empty() || alert.time == absl::InfinitePast()) {
    return absl::DataLossError("what the fleet has of an alert is not the JSON of one");
  }
  alert.hostname = Text(json, "hostname");
  alert.rule = Text(json, "rule");
  alert.priority = ParsePriority(Text(json, "priority")).value_or(Priority::kNotice);
  alert.message = Text(json, "message");
  alert.object = Text(json, "object");
  const Json& event = At(json, "event");
  alert.event_kind = Text(event, "kind");
  alert.event_type = Text(event, "type");
  alert.event_number = Number(event, "number");
  alert.exec_id = Identity(json, "exec_id");
  alert.container_id = Text(At(json, "container"), "id");
  for (const Action action : {Action::kAlert, Action::kDeny, Action::kKill}) {
    if (Text(json, "action") == ActionName(action)) alert.action = action;
  }
  if (Text(json, "mode") == ActionModeName(ActionMode::kEnforce)) alert.mode = ActionMode::kEnforce;
  alert.verdict = Text(json, "verdict");
  alert.reason = Text(json, "reason");
  alert.chain_head = Text(json, "chain_head");
  alert.repeats = Number(json, "repeats");
  alert.repeats_of = Text(json, "repeats_of");
  ReadLists(json, alert);
  return alert;
}

}  // namespace vedette
