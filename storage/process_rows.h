// SPDX-License-Identifier: Apache-2.0
//
// The table `processes`: what the process events say, one row for each exec_id. A fork begins a row
// with its creator's program; an exec begins one, and ends the row of the identity before it; an
// exit ends one. Events may come in any order and twice: a row keeps what it knows. Most processes
// are short, so a row waits for the end of its batch, and is written once. Lives on the writer
// thread.
#ifndef VEDETTE_STORAGE_PROCESS_ROWS_H_
#define VEDETTE_STORAGE_PROCESS_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sensor/decode/event_view.h"
#include "storage/database.h"

namespace vedette {

class ProcessRows {
 public:
  // The tables must exist. `db` must outlive this.
  static absl::StatusOr<ProcessRows> Create(sqlite3* db, int64_t run);

  // Does nothing for events of other families. The row that the event begins waits for Flush(),
  // and so do the event's bytes. Errors as for EventRows::Insert.
  absl::Status Apply(const EventView& event, int64_t time_ns);

  // Writes the rows that wait, in the order in which they began, and calls `on_row` behind each. A
  // row that the table refuses is left out.
  absl::Status Flush(absl::FunctionRef<absl::Status(uint64_t exec_id)> on_row);
  // The batch has failed: nothing waits any more.
  void Forget();

  // The exec_id of the row that the event begins; 0 if it begins none.
  static uint64_t BegunBy(const EventView& event);

 private:
  // How a process ended, as far as one knows.
  struct Ending {
    std::optional<int64_t> end_ns, exit_status, exit_signal;
    uint64_t next_exec_id = 0;
  };
  struct Begun {
    EventView event;
    int64_t time_ns;
    Ending ending;
  };

  void Begin(const EventView& event, int64_t time_ns);
  absl::Status Replaced(uint64_t exec_id, uint64_t next_exec_id, int64_t time_ns);
  absl::Status Exit(const EventView& event, int64_t time_ns);
  static void BindEnding(sqlite3_stmt* statement, int first, const Ending& ending);
  absl::Status Write(const Begun& begun);
  absl::Status WriteProgram(const Begun& begun);  // process_exec, process_seen
  absl::Status WriteFork(const Begun& begun);
  // Into fork_.
  absl::Status BindFromCreator(uint64_t exec_id, bool with_parent);
  Begun* Waiting(uint64_t exec_id);

  int64_t run_ = 0;
  Statement program_, replaced_, creator_, fork_, exit_;
  std::string arguments_;
  std::vector<Begun> begun_;
  std::unordered_map<uint64_t, size_t> last_begun_;  // By exec_id: its place in `begun_`.
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_PROCESS_ROWS_H_
