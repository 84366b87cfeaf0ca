// SPDX-License-Identifier: Apache-2.0
#include "integrations/format/message_template.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "integrations/format/json.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

const AlertProcess& ProcessOf(const Alert& alert) {
  static const AlertProcess kNobody;
  return alert.processes.empty() ? kNobody : alert.processes[0];
}

struct Placeholder {
  absl::string_view name;
  std::string (*value)(const Alert& alert);
};
constexpr Placeholder kPlaceholders[] = {
    {"id", [](const Alert& a) { return a.id; }},
    {"time",
     [](const Alert& a) {
       return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", a.time, absl::UTCTimeZone());
     }},
    {"rule", [](const Alert& a) { return a.rule; }},
    {"priority", [](const Alert& a) { return std::string(PriorityName(a.priority)); }},
    {"message", [](const Alert& a) { return a.message; }},
    {"reason", [](const Alert& a) { return a.reason; }},
    {"hostname", [](const Alert& a) { return a.hostname; }},
    {"container", [](const Alert& a) { return a.container_id; }},
    {"object", [](const Alert& a) { return a.object; }},
    {"event", [](const Alert& a) { return a.event_type; }},
    {"process", [](const Alert& a) { return ProcessOf(a).name; }},
    {"executable", [](const Alert& a) { return ProcessOf(a).exe_path; }},
    {"command", [](const Alert& a) { return ProcessOf(a).command_line; }},
    {"user", [](const Alert& a) { return ProcessOf(a).user; }},
    {"pid", [](const Alert& a) { return absl::StrCat(ProcessOf(a).pid); }},
    {"tags", [](const Alert& a) { return absl::StrJoin(a.tags, ", "); }},
    {"attack", [](const Alert& a) { return absl::StrJoin(a.attack, ", "); }},
};

const Placeholder* Find(absl::string_view name) {
  for (const Placeholder& placeholder : kPlaceholders) {
    if (placeholder.name == name) return &placeholder;
  }
  return nullptr;
}

absl::Status CheckName(absl::string_view name) {
  if (name == "json" || Find(name) != nullptr) return absl::OkStatus();
  if (absl::ConsumePrefix(&name, "field:")) {
    if (FindField(name.substr(0, name.find('['))) != nullptr) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("template: there is no field \"", name, "\"; `vedette fields` lists them"));
  }
  std::vector<absl::string_view> known;
  for (const Placeholder& placeholder : kPlaceholders) known.push_back(placeholder.name);
  return absl::InvalidArgumentError(absl::StrCat("template: unknown {{", name,
                                                 "}}; there are json, field:NAME, ",
                                                 absl::StrJoin(known, ", ")));
}

// Whether a JSON string that was `open` before `text` is open behind it.
bool IsOpenBehind(absl::string_view text, bool open) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (open && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      open = !open;
    }
  }
  return open;
}

std::string ValueOf(const Alert& alert, absl::string_view name) {
  if (absl::ConsumePrefix(&name, "field:")) {
    for (const AlertField& field : alert.fields) {
      if (field.name == name) return field.json == AlertField::Json::kNull ? "" : field.text;
    }
    return "";
  }
  return Find(name)->value(alert);
}

}  // namespace

absl::StatusOr<MessageTemplate> MessageTemplate::Parse(absl::string_view text) {
  MessageTemplate parsed;
  bool open = false;
  while (true) {
    const size_t begin = text.find("{{");
    Part part{std::string(text.substr(0, begin)), ""};
    open = IsOpenBehind(part.text, open);
    if (begin == absl::string_view::npos) {
      parsed.parts_.push_back(std::move(part));
      return parsed;
    }
    const size_t end = text.find("}}", begin);
    if (end == absl::string_view::npos) {
      return absl::InvalidArgumentError("template: {{ without its }}");
    }
    part.name = std::string(absl::StripAsciiWhitespace(text.substr(begin + 2, end - begin - 2)));
    const absl::Status known = CheckName(part.name);
    if (!known.ok()) return known;
    if (open == (part.name == "json")) {
      return absl::InvalidArgumentError(
          open ? "template: {{json}} is an object: it belongs outside of quotes"
               : absl::StrCat("template: {{", part.name, "}} is text: it belongs between quotes"));
    }
    parsed.parts_.push_back(std::move(part));
    text.remove_prefix(end + 2);
  }
}

std::string MessageTemplate::Fill(const Alert& alert) const {
  std::string filled;
  for (const Part& part : parts_) {
    filled += part.text;
    if (part.name.empty()) continue;
    if (part.name == "json") {
      AppendJson(alert, filled);
      continue;
    }
    std::string quoted;
    AppendJsonString(ValueOf(alert, part.name), quoted);
    filled.append(quoted, 1, quoted.size() - 2);
  }
  return filled;
}

}  // namespace vedette
