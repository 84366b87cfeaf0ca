// SPDX-License-Identifier: Apache-2.0
#include "storage/retention.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/tables.h"

namespace vedette {
namespace {

constexpr int64_t kAlertsPerStep = 64;
constexpr absl::Duration kExpiryInterval = absl::Minutes(10);

// ?1: the time before which nothing is kept. Rows of alerts' processes stay. A process that never
// was seen to end goes with the runs before this one.
constexpr absl::string_view kDeleteHistory[] = {
    R"(DELETE FROM processes WHERE exec_id IN (
         SELECT exec_id FROM processes WHERE end_ns < ?1
           AND exec_id NOT IN (SELECT exec_id FROM alert_processes WHERE exec_id IS NOT NULL)
         ORDER BY end_ns LIMIT 4096))",
    R"(DELETE FROM processes WHERE exec_id IN (
         SELECT exec_id FROM processes WHERE end_ns IS NULL AND run < ?2
           AND coalesce(exec_ns, start_ns) < ?1
           AND exec_id NOT IN (SELECT exec_id FROM alert_processes WHERE exec_id IS NOT NULL)
         LIMIT 4096))",
    R"(DELETE FROM gaps WHERE gap IN (
         SELECT gap FROM gaps WHERE end_ns < ?1 ORDER BY end_ns LIMIT 4096))",
};

// What a rule does not remember any more, and the rules themselves that are gone. ?1: now.
constexpr absl::string_view kDeleteExpired = R"(
DELETE FROM first_seen WHERE (rule, fields, combination) IN (
  SELECT rule, fields, combination FROM first_seen WHERE expires_ns < ?1
  ORDER BY expires_ns LIMIT 4096))";

absl::StatusOr<std::vector<Statement>> PrepareAll(sqlite3* db,
                                                  const std::vector<std::string>& texts) {
  std::vector<Statement> all;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(Statement statement, Prepare(db, text));
    all.push_back(std::move(statement));
  }
  return all;
}

absl::StatusOr<int64_t> StepInteger(sqlite3_stmt* statement) {
  const int rc = sqlite3_step(statement);
  const int64_t value = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_reset(statement);
  if (rc != SQLITE_ROW) return SqliteError(sqlite3_db_handle(statement), rc, "size");
  return value;
}

}  // namespace

uint64_t RetentionLimits::LogShare() const {
  return std::clamp<uint64_t>(bytes_max / 4, 4 << 20, 16 << 20);
}

uint64_t RetentionLimits::FileShare() const {
  return std::max(bytes_max, Retention::kBytesMin) - LogShare();
}

absl::StatusOr<Retention> Retention::Create(sqlite3* db, int64_t run,
                                            const RetentionLimits& limits) {
  Retention retention;
  retention.db_ = db;
  retention.file_max_ = limits.FileShare();
  retention.used_max_ = retention.file_max_ - retention.file_max_ / 8;
  retention.age_max_ = limits.age_max;
  ASSIGN_OR_RETURN(retention.page_bytes_, QueryInteger(db, "PRAGMA page_size"));
  ASSIGN_OR_RETURN(retention.pages_, Prepare(db, "PRAGMA page_count"));
  ASSIGN_OR_RETURN(retention.free_pages_, Prepare(db, "PRAGMA freelist_count"));
  std::vector<std::string> oldest, delete_events, delete_alerts;
  for (const KindInfo& kind : Kinds()) {
    const std::string table = EventTableName(kind);
    oldest.push_back(
        absl::StrCat("SELECT id, time_ns FROM ", table, " WHERE id > ?1 ORDER BY id LIMIT 1"));
    delete_events.push_back(
        absl::StrCat("DELETE FROM ", table,
                     " WHERE id BETWEEN ?1 AND ?2 AND id NOT IN"
                     " (SELECT event_id FROM alerts WHERE event_id BETWEEN ?1 AND ?2)"
                     " AND id NOT IN"
                     " (SELECT event_id FROM alert_evidence WHERE event_id BETWEEN ?1 AND ?2)"));
    delete_alerts.push_back(absl::StrCat("DELETE FROM ", table,
                                         " WHERE id <= ?2 AND id IN"
                                         " (SELECT event_id FROM alerts WHERE alert <= ?1"
                                         " UNION ALL SELECT event_id FROM alert_evidence"
                                         " WHERE alert <= ?1)"));
  }
  for (const absl::string_view table :
       {"alert_fields", "alert_processes", "alert_tags", "alert_evidence", "alerts"}) {
    delete_alerts.push_back(
        absl::StrCat("DELETE FROM ", table, " WHERE alert <= ?1 AND ?2 IS NOT NULL"));
  }
  ASSIGN_OR_RETURN(retention.delete_expired_, Prepare(db, kDeleteExpired));
  ASSIGN_OR_RETURN(retention.oldest_, PrepareAll(db, oldest));
  ASSIGN_OR_RETURN(retention.delete_events_, PrepareAll(db, delete_events));
  ASSIGN_OR_RETURN(retention.delete_alerts_, PrepareAll(db, delete_alerts));
  for (const absl::string_view text : kDeleteHistory) {
    ASSIGN_OR_RETURN(Statement statement, Prepare(db, text));
    const int parameters = sqlite3_bind_parameter_count(statement.get());
    if (parameters == 2) BindInteger(statement.get(), 2, run);
    retention.delete_history_.push_back(std::move(statement));
  }
  return retention;
}

