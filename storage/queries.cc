// SPDX-License-Identifier: Apache-2.0
#include "storage/queries.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "storage/alert_queries.h"
#include "storage/chain.h"
#include "storage/container_rows.h"
#include "storage/database.h"
#include "storage/read_only.h"
#include "storage/segment_check.h"
#include "storage/store_file.h"
#include "storage/suppression_rows.h"

namespace vedette {
namespace {

constexpr int kStepsBetweenLooks = 4096;

// Ends a statement that takes too long. Set for the time of one query.
class Watch {
 public:
  Watch(sqlite3* db, const std::string& path, uint64_t log_bytes_max, const QueryLimits& limits)
      : db_(db),
        log_path_(path + "-wal"),
        log_bytes_max_(log_bytes_max),
        limits_(limits),
        begin_(clock_.Monotonic()),
        until_(begin_ + limits.time_max),
        next_look_(begin_ + kHoldsLog) {
    sqlite3_progress_handler(
        db_, kStepsBetweenLooks,
        [](void* self) { return static_cast<Watch*>(self)->Over() ? 1 : 0; }, this);
  }
  ~Watch() { sqlite3_progress_handler(db_, 0, nullptr, nullptr); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  bool Over() { return IsCancelled() || IsLate() || HoldsLog(); }
  absl::Status Why() {
    if (IsCancelled()) return absl::CancelledError("the query was cancelled");
    if (holds_log_) {
      return absl::AbortedError(
          absl::StrCat("the query gave way: while it reads, the daemon cannot empty ", log_path_,
                       ", which has grown to ", log_bytes_max_ >> 20,
                       " MiB; ask for less at a time, or ask a copy of the store and its -wal"));
    }
    return absl::DeadlineExceededError(
        absl::StrCat("the query took longer than ", absl::FormatDuration(limits_.time_max)));
  }

 private:
  bool IsCancelled() const { return limits_.cancelled != nullptr && limits_.cancelled->load(); }
  bool IsLate() { return clock_.Monotonic() > until_; }

  // Looked at rarely: it asks the file system.
  bool HoldsLog() {
    if (holds_log_ || clock_.Monotonic() < next_look_) return holds_log_;
    next_look_ = clock_.Monotonic() + kLookInterval;
    struct stat log;
    holds_log_ =
        stat(log_path_.c_str(), &log) == 0 && static_cast<uint64_t>(log.st_size) > log_bytes_max_;
    return holds_log_;
  }

  static constexpr absl::Duration kHoldsLog = absl::Seconds(1);
  static constexpr absl::Duration kLookInterval = absl::Milliseconds(200);

  sqlite3* const db_;
  const std::string log_path_;
  const uint64_t log_bytes_max_;
  const QueryLimits& limits_;
  RealClock clock_;
  const absl::Duration begin_, until_;
  absl::Duration next_look_;
  bool holds_log_ = false;
};

SqlValue ValueAt(sqlite3_stmt* row, int column) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
      return {.type = SqlValue::Type::kInteger,
              .integer = sqlite3_column_int64(row, column),
              .bytes = {}};
    case SQLITE_FLOAT:
      return {
          .type = SqlValue::Type::kReal, .real = sqlite3_column_double(row, column), .bytes = {}};
    case SQLITE_TEXT:
      return {.type = SqlValue::Type::kText, .bytes = ColumnBytes(row, column)};
    case SQLITE_BLOB:
      return {.type = SqlValue::Type::kBlob, .bytes = ColumnBytes(row, column)};
    default:
      return {};
  }
}

absl::Status QueryError(sqlite3* db, int rc) {
  // A forbidden function is a plain error by its code.
  if ((rc & 0xff) == SQLITE_AUTH || absl::StartsWith(sqlite3_errmsg(db), "not authorized")) {
    return absl::PermissionDeniedError(
        absl::StrCat("only statements that read are allowed: ", sqlite3_errmsg(db)));
  }
  const absl::Status status = SqliteError(db, rc, "query");
  if (status.code() != absl::StatusCode::kInvalidArgument) return status;
  return absl::InvalidArgumentError(sqlite3_errmsg(db));
}

// One statement, and behind it nothing but blanks, comments and semicolons.
absl::StatusOr<Statement> PrepareOne(sqlite3* db, absl::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  int rc = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &raw, &tail);
  Statement statement(raw);
  if (rc != SQLITE_OK) return QueryError(db, rc);
  if (raw == nullptr) return absl::InvalidArgumentError("there is no statement");
  const char* const end = sql.data() + sql.size();
  while (tail < end) {
    const char* const begin = tail;
    sqlite3_stmt* second = nullptr;
    rc = sqlite3_prepare_v2(db, begin, static_cast<int>(end - begin), &second, &tail);
    const Statement owned(second);
    if (rc != SQLITE_OK || second != nullptr) {
      return absl::InvalidArgumentError("one statement at a time");
    }
    if (tail == begin) break;
  }
  if (sqlite3_stmt_readonly(raw) == 0) {
    return absl::PermissionDeniedError("only statements that read are allowed");
  }
  return statement;
}

}  // namespace

