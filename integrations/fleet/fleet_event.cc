// SPDX-License-Identifier: Apache-2.0
#include "integrations/fleet/fleet_event.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/hex.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "storage/record_columns.h"

namespace vedette {
namespace {

constexpr size_t kBootIdBytesMax = 64;  // The kernel's is 36.

// Identities are 16 hexadecimal digits, a digest is hexadecimal, all other texts are texts.
void SetText(absl::string_view name, absl::string_view text, RecordColumns& to) {
  if (absl::EndsWith(name, "exec_id")) {
    uint64_t number = 0;
    if (absl::SimpleHexAtoi(text, &number)) to.SetNumber(name, static_cast<int64_t>(number));
  } else if (name == "exe_digest") {
    to.SetText(name, BytesOfHex(text).value_or(""));
  } else {
    to.SetText(name, text);
  }
}

void SetMore(const nlohmann::json& more, RecordColumns& to) {
  for (const auto& [name, value] : more.items()) {
    if (value.is_number_unsigned()) {
      to.SetNumber(name, static_cast<int64_t>(value.get<uint64_t>()));
    } else if (value.is_number_integer()) {
      to.SetNumber(name, value.get<int64_t>());
    } else if (value.is_string()) {
      SetText(name, value.get_ref<const std::string&>(), to);
    }
  }
  // Behind the texts, of which these are the whole bytes.
  for (const auto& [name, value] : more.items()) {
    absl::string_view column = name;
    if (!value.is_string() || !absl::ConsumeSuffix(&column, "_hex")) continue;
    const std::optional<std::string> bytes = BytesOfHex(value.get_ref<const std::string&>());
    if (bytes.has_value()) to.SetText(column, *bytes);
  }
}

}  // namespace

absl::StatusOr<FleetEvent> ReadFleetEvent(const std::vector<std::string>& names,
                                          absl::Span<const SqlValue> values) {
  FleetEvent event;
  const KindInfo* kind = nullptr;
  absl::string_view more;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == "kind") kind = FindKindByName(values[i].bytes);
    if (names[i] == "more") more = values[i].bytes;
    if (names[i] == "event_id") event.event_id = values[i].integer;
    if (names[i] == "time_ns") event.time_ns = values[i].integer;
  }
  if (kind == nullptr || event.event_id <= 0) {
    return absl::DataLossError("a row of vedette.events is no event of a kind that is known");
  }
  RecordColumns columns(kind->kind);
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == "time_ns" || names[i] == "event_id") continue;
    if (values[i].type == SqlValue::Type::kInteger) {
      columns.SetNumber(names[i], values[i].integer);
    } else if (!values[i].bytes.empty()) {
      SetText(names[i], values[i].bytes, columns);
    }
  }
  const auto json = nlohmann::json::parse(more.begin(), more.end(), nullptr, false);
  event.is_whole = json.is_object() && !json.empty();
  if (event.is_whole) SetMore(json, columns);
  if (event.is_whole && json.contains("boot_id") && json["boot_id"].is_string()) {
    event.boot_id =
        std::string(TruncateUtf8(json["boot_id"].get_ref<const std::string&>(), kBootIdBytesMax));
  }
  ASSIGN_OR_RETURN(event.record, columns.Record());
  return event;
}

}  // namespace vedette
