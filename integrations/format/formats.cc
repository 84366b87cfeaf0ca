// SPDX-License-Identifier: Apache-2.0
#include "integrations/format/formats.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/check.h"
#include "integrations/format/clickhouse_row.h"
#include "integrations/format/json.h"

namespace vedette {

AlertFormat AlertFormatOf(absl::string_view name) {
  const std::vector<absl::string_view> names = absl::StrSplit(kAlertFormats, '|');
  const auto found = std::find(names.begin(), names.end(), name);
  CHECK(found != names.end()) << name;
  return static_cast<AlertFormat>(found - names.begin());
}

void AppendAlert(AlertFormat format, const Alert& alert, std::string& to) {
  switch (format) {
    case AlertFormat::kJson:
      return AppendJson(alert, to);
    case AlertFormat::kFalco:
      return AppendFalcoJson(alert, to);
    case AlertFormat::kOcsf:
      return AppendOcsf(alert, to);
    case AlertFormat::kEcs:
      return AppendEcs(alert, to);
    case AlertFormat::kCef:
      return AppendCef(alert, to);
    case AlertFormat::kLeef:
      return AppendLeef(alert, to);
    case AlertFormat::kClickHouse:
      return AppendClickHouseRow(alert, to);
  }
}

void AppendEvent(AlertFormat format, const DeliveredEvent& event, std::string& to) {
  if (format == AlertFormat::kClickHouse) return AppendClickHouseRow(event, to);
  to += event.json;
}

AlertObject ObjectOf(const Alert& alert) {
  using Kind = AlertObject::Kind;
  const absl::string_view text = alert.object;
  if (text.empty()) return {};
  if (absl::StartsWith(alert.event_kind, "file_")) return {Kind::kFile, text, ""};
  if (absl::StartsWith(alert.event_kind, "process_")) return {Kind::kProcess, text, ""};
  if (!absl::StartsWith(alert.event_kind, "network_")) return {Kind::kOther, text, ""};
  if (absl::StartsWith(text, "/")) return {Kind::kFile, text, ""};  // A Unix socket.
  // "10.0.0.1:443", "[::1]:443", "10.0.0.1:2->10.0.0.2:443": the far end.
  const size_t arrow = text.rfind("->");
  const absl::string_view end = arrow == absl::string_view::npos ? text : text.substr(arrow + 2);
  const size_t colon = end.rfind(':');
  if (colon == absl::string_view::npos) return {Kind::kAddress, end, ""};
  absl::string_view address = end.substr(0, colon);
  const bool brackets = absl::StartsWith(address, "[") && absl::EndsWith(address, "]");
  if (!brackets && absl::StrContains(address, ':')) return {Kind::kAddress, end, ""};
  if (brackets) address = address.substr(1, address.size() - 2);
  return {Kind::kAddress, address, end.substr(colon + 1)};
}

}  // namespace vedette