struct StoreReader::State {
  std::string path;
  DamageLog damage;  // Outlives the connection.
  Database db;
  // As long as a query reads, the daemon cannot empty its log, and the log grows. When it is so
  // large, a query that has taken a second or more gives way.
  uint64_t log_bytes_max = uint64_t{256} << 20;

  // The same; what is damaged is told with the way out.
  template <typename T>
  absl::StatusOr<T> Told(absl::StatusOr<T> answer) const {
    if (answer.ok()) return answer;
    return WithWayOut(answer.status(), path);
  }
};

StoreReader::StoreReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
StoreReader::StoreReader(StoreReader&&) noexcept = default;
StoreReader& StoreReader::operator=(StoreReader&&) noexcept = default;
StoreReader::~StoreReader() = default;

absl::StatusOr<StoreReader> StoreReader::Open(const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  ASSIGN_OR_RETURN(state->db, OpenReadOnly(path, &state->damage));
  ASSIGN_OR_RETURN(const int64_t log_bytes_max,
                   state->Told(QueryInteger(state->db.get(),
                                            "SELECT value FROM meta WHERE key = 'log_bytes_max'")));
  RETURN_IF_ERROR(WithWayOut(FindLostLayouts(state->db.get(), state->damage), path));
  if (log_bytes_max > 0) state->log_bytes_max = static_cast<uint64_t>(log_bytes_max);
  return StoreReader(std::move(state));
}

absl::StatusOr<QueryEnd> StoreReader::Query(absl::string_view sql, const QueryLimits& limits,
                                            ColumnsCallback columns, RowCallback row) {
  sqlite3* const db = state_->db.get();
  ASSIGN_OR_RETURN(const Statement statement, PrepareOne(db, sql));
  const int count = sqlite3_column_count(statement.get());
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.emplace_back(sqlite3_column_name(statement.get(), i));
  columns(names);
  Watch watch(db, state_->path, state_->log_bytes_max, limits);
  std::vector<SqlValue> values(static_cast<size_t>(count));
  QueryEnd end;
  int rc;
  while ((rc = sqlite3_step(statement.get())) == SQLITE_ROW) {
    if (watch.Over()) return watch.Why();
    if (end.rows == limits.rows_max) {
      end.more = true;
      return end;
    }
    for (int i = 0; i < count; ++i) values[static_cast<size_t>(i)] = ValueAt(statement.get(), i);
    ++end.rows;
    if (!row(values)) {
      end.more = true;
      return end;
    }
  }
  if (rc == SQLITE_DONE) return end;
  if ((rc & 0xff) == SQLITE_INTERRUPT) return watch.Why();
  return WithWayOut(QueryError(db, rc), state_->path);
}

absl::StatusOr<std::vector<StoredAlert>> StoreReader::ListAlerts(const AlertFilter& filter) {
  return state_->Told(ReadAlerts(state_->db.get(), filter));
}

absl::StatusOr<StoredAlert> StoreReader::GetAlert(absl::string_view id) {
  return state_->Told(ReadAlert(state_->db.get(), id));
}

absl::StatusOr<std::optional<StoredContainer>> StoreReader::GetContainer(absl::string_view id) {
  return state_->Told(ReadContainer(state_->db.get(), id));
}

absl::StatusOr<std::vector<StoredSuppression>> StoreReader::Suppressions() {
  return state_->Told(ReadSuppressions(state_->db.get()));
}

absl::StatusOr<int64_t> StoreReader::LastAlertRow() {
  return state_->Told(QueryInteger(state_->db.get(), "SELECT max(alert) FROM alerts"));
}

absl::StatusOr<std::vector<Gap>> StoreReader::Gaps(absl::Time from, absl::Time to) {
  return state_->Told(ReadGaps(state_->db.get(), from, to));
}

