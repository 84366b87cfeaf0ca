// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_store_test writes through the door and reads back after a restart.
#include "storage/first_seen_rows.h"

#include <algorithm>
#include <string>

#include "base/status_macros.h"

namespace vedette {
namespace {

// Not BindText, which makes NULL of an empty text: that is the row of the rule itself.
void BindKey(sqlite3_stmt* statement, int at, const std::string& text) {
  sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void BindPlace(sqlite3_stmt* statement, const SeenCombination& seen) {
  BindKey(statement, 1, seen.rule);
  BindKey(statement, 2, seen.fields);
  BindKey(statement, 3, seen.combination);
}

}  // namespace

absl::StatusOr<FirstSeenRows> FirstSeenRows::Create(sqlite3* db) {
  FirstSeenRows rows;
  ASSIGN_OR_RETURN(rows.put_, Prepare(db,
                                      "INSERT OR REPLACE INTO first_seen"
                                      " (rule, fields, combination, first_ns, last_ns, expires_ns)"
                                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
  ASSIGN_OR_RETURN(rows.forget_, Prepare(db,
                                         "DELETE FROM first_seen WHERE rule = ?1 AND fields = ?2"
                                         " AND combination = ?3"));
  return rows;
}

absl::Status FirstSeenRows::Put(const SeenCombination& seen) {
  if (seen.forgotten) {
    BindPlace(forget_.get(), seen);
    return StepDone(forget_.get(), "forget a combination");
  }
  BindPlace(put_.get(), seen);
  BindInteger(put_.get(), 4, seen.first_ns);
  BindInteger(put_.get(), 5, seen.last_ns);
  BindInteger(put_.get(), 6, seen.expires_ns);
  return StepDone(put_.get(), "combination");
}

absl::StatusOr<std::vector<SeenCombination>> ReadFirstSeen(sqlite3* db, absl::Time now) {
  ASSIGN_OR_RETURN(const Statement statement,
                   Prepare(db,
                           "SELECT rule, fields, combination, first_ns, last_ns, expires_ns"
                           " FROM first_seen WHERE expires_ns > ?1"
                           " ORDER BY last_ns DESC LIMIT ?2"));
  BindInteger(statement.get(), 1, absl::ToUnixNanos(now));
  BindInteger(statement.get(), 2, FirstSeenRows::kRowsMax);
  std::vector<SeenCombination> all;
  int rc;
  while ((rc = sqlite3_step(statement.get())) == SQLITE_ROW) {
    sqlite3_stmt* const row = statement.get();
    all.push_back({.rule = std::string(ColumnBytes(row, 0)),
                   .fields = std::string(ColumnBytes(row, 1)),
                   .combination = std::string(ColumnBytes(row, 2)),
                   .first_ns = sqlite3_column_int64(row, 3),
                   .last_ns = sqlite3_column_int64(row, 4),
                   .expires_ns = sqlite3_column_int64(row, 5)});
  }
  if (rc != SQLITE_DONE) return SqliteError(db, rc, "read what was seen first");
  std::reverse(all.begin(), all.end());
  return all;
}

}  // namespace vedette
