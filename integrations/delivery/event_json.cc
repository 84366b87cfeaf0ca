// SPDX-License-Identifier: Apache-2.0
#include "integrations/delivery/event_json.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "integrations/format/json_writer.h"

namespace vedette {
namespace {

// Numbers of gaps and drops are no events'.
constexpr uint64_t kGapNumbers = uint64_t{1} << 62, kDropNumbers = uint64_t{1} << 63;

constexpr absl::string_view kFleetColumns[] = {
    "exec_id",        "pid",           "comm",          "uid",
    "result",         "repeats",       "record_flags",  "parent_exec_id",
    "parent_name",    "parent_pid",    "login_uid",     "previous_exec_id",
    "exe_path",       "args",          "cwd",           "process_start_ns",
    "cgroup",         "child_exec_id", "child_pid",     "child_parent_exec_id",
    "status",         "signal",        "target_pid",    "target_exec_id",
    "old_uid",        "old_euid",      "new_uid",       "new_euid",
    "path",           "new_path",      "old_root",      "unix_path",
    "name",           "exe_requested", "local_address", "local_port",
    "remote_address", "remote_port",   "bytes_sent",    "bytes_received",
    "dns_name",       "module_name",   "object_name"};

bool IsValidUtf8(absl::string_view text) { return ValidUtf8(text) == text; }

// Nothing of it is lost in a column of text.
bool IsWhole(const SqlValue& value) {
  const bool is_text = value.type == SqlValue::Type::kText || value.type == SqlValue::Type::kBlob;
  return !is_text || IsValidUtf8(value.bytes);
}

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
      if (name == "exe_digest") {
        out.Key(name).Text(absl::BytesToHexString(value.bytes));
        return;
      }
      // The payload is no text; the name in it is `dns_name`.
      if (name != "payload") out.Key(name).Text(value.bytes);
      if (name == "payload" || !IsValidUtf8(value.bytes)) {
        out.Key(absl::StrCat(name, "_hex")).Text(absl::BytesToHexString(value.bytes));
      }
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
  JsonWriter out(made.json), more(made.more);
  more.Begin('{').Member("boot_id", event.run->boot_id);
  BeginLine(made, event.time_ns, out);
  out.Member("event_id", event.id).Member("object", event.object);
  for (size_t i = 0; i < event.names.size(); ++i) {
    const std::string& name = event.names[i];
    if (name == "id" || name == "time" || name == "time_ns") continue;
    const SqlValue& value = event.values[i];
    AppendColumn(*event.kind, name, value, out);
    if (!IsFleetColumn(name) || !IsWhole(value)) AppendColumn(*event.kind, name, value, more);
  }
  out.End('}');
  more.End('}');
  return made;
}

bool IsFleetColumn(absl::string_view name) {
  static const auto* const columns = new absl::flat_hash_set<absl::string_view>(
      std::begin(kFleetColumns), std::end(kFleetColumns));
  return columns->contains(name);
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
