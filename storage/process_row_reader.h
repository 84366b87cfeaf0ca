// SPDX-License-Identifier: Apache-2.0
//
// Rows of `process_rows` (processes that run or have ended lately) as batches, beside those of
// segments. Keeps its statements, so it must be gone before the connection: it lives in a cursor.
#ifndef VEDETTE_STORAGE_PROCESS_ROW_READER_H_
#define VEDETTE_STORAGE_PROCESS_ROW_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/database.h"
#include "storage/segment_catalog.h"

namespace vedette {

class ProcessRowReader {
 public:
  // `db` must outlive this.
  explicit ProcessRowReader(sqlite3* db) : db_(db) {}

  // Whether an index leads to the rows by this column of EventColumns(kProcessesKind).
  static bool CanFind(size_t column);

  // The rows that have one of the numbers there; null: none has.
  absl::StatusOr<std::shared_ptr<EventBatch>> Find(size_t column,
                                                   const std::vector<int64_t>& numbers);
  // Up to kSegmentRows rows with exec_ids from `id` on; null: there is none.
  absl::StatusOr<std::shared_ptr<EventBatch>> From(int64_t id);

 private:
  absl::StatusOr<sqlite3_stmt*> StatementFor(const std::string& condition);

  sqlite3* const db_;
  absl::flat_hash_map<std::string, Statement> statements_;
};

// All columns of EventColumns(kProcessesKind), quoted and joined by commas.
std::string ProcessColumnList();
// Adds the rows of a bound statement that gives these columns.
absl::Status TakeProcessRows(sqlite3_stmt* statement, std::vector<ColumnData>& columns);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_PROCESS_ROW_READER_H_
