// SPDX-License-Identifier: Apache-2.0
#include "integrations/delivery/event_json.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "integrations/format/json_writer.h"

namespace vedette {
namespace {

// Numbers of gaps and drops are no events'.
constexpr uint64_t kGapNumbers = uint64_t{1} << 62, kDropNumbers = uint64_t{1} << 63;

std::string IdOf(const FedRun& run, uint64_t number) {
  return absl::StrCat(run.key, absl::Hex(number, absl::kZeroPad16));
}

void BeginLine(const DeliveredEvent& event, int64_t time_ns, JsonWriter& out) {
  out.Begin('{').Key("id").Text(event.id).Key("hostname").Text(event.hostname);
  out.Key("kind").Text(event.kind);
  out.Key("time").Text(absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", event.time, absl::UTCTimeZone()));
  out.Member("time_ns", time_ns);
}

// SQLite's integers are signed, those of records mostly not.
bool IsSigned(const KindInfo& kind, absl::string_view column) {
  const Member* const member = FindMember(kind, column);
  return member == nullptr || member->is_signed || member->size < 8;
}

void AppendColumn(const KindInfo& kind, absl::string_view name, const SqlValue& value,
                  JsonWriter& out) {
  switch (value.type) {
    case SqlValue::Type::kNull:
      return;
    case SqlValue::Type::kInteger: {
      const auto bits = static_cast<uint64_t>(value.integer);
      out.Key(name);
      if (absl::EndsWith(name, "exec_id")) {
        out.Text(absl::StrCat(absl::Hex(bits, absl::kZeroPad16)));
      } else if (value.integer < 0 && !IsSigned(kind, name)) {
        out.Raw(absl::StrCat(bits));
      } else {
        out.Number(value.integer);
      }
      return;
    }
    case SqlValue::Type::kReal:
      out.Key(name).Raw(absl::StrCat(value.real));
      return;
    case SqlValue::Type::kText:
    case SqlValue::Type::kBlob:
      if (name == "payload") return;  // Bytes that are no text; the name in them is `dns_name`.
      out.Key(name).Text(name == "exe_digest" ? absl::BytesToHexString(value.bytes)
                                              : std::string(value.bytes));
      return;
  }
}

}  // namespace

DeliveredEvent ToDelivered(const FedEvent& event) {
  DeliveredEvent made{.id = IdOf(*event.run, static_cast<uint64_t>(event.id)),
                      .hostname = event.run->hostname,
                      .kind = std::string(event.kind->name),
                      .time = absl::FromUnixNanos(event.time_ns),
                      .json = {}};
  JsonWriter out(made.json);
  BeginLine(made, event.time_ns, out);
  out.Member("event_id", event.id).Member("object", event.object);
  for (size_t i = 0; i < event.names.size(); ++i) {
    const std::string& name = event.names[i];
    if (name == "id" || name == "time" || name == "time_ns") continue;
    AppendColumn(*event.kind, name, event.values[i], out);
  }
  out.End('}');
  return made;
}

DeliveredEvent ToDelivered(const FedGap& gap) {
  const uint64_t number =
      (gap.is_drop ? kDropNumbers : kGapNumbers) + static_cast<uint64_t>(gap.row);
  DeliveredEvent made{.id = IdOf(*gap.run, number),
                      .hostname = gap.run->hostname,
                      .kind = "gap",
                      .time = absl::FromUnixNanos(gap.start_ns),
                      .json = {}};
  JsonWriter out(made.json);
  BeginLine(made, gap.start_ns, out);
  out.Member("gap_stage", gap.stage).Member("gap_kind", gap.kind);
  out.Key("gap_count").Raw(absl::StrCat(gap.count)).Member("gap_end_ns", gap.end_ns).End('}');
  return made;
}

}  // namespace vedette
