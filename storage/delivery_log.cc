// SPDX-License-Identifier: Apache-2.0
#include "storage/delivery_log.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/database.h"
#include "storage/store_file.h"

namespace vedette {
namespace {

constexpr int kBusyMs = 2000;  // Readers never block a writer (WAL); another writer is a mistake.
constexpr int kFormat = 1;
constexpr int64_t kApplicationId = 0x76644c47;  // "vdLG"

constexpr absl::string_view kTables = R"(
CREATE TABLE IF NOT EXISTS cursors (
  sink TEXT PRIMARY KEY, store TEXT NOT NULL, row INTEGER NOT NULL, delivered INTEGER NOT NULL,
  filtered INTEGER NOT NULL, dead INTEGER NOT NULL, lost INTEGER NOT NULL,
  updated_ns INTEGER NOT NULL, late INTEGER NOT NULL DEFAULT 0, gap INTEGER NOT NULL DEFAULT 0,
  "drop" INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead_letters (
  letter INTEGER PRIMARY KEY AUTOINCREMENT, sink TEXT NOT NULL, time_ns INTEGER NOT NULL,
  alert_row INTEGER NOT NULL, alert_id TEXT, rule TEXT, reason TEXT, alert TEXT);
CREATE INDEX IF NOT EXISTS dead_letters_by_sink ON dead_letters (sink, letter);
)";

constexpr absl::string_view kPutCursor = R"(
INSERT INTO cursors
  (sink, store, row, delivered, filtered, dead, lost, updated_ns, late, gap, "drop")
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (sink) DO UPDATE SET store = ?2, row = ?3, delivered = ?4, filtered = ?5, dead = ?6,
  lost = ?7, updated_ns = ?8, late = ?9, gap = ?10, "drop" = ?11)";
constexpr absl::string_view kPutLetter = R"(
INSERT INTO dead_letters (sink, time_ns, alert_row, alert_id, rule, reason, alert)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))";
constexpr absl::string_view kTrim = R"(
DELETE FROM dead_letters WHERE sink = ?1 AND letter <=
  (SELECT letter FROM dead_letters WHERE sink = ?1 ORDER BY letter DESC LIMIT 1 OFFSET ?2))";
constexpr absl::string_view kCursors =
    "SELECT sink, store, row, delivered, filtered, dead, lost, updated_ns, ";
constexpr absl::string_view kPlaces = "late, gap, \"drop\" FROM cursors ";
constexpr absl::string_view kNoPlaces = "0, 0, 0 FROM cursors ";  // A reader adds no columns.
constexpr absl::string_view kLetters = R"(
SELECT letter, sink, time_ns, alert_row, alert_id, rule, reason, alert FROM dead_letters
WHERE ?1 IS NULL OR sink = ?1 ORDER BY letter DESC LIMIT ?2)";

std::string Text(sqlite3_stmt* row, int column) { return std::string(ColumnBytes(row, column)); }

DeliveryCursor CursorOf(sqlite3_stmt* row) {
  return {.sink = Text(row, 0),
          .store = Text(row, 1),
          .row = sqlite3_column_int64(row, 2),
          .late = sqlite3_column_int64(row, 8),
          .gap = sqlite3_column_int64(row, 9),
          .drop = sqlite3_column_int64(row, 10),
          .delivered = ColumnNumber(row, 3),
          .filtered = ColumnNumber(row, 4),
          .dead = ColumnNumber(row, 5),
          .lost = ColumnNumber(row, 6),
          .updated = absl::FromUnixNanos(sqlite3_column_int64(row, 7))};
}

// Logs of before sinks carried events lack the columns for their places.
absl::StatusOr<bool> HasPlaces(sqlite3* db) {
  ASSIGN_OR_RETURN(
      const int64_t there,
      QueryInteger(db, "SELECT count(*) FROM pragma_table_info('cursors') WHERE name = 'drop'"));
  return there > 0;
}

absl::Status AddPlaces(sqlite3* db) {
  ASSIGN_OR_RETURN(const bool there, HasPlaces(db));
  if (there) return absl::OkStatus();
  for (const absl::string_view column : {"late", "gap", "drop"}) {
    RETURN_IF_ERROR(Execute(db, absl::StrCat("ALTER TABLE cursors ADD COLUMN \"", column,
                                             "\" INTEGER NOT NULL DEFAULT 0")));
  }
  return absl::OkStatus();
}

