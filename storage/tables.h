// SPDX-License-Identifier: Apache-2.0
//
// The tables of the store, derived from the event schema. docs/store-format.md explains them.
//
// Events are in segments (segment_table.h), and are asked for through virtual tables
// (event_table.h). Rows are the tables `processes`, `alerts` with alert_fields, alert_processes,
// alert_tags and alert_evidence, `alert_changes` with the view `alert_states`, `suppressions`,
// `first_seen`, `gaps`, `runs`, `users` and `meta`. Decisions:
//
// Ids: an event's number restarts with the daemon, so its `id` is run * 10^13 + number: unique, in
// order of arrival over all tables, and readable (30000000000042 is event 42 of run 3).
//
// 64-bit identities (exec_id, cgroup_id, ino) are INTEGER: joins are fast, and each use in a row or
// an index takes 8 bytes less than 16 hex digits. SQLite's integers are signed: one of 2^63 and
// above is its two's complement, a negative number; printf('%u', exec_id) shows it as alerts do,
// and the reader's function exec_id('...') goes the other way. An exec_id of 0 is NULL: unknown.
//
// Up to version 1 events were rows of a table for each kind (file_open_rows), behind a view of the
// kind's name.
//
// Times are INTEGER nanoseconds since 1970 in columns *_ns. Beside each is a computed column
// (`time`, `start`) with ISO 8601 text in UTC, which takes no space.
//
// Texts are TEXT, or BLOB if they have a NUL inside; empty is NULL.
#ifndef VEDETTE_STORAGE_TABLES_H_
#define VEDETTE_STORAGE_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sensor/schema/schema.h"

namespace vedette {

// Raised by a change that older programs would misread. A new table or column is none:
// EnsureTables adds it to an older file, and older programs ignore it.
inline constexpr int64_t kStoreVersion = 4;
inline constexpr int64_t kStoreApplicationId = 0x56454454;  // "VEDT": PRAGMA application_id

inline constexpr int64_t kNumbersPerRun = 10'000'000'000'000;
inline constexpr int64_t kRunMax = 900'000;  // Times kNumbersPerRun, it fits an INTEGER.

// Where a column of an event's table gets its value.
enum class ColumnSource : uint8_t {
  kId,           // The primary key.
  kTime,         // Wall time.
  kRecordFlags,  // wire_header.flags
  kTruncated,    // Names of the texts that the kernel had to cut, joined by blanks.
  kLane,         // wire_header.lane
  // Of a member of the record:
  kNumber,
  kIdentity,   // A number; 0 is NULL.
  kNetwork,    // An address or a port; NULL where the socket's family has none.
  kArguments,  // Joined by blanks.
  kSplit,      // How to take them apart again; NULL: at every blank.
  kText,
};

struct EventColumn {
  std::string name;
  ColumnSource source;
  const Member* member;  // Null for those that are no member.

  bool IsText() const;  // Else INTEGER.
};

// Processes that have ended are packed as if they were events, of a kind that no record has. Their
// `id` is the exec_id, and their time is when they ended.
inline constexpr auto kProcessesKind = static_cast<EventKind>(0);
inline constexpr absl::string_view kProcessesTable = "processes",
                                   kProcessRowsTable = "process_rows";

// In the order of the tables and segments; computed columns are not among them.
const std::vector<EventColumn>& EventColumns(EventKind kind);

struct Table {
  struct Column {
    std::string name, definition;  // definition: what follows the name.
  };
  std::string name;
  std::vector<Column> columns;
  std::string constraints;  // Behind the columns: ", PRIMARY KEY (...)".
  std::string options;      // Behind the parenthesis: " WITHOUT ROWID".
};

const std::vector<Table>& Tables();
const std::vector<std::string>& IndexStatements();  // CREATE INDEX IF NOT EXISTS ...

struct View {
  std::string name, sql;  // sql: CREATE VIEW ...
};
const std::vector<View>& Views();

std::string CreateStatement(const Table& table);
std::string EventTableName(const KindInfo& kind);  // "file_open_rows", of version 1.

}  // namespace vedette

#endif  // VEDETTE_STORAGE_TABLES_H_
