// SPDX-License-Identifier: Apache-2.0
//
// No unit test: segment_damage_test damages stores and has them checked.
#include "storage/segment_check.h"

#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "storage/segment_reader.h"

namespace vedette {
namespace {

// OK, or what is wrong with it. kNotFound: no longer there.
absl::Status CheckOne(sqlite3* db, const SegmentInfo& info, bool& has_checksums) {
  ASSIGN_OR_RETURN(const std::unique_ptr<SegmentReader> reader, OpenSegment(db, info));
  has_checksums = reader->head().HasChecksums();
  return reader->Check();
}

// Segments are joined and dropped while they are checked.
absl::StatusOr<bool> IsThere(sqlite3* db, int64_t segment) {
  ASSIGN_OR_RETURN(const Statement there,
                   Prepare(db, "SELECT count(*) FROM segments WHERE segment = ?1"));
  BindInteger(there.get(), 1, segment);
  const int rc = sqlite3_step(there.get());
  if (rc != SQLITE_ROW) return SqliteError(db, rc, "find a segment");
  return sqlite3_column_int64(there.get(), 0) != 0;
}

}  // namespace

absl::StatusOr<SegmentCheck> CheckAllSegments(sqlite3* db, DamageLog& damage,
                                              SegmentCheckProgress progress) {
  Layouts layouts;
  RETURN_IF_ERROR(layouts.Load(db));
  ASSIGN_OR_RETURN(const std::vector<SegmentInfo> all, ReadSegmentInfos(db, layouts, &damage));
  SegmentCheck check;
  check.segments_all = all.size() + damage.All().size();
  for (const SegmentInfo& info : all) {
    bool has_checksums = true;
    const absl::Status status = CheckOne(db, info, has_checksums);
    if (absl::IsDataLoss(status)) {
      ASSIGN_OR_RETURN(const bool is_there, IsThere(db, info.segment));
      if (!is_there) continue;
      damage.Add(info, status);
    } else {
      RETURN_IF_ERROR(status);
    }
    ++check.segments;
    check.rows += static_cast<uint64_t>(info.rows);
    check.bytes += static_cast<uint64_t>(info.bytes);
    if (!has_checksums) ++check.without_checksums;
    if (!progress(check)) break;
  }
  check.damaged = damage.All().size();
  return check;
}

absl::Status FindLostLayouts(sqlite3* db, DamageLog& damage) {
  ASSIGN_OR_RETURN(const bool has_segments, HasTable(db, "segments"));
  if (!has_segments) return absl::OkStatus();
  Layouts layouts;
  RETURN_IF_ERROR(layouts.Load(db));
  return ReadSegmentInfos(db, layouts, &damage).status();
}

absl::StatusOr<SegmentScrub> SegmentScrub::Create(sqlite3* db) {
  SegmentScrub scrub;
  scrub.db_ = db;
  ASSIGN_OR_RETURN(scrub.following_,
                   Prepare(db,
                           "SELECT segment, layout, rows, bytes, first_id, last_id, start_ns,"
                           " end_ns FROM segments WHERE segment > ?1 ORDER BY segment LIMIT 256"));
  ASSIGN_OR_RETURN(scrub.forget_, Prepare(db,
                                          "DELETE FROM damaged_segments WHERE segment NOT IN"
                                          " (SELECT segment FROM segments)"));
  return scrub;
}

absl::StatusOr<std::vector<SegmentInfo>> SegmentScrub::Following(const Layouts& layouts) {
  BindInteger(following_.get(), 1, last_);
  const int64_t before = last_;
  std::vector<SegmentInfo> infos;
  int64_t bytes = 0;
  int rc = SQLITE_DONE;
  while (bytes < kBytesPerStep && (rc = sqlite3_step(following_.get())) == SQLITE_ROW) {
    SegmentInfo info;
    int64_t* const columns[] = {&info.segment,  &info.layout,  &info.rows,     &info.bytes,
                                &info.first_id, &info.last_id, &info.start_ns, &info.end_ns};
    for (int i = 0; i < 8; ++i) *columns[i] = sqlite3_column_int64(following_.get(), i);
    last_ = info.segment;
    layouts.Identify(info);
    bytes += info.bytes;
    infos.push_back(info);
  }
  sqlite3_reset(following_.get());
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return SqliteError(db_, rc, "list segments");
  if (last_ == before) last_ = 0;  // A round is over.
  return infos;
}

absl::Status SegmentScrub::Step(absl::Time now, const Layouts& layouts,
                                std::vector<FoundDamage>& found) {
  // A clock that was set back does not end it.
  if (now < next_ && next_ - now <= kRoundInterval) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<SegmentInfo> infos, Following(layouts));
  next_ = now + (last_ == 0 ? kRoundInterval : kStepInterval);
  if (last_ == 0) return StepDone(forget_.get(), "forget damage");
  for (const SegmentInfo& info : infos) {
    bool has_checksums = true;
    const absl::Status status = CheckOne(db_, info, has_checksums);
    if (IsSegmentDamage(status)) {
      found.push_back({info, status});
    } else {
      RETURN_IF_ERROR(status);
    }
  }
  return absl::OkStatus();
}

}  // namespace vedette
