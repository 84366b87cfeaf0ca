// SPDX-License-Identifier: Apache-2.0
//
// What the records of a process do not say, put into its row of `processes`. A note can be written
// before the event that begins the row, which may wait in a later batch: then it is kept, bounded,
// and put in again behind that event. Lives on the writer thread.
#ifndef VEDETTE_STORAGE_PROCESS_NOTES_H_
#define VEDETTE_STORAGE_PROCESS_NOTES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/database.h"
#include "storage/event_store.h"

namespace vedette {

class ProcessNotes {
 public:
  static constexpr size_t kEarlyMax = 4096;  // About 1 MiB. The oldest give way.

  // The table must exist. `db` must outlive this.
  static absl::StatusOr<ProcessNotes> Create(sqlite3* db);

  absl::Status Put(const StoredProcessNote& note);
  // The row of `exec_id` has been written. What is known early stays known: the batch may be tried
  // again.
  absl::Status OnRow(uint64_t exec_id);

 private:
  absl::Status Update(const StoredProcessNote& note, bool& has_row);

  sqlite3* db_ = nullptr;
  Statement update_;
  std::unordered_map<uint64_t, StoredProcessNote> early_;
  std::deque<uint64_t> order_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_PROCESS_NOTES_H_
