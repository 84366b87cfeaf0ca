// SPDX-License-Identifier: Apache-2.0
//
// What whoever follows events by their ids would miss (event_feed.h): `late_events` names those
// that came behind others with higher ids (prehistory, events that waited for their container, and
// process_seen records, which are numbered from kFirstSeenNumber on), `event_drops` what retention
// has taken. Both keep the newest rows alone. Lives on the writer thread, in its transactions.
#ifndef VEDETTE_STORAGE_ARRIVAL_ROWS_H_
#define VEDETTE_STORAGE_ARRIVAL_ROWS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/database.h"
#include "storage/segment_table.h"

namespace vedette {

class ArrivalRows {
 public:
  static constexpr int64_t kLateMax = 200'000;
  static constexpr int64_t kDropsMax = 10'000;

  // The tables must exist. `db` must outlive this.
  static absl::StatusOr<ArrivalRows> Create(sqlite3* db, int64_t run);

  // An event is written.
  absl::Status Saw(int64_t id);
  // `count` events of the segment go.
  absl::Status Dropped(const SegmentInfo& info, int64_t count);
  // Of the transaction in which Saw() was called.
  void Committed() { committed_id_ = newest_id_; }
  void RolledBack() { newest_id_ = committed_id_; }

 private:
  sqlite3* db_ = nullptr;
  int64_t newest_id_ = 0, committed_id_ = 0;
  Statement late_, trim_late_, drop_, trim_drops_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_ARRIVAL_ROWS_H_
