// SPDX-License-Identifier: Apache-2.0
//
// Keeps the store within its age and size: deletes the oldest events over all tables, in the order
// of their ids, then processes and gaps of that time, and what first_seen has forgotten. Events and
// processes that alerts point to stay; only if the file is still too large do the oldest alerts go,
// with their evidence. Lives on the writer thread.
#ifndef VEDETTE_STORAGE_RETENTION_H_
#define VEDETTE_STORAGE_RETENTION_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/database.h"

namespace vedette {

struct RetentionLimits {
  uint64_t bytes_max;  // Of the file and its log.
  absl::Duration age_max;

  // How the bytes are shared. The log is moved into the file when it has reached half of its share:
  // a transaction more fits. (A reader that stays in one query keeps the log from being emptied,
  // and it grows beyond.)
  uint64_t LogShare() const;
  uint64_t FileShare() const;
};

class Retention {
 public:
  static constexpr int64_t kIdsPerStep = 4096;
  static constexpr uint64_t kBytesMin = 16 << 20;

  static absl::StatusOr<Retention> Create(sqlite3* db, int64_t run, const RetentionLimits& limits);

  // One bounded step, in a transaction of its own: at most kIdsPerStep events and as many
  // processes. True if there is more to do.
  absl::StatusOr<bool> Step(absl::Time now);

  // Whether the file has grown so far that nothing more should be written before Step() has made
  // room.
  absl::StatusOr<bool> Full();

 private:
  struct Oldest {
    int64_t id = 0, time_ns = 0;
    bool found = false;
  };
  // Bytes of the pages in use, and of the file.
  struct Size {
    uint64_t used = 0, file = 0;
  };

  absl::StatusOr<Size> FileSize();
  absl::StatusOr<Oldest> OldestEvent();
  absl::Status DeleteEvents(int64_t first, int64_t last);
  absl::Status DeleteHistoryBefore(int64_t time_ns);
  absl::Status DeleteOldestAlerts();
  absl::Status DeleteExpired(absl::Time now);
  absl::Status GiveBackPages();

  sqlite3* db_ = nullptr;
  uint64_t used_max_ = 0, file_max_ = 0;
  absl::Duration age_max_;
  int64_t cursor_ = 0;  // Events up to this id are gone, but for evidence.
  int64_t page_bytes_ = 0;
  Statement pages_, free_pages_, delete_expired_;
  absl::Time next_expiry_ = absl::InfinitePast();
  std::vector<Statement> oldest_, delete_events_, delete_history_, delete_alerts_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_RETENTION_H_
