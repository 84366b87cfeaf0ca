// SPDX-License-Identifier: Apache-2.0
//
// The table `processes`: what the process events say, one row for each exec_id. A fork begins a row
// with its creator's program; an exec begins one, and ends the row of the identity before it; an
// exit ends one. Events may come in any order and twice: a row keeps what it knows. Lives on the
// writer thread.
#ifndef VEDETTE_STORAGE_PROCESS_ROWS_H_
#define VEDETTE_STORAGE_PROCESS_ROWS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sensor/decode/event_view.h"
#include "storage/database.h"

namespace vedette {

class ProcessRows {
 public:
  // The tables must exist. `db` must outlive this.
  static absl::StatusOr<ProcessRows> Create(sqlite3* db, int64_t run);

  // Does nothing for events of other families. Errors as for EventRows::Insert.
  absl::Status Apply(const EventView& event, int64_t time_ns);

  // The exec_id of the row that the event begins; 0 if it begins none.
  static uint64_t BegunBy(const EventView& event);

 private:
  absl::Status Program(const EventView& event, int64_t time_ns);  // process_exec, process_seen
  absl::Status Fork(const EventView& event, int64_t time_ns);
  absl::Status Exit(const EventView& event, int64_t time_ns);

  int64_t run_ = 0;
  Statement program_, replaced_, fork_, exit_;
  std::string arguments_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_PROCESS_ROWS_H_
