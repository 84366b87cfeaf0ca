// SPDX-License-Identifier: Apache-2.0
//
// SQLite's handles with owners, and its errors as absl::Status. For storage/ only: nobody else
// includes sqlite3.h. A connection and its statements belong to one thread at a time.
#ifndef VEDETTE_STORAGE_DATABASE_H_
#define VEDETTE_STORAGE_DATABASE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vedette {

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

// `flags` as for sqlite3_open_v2, SQLITE_OPEN_NOMUTEX added. `name` is a path, or a file: URI with
// SQLITE_OPEN_URI.
absl::StatusOr<Database> OpenDatabase(const std::string& name, int flags);

// The error that `db` has just had, with its message: "PATH: what: message". kDataLoss: the file is
// damaged; kResourceExhausted: no space or memory; kUnavailable: I/O, or somebody else holds the
// lock; kPermissionDenied; kInvalidArgument: the statement or the row.
absl::Status SqliteError(sqlite3* db, int rc, absl::string_view what);
absl::StatusCode SqliteStatusCode(int rc);

// Runs statements that have no results.
absl::Status Execute(sqlite3* db, const std::string& sql);
// One statement that will be used many times.
absl::StatusOr<Statement> Prepare(sqlite3* db, absl::string_view sql);
// The first column of the first row; `otherwise` if there is no row or it is NULL.
absl::StatusOr<int64_t> QueryInteger(sqlite3* db, absl::string_view sql, int64_t otherwise = 0);

// Whether there is a table or view of that name: files of older versions lack some.
absl::StatusOr<bool> HasTable(sqlite3* db, absl::string_view name);

// Runs a bound statement that has no results, and makes it ready to be bound again.
absl::Status StepDone(sqlite3_stmt* statement, absl::string_view what);

// Binding. Texts are not copied: they must live until the statement has run. A text that is not
// valid UTF-8 or has a NUL inside is bound as a BLOB, so that no byte of it is lost; an empty one
// as NULL. Numbers above 2^63 become negative. Binding cannot fail but for a wrong index, which the
// tests find.
void BindText(sqlite3_stmt* statement, int at, absl::string_view text);
void BindNumber(sqlite3_stmt* statement, int at, uint64_t number);
inline void BindInteger(sqlite3_stmt* statement, int at, int64_t number) {
  sqlite3_bind_int64(statement, at, number);
}
// An identity of 0 is "unknown": NULL.
void BindIdentity(sqlite3_stmt* statement, int at, uint64_t exec_id);

// The column's bytes, empty for NULL; valid until the next step.
absl::string_view ColumnBytes(sqlite3_stmt* statement, int column);
inline uint64_t ColumnNumber(sqlite3_stmt* statement, int column) {
  return static_cast<uint64_t>(sqlite3_column_int64(statement, column));
}

// Whether SQLite can hold it as TEXT: without a NUL. It need not be valid UTF-8: as a BLOB, which
// LIKE and GLOB never match, a name with one odd byte would hide from every search for text.
bool IsSqlText(absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_DATABASE_H_
