// SPDX-License-Identifier: Apache-2.0
//
// What people ask of events and processes: the virtual tables `file_open` (one for each kind),
// `events` (all kinds), and beside each a table of groups, `file_open_groups`, in which a row
// stands for all events of a segment that are alike in the columns that the statement names.
// Counting over groups costs a fraction of counting over events, for SQLite sees few rows.
#ifndef VEDETTE_STORAGE_EVENT_TABLE_H_
#define VEDETTE_STORAGE_EVENT_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sensor/schema/schema.h"

namespace vedette {

enum class OutputSource : uint8_t {
  kStored,   // A column of the kind's events.
  kTime,     // A stored time as ISO 8601 in UTC.
  kKind,     // Name of the kind.
  kObject,   // What the event was about: a path, an address with a port, another text.
  kExePath,  // What the process ran, as `processes` has it; `stored` is its exec_id.
  kNothing,  // The kind has no such column: NULL.
  // Of groups:
  kCount,  // How many events.
  kFirst,  // Time of the first one, ...
  kLast,   // ... and of the last one, by `time_ns`.
  kSince,  // Not a value but a question: only events from this time on ...
  kUntil,  // ... and before this time.
};

// What a column of a table is for one kind.
struct OutputColumn {
  OutputSource source = OutputSource::kNothing;
  size_t stored = 0;                        // Place in EventColumns(kind).
  std::vector<size_t> texts{};              // kObject: the first one that is not NULL counts, ...
  std::optional<size_t> address{}, port{};  // ... or the last of them is an address.
};

struct EventTable {
  struct Column {
    std::string name;
    bool is_text = false;
    bool is_hidden = false;
  };
  std::string name;
  std::vector<EventKind> kinds;
  bool is_groups = false;
  size_t group_time = 1;  // The time of which groups have the first and the last.
  std::vector<Column> columns;
  // For each of `kinds`, what its columns are.
  std::vector<std::vector<OutputColumn>> outputs;

  bool IsOfProcesses() const;
  const std::vector<OutputColumn>& OutputsOf(EventKind kind) const;
  std::string Declaration() const;  // `CREATE TABLE x ("id" INTEGER, ...)`
};

// All of them, in the order in which they are made. Constant; any thread.
const std::vector<EventTable>& EventTables();
// Null if there is none of that name.
const EventTable* FindEventTable(absl::string_view name);

// "2023-11-14T22:13:20.000Z". Truncated to milliseconds, as everywhere.
std::string TimeText(int64_t time_ns);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_EVENT_TABLE_H_
