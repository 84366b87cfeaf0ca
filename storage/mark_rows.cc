// SPDX-License-Identifier: Apache-2.0
//
// No unit test: event_store_test writes through the door and reads back after a restart.
#include "storage/mark_rows.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

constexpr absl::string_view kPrefix = "mark ";

}  // namespace

absl::StatusOr<MarkRows> MarkRows::Create(sqlite3* db) {
  MarkRows rows;
  ASSIGN_OR_RETURN(rows.put_,
                   Prepare(db, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)"));
  ASSIGN_OR_RETURN(rows.remove_, Prepare(db, "DELETE FROM meta WHERE key = ?1"));
  return rows;
}

absl::Status MarkRows::Put(const StoreMark& mark) {
  const std::string key = absl::StrCat(kPrefix, mark.key);
  if (mark.value.empty()) {
    BindText(remove_.get(), 1, key);
    return StepDone(remove_.get(), "remove a mark");
  }
  BindText(put_.get(), 1, key);
  sqlite3_bind_blob(put_.get(), 2, mark.value.data(), static_cast<int>(mark.value.size()),
                    SQLITE_STATIC);
  return StepDone(put_.get(), "mark");
}

absl::StatusOr<std::vector<StoreMark>> ReadMarks(sqlite3* db) {
  ASSIGN_OR_RETURN(
      const Statement statement,
      Prepare(db, "SELECT substr(key, 6), value FROM meta WHERE key GLOB 'mark *' ORDER BY key"));
  std::vector<StoreMark> all;
  int rc;
  while ((rc = sqlite3_step(statement.get())) == SQLITE_ROW) {
    all.push_back({.key = std::string(ColumnBytes(statement.get(), 0)),
                   .value = std::string(ColumnBytes(statement.get(), 1))});
  }
  if (rc != SQLITE_DONE) return SqliteError(db, rc, "read marks");
  return all;
}

}  // namespace vedette
