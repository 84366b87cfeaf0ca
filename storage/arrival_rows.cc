// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_feed_test writes through the door and follows.
#include "storage/arrival_rows.h"

#include "base/status_macros.h"
#include "storage/history_plan.h"
#include "storage/tables.h"

namespace vedette {

absl::StatusOr<ArrivalRows> ArrivalRows::Create(sqlite3* db, int64_t run) {
  ArrivalRows rows;
  rows.db_ = db;
  rows.newest_id_ = rows.committed_id_ = run * kNumbersPerRun;
  ASSIGN_OR_RETURN(rows.late_, Prepare(db, "INSERT INTO late_events (id) VALUES (?1)"));
  ASSIGN_OR_RETURN(rows.trim_late_, Prepare(db, "DELETE FROM late_events WHERE arrival <= ?1"));
  ASSIGN_OR_RETURN(rows.drop_,
                   Prepare(db,
                           "INSERT INTO event_drops (first_id, last_id, start_ns, end_ns, count)"
                           " VALUES (?1, ?2, ?3, ?4, ?5)"));
  ASSIGN_OR_RETURN(rows.trim_drops_, Prepare(db, "DELETE FROM event_drops WHERE \"drop\" <= ?1"));
  return rows;
}

absl::Status ArrivalRows::Saw(int64_t id) {
  const bool is_late = id <= newest_id_ || id % kNumbersPerRun >= kFirstSeenNumber;
  if (!is_late) {
    newest_id_ = id;
    return absl::OkStatus();
  }
  BindInteger(late_.get(), 1, id);
  RETURN_IF_ERROR(StepDone(late_.get(), "late event"));
  const int64_t arrival = sqlite3_last_insert_rowid(db_);
  if (arrival <= kLateMax) return absl::OkStatus();
  BindInteger(trim_late_.get(), 1, arrival - kLateMax);
  return StepDone(trim_late_.get(), "trim late events");
}

absl::Status ArrivalRows::Dropped(const SegmentInfo& info, int64_t count) {
  const bool counts =
      info.kind != kProcessesKind && count > 0 && info.first_id % kNumbersPerRun < kFirstSeenNumber;
  if (!counts) return absl::OkStatus();
  const int64_t values[] = {info.first_id, info.last_id, info.start_ns, info.end_ns, count};
  for (int i = 0; i < 5; ++i) BindInteger(drop_.get(), i + 1, values[i]);
  RETURN_IF_ERROR(StepDone(drop_.get(), "dropped events"));
  BindInteger(trim_drops_.get(), 1, sqlite3_last_insert_rowid(db_) - kDropsMax);
  return StepDone(trim_drops_.get(), "trim dropped events");
}

}  // namespace vedette
