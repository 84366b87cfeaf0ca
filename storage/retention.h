// SPDX-License-Identifier: Apache-2.0
//
// Keeps the store within its age and size: drops the segments whose events are the oldest, then
// processes and gaps of that time, and what first_seen has forgotten. Events that alerts point to
// move into segments of their own, which stay, as do their processes; only if the file is still too
// large do the oldest alerts go, with their evidence. Lives on the writer thread.
#ifndef VEDETTE_STORAGE_RETENTION_H_
#define VEDETTE_STORAGE_RETENTION_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/arrival_rows.h"
#include "storage/chain.h"
#include "storage/database.h"
#include "storage/segment_writer.h"

namespace vedette {

struct RetentionLimits {
  uint64_t bytes_max;  // Of the file and its log.
  absl::Duration age_max;

  // How the bytes are shared. The log is moved into the file when it has reached half of its share:
  // a transaction more fits. (A reader that stays in one query keeps the log from being emptied,
  // and it grows beyond.)
  uint64_t LogShare() const;
  uint64_t FileShare() const;
  // How far the events of a segment may be apart: by that much more than `age_max` may one be kept.
  absl::Duration SpanMax() const;
};

class Retention {
 public:
  static constexpr int64_t kRowsPerStep = 16'384;
  static constexpr uint64_t kBytesMin = 16 << 20;

  // `events`, `chain` and `arrivals` outlive this.
  static absl::StatusOr<Retention> Create(sqlite3* db, SegmentWriter& events, Chain& chain,
                                          ArrivalRows& arrivals, int64_t run,
                                          const RetentionLimits& limits);

  // One bounded step, in a transaction of its own: segments of about kRowsPerStep events, and 4096
  // processes. True if there is more to do.
  absl::StatusOr<bool> Step(absl::Time now);

  // Whether the file has grown so far that nothing more should be written before Step() has made
  // room.
  absl::StatusOr<bool> Full();

  // Gives free pages back at the end of a run. Takes a second at most.
  absl::Status Tighten();

 private:
  // Bytes of the pages in use, and of the file.
  struct Size {
    uint64_t used = 0, file = 0;
  };

  absl::StatusOr<Size> FileSize();
  bool IsLoose(const Size& size) const;
  absl::Status DropEvents(SegmentInfo oldest, int64_t keep_from_ns, bool too_large);
  absl::StatusOr<std::vector<int64_t>> EvidenceIn(const SegmentInfo& info);
  absl::Status DeleteLast(absl::Time now, bool& more);
  absl::Status DeleteHistoryBefore(int64_t time_ns);
  absl::Status DeleteOldestAlerts();
  absl::Status DeleteExpired(absl::Time now);
  absl::Status GiveBackPages();

  sqlite3* db_ = nullptr;
  SegmentWriter* events_ = nullptr;
  Chain* chain_ = nullptr;
  ArrivalRows* arrivals_ = nullptr;
  uint64_t used_max_ = 0, file_max_ = 0;
  absl::Duration age_max_;
  int64_t page_bytes_ = 0;
  Statement pages_, free_pages_, delete_expired_;
  absl::Time next_expiry_ = absl::InfinitePast();
  Statement evidence_, evidence_processes_, delete_gaps_;
  std::vector<Statement> delete_history_, delete_alerts_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_RETENTION_H_
