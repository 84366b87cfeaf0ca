// SPDX-License-Identifier: Apache-2.0
//
// Suppressions as rows.
#ifndef VEDETTE_STORAGE_SUPPRESSION_ROWS_H_
#define VEDETTE_STORAGE_SUPPRESSION_ROWS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/database.h"
#include "storage/suppression.h"

namespace vedette {

// All of them, in the order in which they were made. None if the store is of a Vedette that knew of
// none.
absl::StatusOr<std::vector<StoredSuppression>> ReadSuppressions(sqlite3* db);

// The writer. Lives on the writer thread.
class SuppressionRows {
 public:
  // The tables must exist; `db` must outlive this.
  static absl::StatusOr<SuppressionRows> Create(sqlite3* db);
  // Its row; 0 if the act changes nothing (made already, ended already, or unknown) and was not
  // written.
  absl::StatusOr<int64_t> Insert(const SuppressionAct& act);

 private:
  sqlite3* db_ = nullptr;
  Statement insert_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SUPPRESSION_ROWS_H_
