// SPDX-License-Identifier: Apache-2.0
//
// Processes that ended a while ago, out of the table of rows into segments, where they take a tenth
// of the room. Nothing is said of them any more: late events and digests find their row. Those that
// alerts point to stay rows, as long as they do. Lives on the writer thread.
#ifndef VEDETTE_STORAGE_PROCESS_PACKER_H_
#define VEDETTE_STORAGE_PROCESS_PACKER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "sensor/decode/event_view.h"
#include "storage/database.h"
#include "storage/segment_writer.h"

namespace vedette {

class ProcessPacker {
 public:
  static constexpr int64_t kRowsPerStep = 8192;  // A segment that is not joined with others.
  static constexpr absl::Duration kWait = absl::Minutes(10);

  // `events` outlives this.
  static absl::StatusOr<ProcessPacker> Create(sqlite3* db, SegmentWriter& events);

  // Time is that of events: a replay's is another day's.
  void Saw(const EventView& event, int64_t time_ns);

  // One step, in a transaction of its own. True if there may be more to do.
  absl::StatusOr<bool> Step();

 private:
  absl::StatusOr<bool> HasEnough();
  absl::Status Pack();

  sqlite3* db_ = nullptr;
  SegmentWriter* events_ = nullptr;
  int64_t latest_ns_ = 0;
  // A host's first step comes soon after the start; then when enough have ended.
  int64_t ended_ = kRowsPerStep;
  Statement enough_, rows_, delete_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_PROCESS_PACKER_H_
