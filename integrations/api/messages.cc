// SPDX-License-Identifier: Apache-2.0
// No unit test: api_server_test.cc sees what it makes.
#include "integrations/api/messages.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/text.h"
#include "integrations/format/json.h"

namespace vedette {

v1::Priority ToProto(Priority priority) {
  return static_cast<v1::Priority>(static_cast<int>(priority) + 1);
}

Priority FromProto(v1::Priority priority) {
  const int value = static_cast<int>(priority) - 1;
  const bool known = value >= 0 && value <= static_cast<int>(Priority::kDebug);
  return known ? static_cast<Priority>(value) : Priority::kDebug;
}

void Fill(const Alert& alert, v1::Alert& to) {
  to.set_id(EscapeControl(alert.id));
  to.set_time_ns(absl::ToUnixNanos(alert.time));
  to.set_rule(EscapeControl(alert.rule));
  to.set_priority(ToProto(alert.priority));
  for (const std::string& tag : alert.tags) to.add_tags(EscapeControl(tag));
  to.set_message(EscapeControl(alert.message));
  to.set_hostname(EscapeControl(alert.hostname));
  to.set_container_id(EscapeControl(alert.container_id));
  to.set_event_kind(EscapeControl(alert.event_kind));
  to.set_event_type(EscapeControl(alert.event_type));
  to.set_object(EscapeControl(alert.object));
  for (const AlertProcess& process : alert.processes) {
    v1::Process& one = *to.add_processes();
    one.set_exec_id(process.exec_id);
    one.set_pid(process.pid);
    one.set_name(EscapeControl(process.name));
    one.set_executable(EscapeControl(process.exe_path));
    one.set_command_line(EscapeControl(process.command_line));
    one.set_user(EscapeControl(process.user));
  }
  for (const AlertField& field : alert.fields) {
    if (field.json == AlertField::Json::kNull) continue;
    (*to.mutable_fields())[EscapeControl(field.name)] = EscapeControl(field.text);
  }
  for (const std::string& id : alert.attack) to.add_attack(EscapeControl(id));
  to.set_reason(EscapeControl(alert.reason));
  to.set_verdict(alert.verdict);
  to.set_repeats(alert.repeats);
  to.set_json(FormatJson(alert));
}

void Fill(const SqlValue& value, v1::Value& to) {
  switch (value.type) {
    case SqlValue::Type::kNull:
      break;
    case SqlValue::Type::kInteger:
      to.set_integer(value.integer);
      break;
    case SqlValue::Type::kReal:
      to.set_real(value.real);
      break;
    case SqlValue::Type::kText:
      to.set_text(EscapeControl(value.bytes));
      break;
    case SqlValue::Type::kBlob:
      to.set_blob(std::string(value.bytes));
      break;
  }
}

// The codes are the same numbers.
grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  absl::StatusCode code = status.code();
  if (code == absl::StatusCode::kNotFound) code = absl::StatusCode::kUnavailable;  // No store yet.
  return grpc::Status(static_cast<grpc::StatusCode>(code), EscapeControl(status.message()));
}

std::string FormatToken(const ResumeToken& token) {
  return absl::StrCat(token.store, "-", token.row);
}

std::optional<ResumeToken> ParseToken(absl::string_view text) {
  const size_t dash = text.find('-');
  ResumeToken token;
  if (dash == absl::string_view::npos || text.size() > 64) return std::nullopt;
  token.store = std::string(text.substr(0, dash));
  for (const char c : token.store) {
    if (!absl::ascii_isdigit(static_cast<uint8_t>(c))) return std::nullopt;
  }
  const bool good = absl::SimpleAtoi(text.substr(dash + 1), &token.row) && token.row >= 0;
  if (!good) return std::nullopt;
  return token;
}

}  // namespace vedette
