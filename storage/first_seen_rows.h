// SPDX-License-Identifier: Apache-2.0
//
// What first_seen rules know, as rows. Lives on the writer thread.
#ifndef VEDETTE_STORAGE_FIRST_SEEN_ROWS_H_
#define VEDETTE_STORAGE_FIRST_SEEN_ROWS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/database.h"
#include "storage/event_store.h"

namespace vedette {

class FirstSeenRows {
 public:
  static constexpr int kRowsMax = 65'536;

  // The table must exist. `db` must outlive this.
  static absl::StatusOr<FirstSeenRows> Create(sqlite3* db);

  // In place of what was there of the combination; or deletes it. Errors as for EventRows::Insert.
  absl::Status Put(const SeenCombination& seen);

 private:
  Statement put_, forget_;
};

// What has not expired, the newest kRowsMax by their last time, oldest first.
absl::StatusOr<std::vector<SeenCombination>> ReadFirstSeen(sqlite3* db, absl::Time now);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_FIRST_SEEN_ROWS_H_