absl::StatusOr<bool> Retention::Full() {
  ASSIGN_OR_RETURN(const Size size, FileSize());
  return size.used > file_max_;
}

absl::Status Retention::DeleteExpired(absl::Time now) {
  if (now < next_expiry_) return absl::OkStatus();
  next_expiry_ = now + kExpiryInterval;
  BindInteger(delete_expired_.get(), 1, absl::ToUnixNanos(now));
  return StepDone(delete_expired_.get(), "delete what is not remembered");
}

absl::StatusOr<bool> Retention::Step(absl::Time now) {
  RETURN_IF_ERROR(DeleteExpired(now));
  ASSIGN_OR_RETURN(const Size size, FileSize());
  ASSIGN_OR_RETURN(const Oldest oldest, OldestEvent());
  const int64_t keep_from_ns = absl::ToUnixNanos(now - age_max_);
  const bool too_large = size.used > used_max_;
  const bool too_old = oldest.found && oldest.time_ns < keep_from_ns;
  if (!too_large && !too_old) {
    if (size.file <= file_max_) return false;
    RETURN_IF_ERROR(GiveBackPages());
    return size.used < size.file;
  }
  RETURN_IF_ERROR(Execute(db_, "BEGIN IMMEDIATE"));
  absl::Status status;
  bool more = true;
  if (oldest.found) {
    cursor_ = oldest.id + kIdsPerStep - 1;
    status = DeleteEvents(oldest.id, cursor_);
    if (status.ok()) status = DeleteHistoryBefore(oldest.time_ns);
  } else {
    // No event is left to go. What is still too much is processes of the time since, and alerts.
    const int changes = sqlite3_total_changes(db_);
    status = DeleteOldestAlerts();
    if (status.ok()) status = DeleteHistoryBefore(absl::ToUnixNanos(now));
    more = sqlite3_total_changes(db_) != changes;
  }
  if (status.ok()) status = Execute(db_, "COMMIT");
  if (!status.ok()) {
    Execute(db_, "ROLLBACK").IgnoreError();
    cursor_ = 0;
    return status;
  }
  RETURN_IF_ERROR(GiveBackPages());
  return more;
}

absl::StatusOr<Retention::Size> Retention::FileSize() {
  ASSIGN_OR_RETURN(const int64_t pages, StepInteger(pages_.get()));
  ASSIGN_OR_RETURN(const int64_t free_pages, StepInteger(free_pages_.get()));
  return Size{.used = static_cast<uint64_t>((pages - free_pages) * page_bytes_),
              .file = static_cast<uint64_t>(pages * page_bytes_)};
}

absl::StatusOr<Retention::Oldest> Retention::OldestEvent() {
  Oldest oldest;
  for (const Statement& statement : oldest_) {
    BindInteger(statement.get(), 1, cursor_);
    const int rc = sqlite3_step(statement.get());
    if (rc == SQLITE_ROW) {
      const int64_t id = sqlite3_column_int64(statement.get(), 0);
      if (!oldest.found || id < oldest.id) {
        oldest = {id, sqlite3_column_int64(statement.get(), 1), true};
      }
    }
    sqlite3_reset(statement.get());
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) return SqliteError(db_, rc, "oldest event");
  }
  return oldest;
}

absl::Status Retention::DeleteEvents(int64_t first, int64_t last) {
  for (const Statement& statement : delete_events_) {
    BindInteger(statement.get(), 1, first);
    BindInteger(statement.get(), 2, last);
    RETURN_IF_ERROR(StepDone(statement.get(), "delete old events"));
  }
  return absl::OkStatus();
}

absl::Status Retention::DeleteHistoryBefore(int64_t time_ns) {
  for (const Statement& statement : delete_history_) {
    BindInteger(statement.get(), 1, time_ns);
    RETURN_IF_ERROR(StepDone(statement.get(), "delete old processes and gaps"));
  }
  return absl::OkStatus();
}

absl::Status Retention::DeleteOldestAlerts() {
  ASSIGN_OR_RETURN(const int64_t first, QueryInteger(db_, "SELECT min(alert) FROM alerts"));
  for (const Statement& statement : delete_alerts_) {
    BindInteger(statement.get(), 1, first + kAlertsPerStep - 1);
    BindInteger(statement.get(), 2, cursor_);
    RETURN_IF_ERROR(StepDone(statement.get(), "delete old alerts"));
  }
  return absl::OkStatus();
}

absl::Status Retention::GiveBackPages() {
  ASSIGN_OR_RETURN(const Size size, FileSize());
  if (size.file <= file_max_) return absl::OkStatus();
  // Each step of the pragma frees a page; sqlite3_exec runs all of them.
  return Execute(db_, "PRAGMA incremental_vacuum(1024)");
}

}  // namespace vedette
