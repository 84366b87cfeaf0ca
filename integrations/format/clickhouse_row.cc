// SPDX-License-Identifier: Apache-2.0
#include "integrations/format/clickhouse_row.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "integrations/format/json.h"
#include "integrations/format/json_writer.h"

namespace vedette {
namespace {

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, absl::UTCTimeZone());
}

}  // namespace

void AppendClickHouseRow(const Alert& alert, std::string& to) {
  static const AlertProcess kNobody;
  const AlertProcess& process = alert.processes.empty() ? kNobody : alert.processes[0];
  JsonWriter out(to);
  out.Begin('{').Key("id").Text(alert.id);
  out.Key("time").Text(TimeText(alert.time));
  out.Member("time_ns", absl::ToUnixNanos(alert.time));
  out.Key("hostname").Text(alert.hostname).Key("rule").Text(alert.rule);
  out.Key("priority").Text(PriorityName(alert.priority));
  out.Member("severity", static_cast<int64_t>(alert.priority));
  out.Key("message").Text(alert.message).Key("object").Text(alert.object);
  out.Key("event_kind").Text(alert.event_kind).Key("event_type").Text(alert.event_type);
  out.Key("exec_id").Text(absl::StrCat(absl::Hex(alert.exec_id, absl::kZeroPad16)));
  out.Member("pid", process.pid).Key("process").Text(process.name);
  out.Key("exe_path").Text(process.exe_path).Key("command_line").Text(process.command_line);
  out.Key("user").Text(process.user).Key("container_id").Text(alert.container_id);
  out.Key("tags").Texts(alert.tags).Key("attack").Texts(alert.attack);
  out.Key("alert").Text(FormatJson(alert)).End('}');
}

void AppendClickHouseRow(const DeliveredEvent& event, std::string& to) {
  // The key, for within a text a quote has a backslash before it.
  constexpr absl::string_view kTime = ",\"time\":\"";
  const absl::string_view json = event.json;
  const size_t at = json.find(kTime);
  const size_t end = at == absl::string_view::npos ? at : json.find('"', at + kTime.size());
  if (end == absl::string_view::npos) {
    absl::StrAppend(&to, json);
  } else {
    absl::StrAppend(&to, json.substr(0, at + kTime.size()), TimeText(event.time), json.substr(end));
  }
  if (event.more.empty()) return;
  to.pop_back();
  to += ",\"more\":";
  AppendJsonString(event.more, to);
  to += '}';
}

}  // namespace vedette