absl::StatusOr<ChainReport> StoreReader::Verify(const VerifyOptions& options) {
  sqlite3* const db = state_->db.get();
  ASSIGN_OR_RETURN(const int64_t tables, QueryInteger(db,
                                                      "SELECT count(*) FROM sqlite_schema"
                                                      " WHERE name IN ('chain', 'checkpoints')"));
  if (tables != 2) {
    return absl::FailedPreconditionError(
        absl::StrCat(state_->path,
                     " has no chain: it is of an older Vedette, and gets one when"
                     " `vedette run` opens it"));
  }
  return state_->Told(VerifyChain(db, options));
}

absl::StatusOr<std::vector<std::string>> StoreReader::CheckFile() {
  std::vector<std::string> findings;
  const auto end = Query(
      "PRAGMA integrity_check(20)", {}, [](absl::Span<const std::string>) {},
      [&](absl::Span<const SqlValue> row) {
        if (row[0].bytes != "ok") findings.emplace_back(row[0].bytes);
        return true;
      });
  if (!end.ok()) return end.status();
  return findings;
}

std::vector<DamagedSegment> StoreReader::Damaged() const { return state_->damage.All(); }

absl::StatusOr<SegmentCheck> StoreReader::CheckSegments(SegmentCheckProgress progress) {
  return state_->Told(CheckAllSegments(state_->db.get(), state_->damage, progress));
}

absl::StatusOr<ProcessTree> StoreReader::Tree(absl::string_view exec_id_pid_or_alert,
                                              const TreeLimits& limits) {
  ASSIGN_OR_RETURN(const uint64_t exec_id, FindProcess(exec_id_pid_or_alert));
  absl::StatusOr<ProcessTree> tree = TreeOf(exec_id, limits);
  if (absl::IsNotFound(tree.status()) && GetAlert(exec_id_pid_or_alert).ok()) {
    // Of a rule about the host, or of a process that began while nobody watched.
    return absl::NotFoundError(absl::StrCat("alert ", exec_id_pid_or_alert,
                                            " is about no process that the store knows; `vedette"
                                            " timeline ",
                                            exec_id_pid_or_alert,
                                            "` shows what happened around it"));
  }
  return tree;
}

absl::StatusOr<ProcessTree> StoreReader::TreeOf(uint64_t exec_id, const TreeLimits& limits) {
  return state_->Told(ReadProcessTree(state_->db.get(), exec_id, limits));
}

absl::StatusOr<uint64_t> StoreReader::FindProcess(absl::string_view text) {
  // Numbers first: a pid could also be the beginning of an alert's id.
  if (const std::optional<uint64_t> number = ParseExecId(text); number.has_value()) {
    sqlite3* const db = state_->db.get();
    const auto stored = static_cast<int64_t>(*number);
    ASSIGN_OR_RETURN(const int64_t found,
                     state_->Told(QueryInteger(
                         db, absl::StrCat("SELECT exec_id FROM processes WHERE exec_id = ", stored,
                                          " OR pid = ", stored, " ORDER BY exec_id = ", stored,
                                          " DESC, coalesce(exec_ns, start_ns) DESC LIMIT 1"))));
    if (found != 0) return static_cast<uint64_t>(found);
  }
  const absl::StatusOr<StoredAlert> alert = GetAlert(text);
  if (alert.ok()) return alert->alert.exec_id;
  if (!absl::IsNotFound(alert.status())) return alert.status();
  // As alerts write it: 16 hexadecimal digits.
  uint64_t identity = 0;
  if (text.size() == 16 && absl::SimpleHexAtoi(text, &identity)) {
    ASSIGN_OR_RETURN(
        const int64_t found,
        state_->Told(QueryInteger(state_->db.get(),
                                  absl::StrCat("SELECT exec_id FROM processes WHERE exec_id = ",
                                               static_cast<int64_t>(identity)))));
    if (found != 0) return static_cast<uint64_t>(found);
  }
  return absl::NotFoundError(
      absl::StrCat("the store knows no exec_id, process id or alert ", EscapeControl(text)));
}

std::optional<uint64_t> ParseExecId(absl::string_view text) {
  uint64_t number;
  if (absl::StartsWithIgnoreCase(text, "0x")) {
    if (absl::SimpleHexAtoi(text.substr(2), &number)) return number;
    return std::nullopt;
  }
  if (absl::SimpleAtoi(text, &number)) return number;
  int64_t negative;
  if (absl::SimpleAtoi(text, &negative)) return static_cast<uint64_t>(negative);
  return std::nullopt;
}

}  // namespace vedette