class SqliteDeliveryLog : public DeliveryLog {
 public:
  static absl::StatusOr<std::unique_ptr<DeliveryLog>> Create(Database db) {
    std::unique_ptr<SqliteDeliveryLog> log(new SqliteDeliveryLog(std::move(db)));
    ASSIGN_OR_RETURN(const bool places, HasPlaces(log->db_.get()));
    const std::string cursors = absl::StrCat(kCursors, places ? kPlaces : kNoPlaces);
    ASSIGN_OR_RETURN(log->one_, Prepare(log->db_.get(), absl::StrCat(cursors, "WHERE sink = ?1")));
    ASSIGN_OR_RETURN(log->all_, Prepare(log->db_.get(), absl::StrCat(cursors, "ORDER BY sink")));
    if (places) {
      ASSIGN_OR_RETURN(log->put_, Prepare(log->db_.get(), kPutCursor));
    }
    ASSIGN_OR_RETURN(log->put_letter_, Prepare(log->db_.get(), kPutLetter));
    ASSIGN_OR_RETURN(log->trim_, Prepare(log->db_.get(), kTrim));
    ASSIGN_OR_RETURN(log->letters_, Prepare(log->db_.get(), kLetters));
    return log;
  }

  absl::StatusOr<std::optional<DeliveryCursor>> Cursor(absl::string_view sink) override {
    const std::lock_guard lock(mu_);
    BindText(one_.get(), 1, sink);
    ASSIGN_OR_RETURN(std::vector<DeliveryCursor> found, Read(one_.get(), CursorOf));
    if (found.empty()) return std::nullopt;
    return std::move(found[0]);
  }

  absl::StatusOr<std::vector<DeliveryCursor>> Cursors() override {
    const std::lock_guard lock(mu_);
    return Read(all_.get(), CursorOf);
  }

  absl::Status Put(const DeliveryCursor& cursor, absl::Span<const DeadLetter> letters) override {
    const std::lock_guard lock(mu_);
    if (letters.empty()) return PutCursor(cursor);
    RETURN_IF_ERROR(Execute(db_.get(), "BEGIN IMMEDIATE"));
    absl::Status status = PutCursor(cursor);
    for (const DeadLetter& letter : letters) {
      if (status.ok()) status = PutLetter(letter);
    }
    if (status.ok()) {
      BindText(trim_.get(), 1, cursor.sink);
      BindInteger(trim_.get(), 2, kDeadLettersMax);
      status = StepDone(trim_.get(), "trim the dead letters");
    }
    if (status.ok()) status = Execute(db_.get(), "COMMIT");
    if (!status.ok() && sqlite3_get_autocommit(db_.get()) == 0) {
      Execute(db_.get(), "ROLLBACK").IgnoreError();
    }
    return status;
  }

  absl::StatusOr<std::vector<DeadLetter>> DeadLetters(absl::string_view sink,
                                                      size_t limit) override {
    const std::lock_guard lock(mu_);
    BindText(letters_.get(), 1, sink);
    BindNumber(letters_.get(), 2, std::min<size_t>(limit, std::numeric_limits<int>::max()));
    return Read(letters_.get(), [](sqlite3_stmt* row) {
      return DeadLetter{.letter = sqlite3_column_int64(row, 0),
                        .sink = Text(row, 1),
                        .alert_id = Text(row, 4),
                        .rule = Text(row, 5),
                        .alert_row = sqlite3_column_int64(row, 3),
                        .time = absl::FromUnixNanos(sqlite3_column_int64(row, 2)),
                        .reason = Text(row, 6),
                        .alert = Text(row, 7)};
    });
  }

 private:
  explicit SqliteDeliveryLog(Database db) : db_(std::move(db)) {}

