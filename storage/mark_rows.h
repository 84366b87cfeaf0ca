// SPDX-License-Identifier: Apache-2.0
//
// Marks as rows of the table `meta`. Lives on the writer thread.
#ifndef VEDETTE_STORAGE_MARK_ROWS_H_
#define VEDETTE_STORAGE_MARK_ROWS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/database.h"
#include "storage/mark_queue.h"

namespace vedette {

class MarkRows {
 public:
  // The table must exist. `db` must outlive this.
  static absl::StatusOr<MarkRows> Create(sqlite3* db);
  absl::Status Put(const StoreMark& mark);

 private:
  Statement put_, remove_;
};

absl::StatusOr<std::vector<StoreMark>> ReadMarks(sqlite3* db);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_MARK_ROWS_H_
