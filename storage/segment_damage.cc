// SPDX-License-Identifier: Apache-2.0
//
// No unit test: segment_damage_test damages stores and asks everybody who reads them.
#include "storage/segment_damage.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "storage/event_table.h"
#include "storage/segment_table.h"
#include "storage/tables.h"

namespace vedette {
namespace {

constexpr char kPayload[] = "vedette/segment_damage";

std::string KindOf(const SegmentInfo& info) {
  if (!info.is_of_known_kind) return "";
  if (info.kind == kProcessesKind) return std::string(kProcessesTable);
  const KindInfo* const kind = FindKind(info.kind);
  return kind == nullptr ? "" : std::string(kind->name);
}

}  // namespace

absl::Status SegmentDamage(absl::string_view what) {
  absl::Status status = absl::DataLossError(absl::StrCat("a segment is damaged: ", what));
  status.SetPayload(kPayload, absl::Cord(what));
  return status;
}

bool IsSegmentDamage(const absl::Status& status) {
  return absl::IsDataLoss(status) && status.GetPayload(kPayload).has_value();
}

DamagedSegment DamageOf(const SegmentInfo& info, const absl::Status& why) {
  const absl::optional<absl::Cord> what = why.GetPayload(kPayload);
  return {.segment = info.segment,
          .kind = KindOf(info),
          .rows = info.rows,
          .start_ns = info.start_ns,
          .end_ns = info.end_ns,
          .why = what.has_value() ? std::string(*what) : std::string(why.message())};
}

std::string Describe(const DamagedSegment& damaged) {
  return absl::StrCat("segment ", damaged.segment, " (", damaged.rows, " rows of ",
                      damaged.kind.empty() ? "a kind that is not known" : damaged.kind, ", ",
                      TimeText(damaged.start_ns), " to ", TimeText(damaged.end_ns),
                      ") is damaged: ", damaged.why);
}

void DamageLog::Add(const SegmentInfo& info, const absl::Status& why) {
  const std::lock_guard lock(mu_);
  const auto at = std::lower_bound(
      all_.begin(), all_.end(), info.segment,
      [](const DamagedSegment& each, int64_t segment) { return each.segment < segment; });
  if (at != all_.end() && at->segment == info.segment) return;
  all_.insert(at, DamageOf(info, why));
}

std::vector<DamagedSegment> DamageLog::All() const {
  const std::lock_guard lock(mu_);
  return all_;
}

}  // namespace vedette
