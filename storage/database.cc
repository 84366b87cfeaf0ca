// SPDX-License-Identifier: Apache-2.0
#include "storage/database.h"

#include <cstddef>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

absl::string_view PathOf(sqlite3* db) {
  const char* path = db == nullptr ? nullptr : sqlite3_db_filename(db, "main");
  return path == nullptr ? "store" : path;
}

}  // namespace

absl::StatusCode SqliteStatusCode(int rc) {
  switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return absl::StatusCode::kOk;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return absl::StatusCode::kUnavailable;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::StatusCode::kPermissionDenied;
    case SQLITE_INTERRUPT:
      return absl::StatusCode::kCancelled;
    case SQLITE_ERROR:
    case SQLITE_TOOBIG:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return absl::StatusCode::kInvalidArgument;
    default:
      return absl::StatusCode::kInternal;
  }
}

absl::Status SqliteError(sqlite3* db, int rc, absl::string_view what) {
  const char* message = sqlite3_errstr(rc);
  if (db != nullptr && (sqlite3_errcode(db) & 0xff) == (rc & 0xff)) message = sqlite3_errmsg(db);
  const bool damaged = SqliteStatusCode(rc) == absl::StatusCode::kDataLoss;
  std::string text =
      absl::StrCat(PathOf(db), ": ", damaged ? "" : absl::StrCat(what, ": "), message);
  if (const int error = db == nullptr ? 0 : sqlite3_system_errno(db);
      error != 0 && SqliteStatusCode(rc) == absl::StatusCode::kUnavailable) {
    absl::StrAppend(&text, " (", strerrordesc_np(error), ")");
  }
  return absl::Status(SqliteStatusCode(rc), text);
}

absl::StatusOr<Database> OpenDatabase(const std::string& name, int flags) {
  // Nobody asks how much SQLite has allocated, and counting it costs a mutex for each allocation. A
  // process that has used SQLite already keeps its setting.
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(configured);
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(name.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database db(raw);  // SQLite allocates even on failure; own it before looking at rc.
  if (rc != SQLITE_OK) return SqliteError(raw, rc, "open");
  sqlite3_extended_result_codes(raw, 1);
  return db;
}

absl::Status Execute(sqlite3* db, const std::string& sql) {
  const int rc = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
  if (rc == SQLITE_OK) return absl::OkStatus();
  return SqliteError(db, rc, absl::string_view(sql).substr(0, 60));
}

absl::StatusOr<Statement> Prepare(sqlite3* db, absl::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int rc = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  Statement statement(raw);
  if (rc != SQLITE_OK) return SqliteError(db, rc, sql.substr(0, 60));
  return statement;
}

absl::StatusOr<int64_t> QueryInteger(sqlite3* db, absl::string_view sql, int64_t otherwise) {
  ASSIGN_OR_RETURN(const Statement statement, Prepare(db, sql));
  const int rc = sqlite3_step(statement.get());
  if (rc == SQLITE_DONE) return otherwise;
  if (rc != SQLITE_ROW) return SqliteError(db, rc, sql.substr(0, 60));
  if (sqlite3_column_type(statement.get(), 0) == SQLITE_NULL) return otherwise;
  return sqlite3_column_int64(statement.get(), 0);
}

absl::StatusOr<bool> HasTable(sqlite3* db, absl::string_view name) {
  ASSIGN_OR_RETURN(const Statement find,
                   Prepare(db, "SELECT 1 FROM sqlite_schema WHERE name = ?1"));
  sqlite3_bind_text(find.get(), 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
  const int rc = sqlite3_step(find.get());
  if (rc == SQLITE_ROW || rc == SQLITE_DONE) return rc == SQLITE_ROW;
  return SqliteError(db, rc, "read the schema");
}

absl::Status StepDone(sqlite3_stmt* statement, absl::string_view what) {
  int rc = sqlite3_step(statement);
  absl::Status status;
  if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
    status = SqliteError(sqlite3_db_handle(statement), rc, what);
  }
  sqlite3_reset(statement);
  return status;
}

void BindText(sqlite3_stmt* statement, int at, absl::string_view text) {
  const int size = static_cast<int>(text.size());
  if (text.empty()) {
    sqlite3_bind_null(statement, at);
  } else if (IsSqlText(text)) {
    sqlite3_bind_text(statement, at, text.data(), size, SQLITE_STATIC);
  } else {
    sqlite3_bind_blob(statement, at, text.data(), size, SQLITE_STATIC);
  }
}

void BindNumber(sqlite3_stmt* statement, int at, uint64_t number) {
  sqlite3_bind_int64(statement, at, static_cast<int64_t>(number));
}

void BindIdentity(sqlite3_stmt* statement, int at, uint64_t exec_id) {
  if (exec_id == 0) {
    sqlite3_bind_null(statement, at);
  } else {
    BindNumber(statement, at, exec_id);
  }
}

absl::string_view ColumnBytes(sqlite3_stmt* statement, int column) {
  const void* bytes = sqlite3_column_blob(statement, column);  // Text as its bytes, too.
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes),
          static_cast<size_t>(sqlite3_column_bytes(statement, column))};
}

bool IsSqlText(absl::string_view text) { return text.find('\0') == absl::string_view::npos; }

}  // namespace vedette
