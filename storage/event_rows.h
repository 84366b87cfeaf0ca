// SPDX-License-Identifier: Apache-2.0
//
// Events as rows of their kind's table, by prepared statements. Lives on the writer thread.
#ifndef VEDETTE_STORAGE_EVENT_ROWS_H_
#define VEDETTE_STORAGE_EVENT_ROWS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sensor/decode/event_view.h"
#include "storage/database.h"
#include "storage/tables.h"

namespace vedette {

// A row's place: which run, which event of it, and when by the wall clock.
struct EventPlace {
  int64_t id = 0;  // run * kNumbersPerRun + number
  int64_t time_ns = 0;
};

// Allocates nothing per row.
class EventRows {
 public:
  // The tables must exist. `db` must outlive this.
  static absl::StatusOr<EventRows> Create(sqlite3* db);

  // An error is of SQLite; kInvalidArgument means that this row alone is at fault.
  absl::Status Insert(const EventView& event, const EventPlace& place);

 private:
  struct Kind {
    Statement insert;
    const std::vector<EventColumn>* columns = nullptr;
    std::vector<const Member*> texts;  // Those that can be truncated.
  };

  void BindNetwork(sqlite3_stmt* statement, int at, const Value& value);
  void BindArguments(sqlite3_stmt* statement, int at, absl::string_view arguments);
  void BindTruncated(sqlite3_stmt* statement, int at, const EventView& event, const Kind& kind);

  std::array<Kind, WIRE_KIND_LIMIT> kinds_;
  // What a row's bound texts point to until it has been inserted; reused.
  std::array<std::array<char, 46>, 4> addresses_;  // 46: INET6_ADDRSTRLEN
  size_t addresses_used_ = 0;
  std::array<std::string, 4> arguments_;
  size_t arguments_used_ = 0;
  std::string truncated_;
};

// `arguments` ("a\0b\0") joined by blanks into `to`.
void AppendArguments(absl::string_view arguments, std::string& to);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_EVENT_ROWS_H_
