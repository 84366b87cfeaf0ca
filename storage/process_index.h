// SPDX-License-Identifier: Apache-2.0
//
// Where each process is, and what it runs, by exec_id, in memory: for statements that look for so
// many processes that asking each segment each time would cost more. 40 bytes a process.
#ifndef VEDETTE_STORAGE_PROCESS_INDEX_H_
#define VEDETTE_STORAGE_PROCESS_INDEX_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/column_data.h"
#include "storage/database.h"
#include "storage/segment_table.h"

namespace vedette {

class SegmentCatalog;

class ProcessIndex {
 public:
  // Reads all processes of the segments, and of the table of rows. Within a statement that reads.
  absl::Status Fill(sqlite3* db, const SegmentCatalog& catalog);

  // Of those that the catalog lists; none: no segment has the process.
  std::optional<size_t> SegmentOf(int64_t exec_id) const;
  // The number of what the process runs; 0: nobody knows.
  uint32_t PathOf(int64_t exec_id) const {
    const auto at = places_.find(exec_id);
    return at == places_.end() ? 0 : at->second.path;
  }
  absl::string_view Path(uint32_t number) const { return paths_[number]; }

 private:
  static constexpr uint32_t kInRows = ~uint32_t{0};
  struct Place {
    uint32_t segment = kInRows;  // Place in the catalog's list.
    uint32_t path = 0;
  };

  absl::Status AddRows(sqlite3* db);

  absl::flat_hash_map<int64_t, Place> places_;
  TextSet paths_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_PROCESS_INDEX_H_