  // All rows of a bound statement.
  template <typename FromRow>
  auto Read(sqlite3_stmt* statement, FromRow from_row)
      -> absl::StatusOr<std::vector<decltype(from_row(statement))>> {
    std::vector<decltype(from_row(statement))> rows;
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) rows.push_back(from_row(statement));
    sqlite3_reset(statement);
    if (rc != SQLITE_DONE) return SqliteError(db_.get(), rc, "read");
    return rows;
  }

  absl::Status PutCursor(const DeliveryCursor& cursor) {
    sqlite3_stmt* const put = put_.get();
    if (put == nullptr) return absl::FailedPreconditionError("the log is open for reading");
    BindText(put, 1, cursor.sink);
    sqlite3_bind_text(put, 2, cursor.store.data(), static_cast<int>(cursor.store.size()),
                      SQLITE_STATIC);
    BindInteger(put, 3, cursor.row);
    BindNumber(put, 4, cursor.delivered);
    BindNumber(put, 5, cursor.filtered);
    BindNumber(put, 6, cursor.dead);
    BindNumber(put, 7, cursor.lost);
    BindInteger(put, 8, absl::ToUnixNanos(cursor.updated));
    BindInteger(put, 9, cursor.late);
    BindInteger(put, 10, cursor.gap);
    BindInteger(put, 11, cursor.drop);
    return StepDone(put, "cursor");
  }

  absl::Status PutLetter(const DeadLetter& letter) {
    sqlite3_stmt* const put = put_letter_.get();
    BindText(put, 1, letter.sink);
    BindInteger(put, 2, absl::ToUnixNanos(letter.time));
    BindInteger(put, 3, letter.alert_row);
    BindText(put, 4, letter.alert_id);
    BindText(put, 5, letter.rule);
    BindText(put, 6, letter.reason);
    BindText(put, 7, letter.alert);
    return StepDone(put, "dead letter");
  }

  std::mutex mu_;  // Guards all below.
  Database db_;
  Statement one_, all_, put_, put_letter_, trim_, letters_;
};

absl::Status CheckIsOurs(sqlite3* db, const std::string& path) {
  ASSIGN_OR_RETURN(const int64_t id, QueryInteger(db, "PRAGMA application_id"));
  ASSIGN_OR_RETURN(const int64_t format, QueryInteger(db, "PRAGMA user_version"));
  ASSIGN_OR_RETURN(const int64_t tables, QueryInteger(db, "SELECT count(*) FROM sqlite_schema"));
  if (tables > 0 && id != kApplicationId) {
    return absl::DataLossError(absl::StrCat(path, ": not a delivery log of Vedette; move it away"));
  }
  if (format > kFormat) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": of a newer Vedette (format ", format, "); move it away"));
  }
  return absl::OkStatus();
}

}  // namespace

std::string DeliveryLogPath(absl::string_view store_path) {
  return absl::StrCat(store_path, ".delivery");
}

absl::StatusOr<std::unique_ptr<DeliveryLog>> DeliveryLog::Open(const std::string& path) {
  RETURN_IF_ERROR(MakePrivateFile(path));
  RETURN_IF_ERROR(CheckHeader(path));
  ASSIGN_OR_RETURN(Database db, OpenDatabase(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW));
  sqlite3_busy_timeout(db.get(), kBusyMs);
  RETURN_IF_ERROR(CheckIsOurs(db.get(), path));
  // A commit is a write(2): it survives this process. NORMAL syncs at checkpoints.
  RETURN_IF_ERROR(Execute(db.get(), "PRAGMA journal_mode = WAL"));
  RETURN_IF_ERROR(Execute(db.get(), "PRAGMA synchronous = NORMAL"));
  RETURN_IF_ERROR(Execute(db.get(), "PRAGMA journal_size_limit = 1048576"));
  RETURN_IF_ERROR(Execute(db.get(), absl::StrCat("PRAGMA application_id = ", kApplicationId)));
  RETURN_IF_ERROR(Execute(db.get(), absl::StrCat("PRAGMA user_version = ", kFormat)));
  RETURN_IF_ERROR(Execute(db.get(), std::string(kTables)));
  RETURN_IF_ERROR(AddPlaces(db.get()));
  return SqliteDeliveryLog::Create(std::move(db));
}

absl::StatusOr<std::unique_ptr<DeliveryLog>> DeliveryLog::OpenForReading(const std::string& path) {
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) return absl::ErrnoToStatus(errno, path);
    return absl::NotFoundError(absl::StrCat(
        path, ": no such file: no daemon with sinks has run on this store; --store names another"));
  }
  RETURN_IF_ERROR(CheckHeader(path));
  ASSIGN_OR_RETURN(Database db, OpenDatabase(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW));
  sqlite3_busy_timeout(db.get(), kBusyMs);
  RETURN_IF_ERROR(CheckIsOurs(db.get(), path));
  RETURN_IF_ERROR(Execute(db.get(), "PRAGMA query_only = 1"));
  return SqliteDeliveryLog::Create(std::move(db));
}

}  // namespace vedette
