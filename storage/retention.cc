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
    R"(DELETE FROM process_rows WHERE exec_id IN (
         SELECT exec_id FROM process_rows WHERE end_ns < ?1
           AND exec_id NOT IN (SELECT exec_id FROM alert_processes WHERE exec_id IS NOT NULL)
         ORDER BY end_ns LIMIT 4096))",
    R"(DELETE FROM process_rows WHERE exec_id IN (
         SELECT exec_id FROM process_rows WHERE end_ns IS NULL AND run < ?2
           AND coalesce(exec_ns, start_ns) < ?1
           AND exec_id NOT IN (SELECT exec_id FROM alert_processes WHERE exec_id IS NOT NULL)
         LIMIT 4096))",
};
constexpr absl::string_view kDeleteGaps = R"(
DELETE FROM gaps WHERE gap IN (
  SELECT gap FROM gaps WHERE end_ns < ?1 ORDER BY end_ns LIMIT 4096) RETURNING gap)";

// What a rule does not remember any more, and the rules themselves that are gone. ?1: now.
constexpr absl::string_view kDeleteExpired = R"(
DELETE FROM first_seen WHERE (rule, fields, combination) IN (
  SELECT rule, fields, combination FROM first_seen WHERE expires_ns < ?1
  ORDER BY expires_ns LIMIT 4096))";

// Each step of the pragma frees a page; sqlite3_exec runs all of them.
constexpr char kGiveBack[] = "PRAGMA incremental_vacuum(1024)";
constexpr uint64_t kFreeMin = 8 << 20;

// Ids of the events in [?1, ?2] that alerts point to.
constexpr absl::string_view kEvidence = R"(
SELECT event_id FROM alerts WHERE event_id BETWEEN ?1 AND ?2
UNION SELECT event_id FROM alert_evidence WHERE event_id BETWEEN ?1 AND ?2
UNION SELECT event_id FROM alert_prehistory WHERE event_id BETWEEN ?1 AND ?2 ORDER BY 1)";

constexpr absl::string_view kEvidenceProcesses = R"(
SELECT DISTINCT exec_id FROM alert_processes WHERE exec_id BETWEEN ?1 AND ?2 ORDER BY 1)";

// Segments of evidence to which no alert points any more.
constexpr absl::string_view kDeleteUnneeded = R"(
DELETE FROM segments WHERE kept = 1
  AND layout NOT IN (SELECT layout FROM layouts WHERE kind = 'processes')
  AND NOT EXISTS (SELECT 1 FROM alerts WHERE event_id BETWEEN first_id AND last_id)
  AND NOT EXISTS (SELECT 1 FROM alert_evidence WHERE event_id BETWEEN first_id AND last_id)
  AND NOT EXISTS (SELECT 1 FROM alert_prehistory WHERE event_id BETWEEN first_id AND last_id))";

constexpr absl::string_view kDeleteUnneededProcesses = R"(
DELETE FROM segments WHERE kept = 1
  AND layout IN (SELECT layout FROM layouts WHERE kind = 'processes')
  AND NOT EXISTS (SELECT 1 FROM alert_processes WHERE exec_id BETWEEN first_id AND last_id))";

absl::StatusOr<std::vector<Statement>> PrepareAll(sqlite3* db,
                                                  const std::vector<std::string>& texts) {
  std::vector<Statement> all;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(Statement statement, Prepare(db, text));
    all.push_back(std::move(statement));
  }
  return all;
}

// The first column of all rows of a bound statement.
absl::StatusOr<std::vector<int64_t>> Numbers(sqlite3_stmt* statement, absl::string_view what) {
  std::vector<int64_t> numbers;
  int rc;
  while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
    numbers.push_back(sqlite3_column_int64(statement, 0));
  }
  sqlite3_reset(statement);
  if (rc != SQLITE_DONE) return SqliteError(sqlite3_db_handle(statement), rc, what);
  return numbers;
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
  return std::clamp<uint64_t>(bytes_max / 4, 6 << 20, 16 << 20);
}

absl::Duration RetentionLimits::SpanMax() const {
  return std::clamp(age_max / 24, absl::Hours(1), absl::Hours(24));
}

uint64_t RetentionLimits::FileShare() const {
  return std::max(bytes_max, Retention::kBytesMin) - LogShare();
}

absl::StatusOr<Retention> Retention::Create(sqlite3* db, SegmentWriter& events, Chain& chain,
                                            ArrivalRows& arrivals, int64_t run,
                                            const RetentionLimits& limits) {
  Retention retention;
  retention.db_ = db;
  retention.events_ = &events;
  retention.chain_ = &chain;
  retention.arrivals_ = &arrivals;
  retention.file_max_ = limits.FileShare();
  retention.used_max_ = retention.file_max_ - retention.file_max_ / 8;
  retention.age_max_ = limits.age_max;
  ASSIGN_OR_RETURN(retention.page_bytes_, QueryInteger(db, "PRAGMA page_size"));
  ASSIGN_OR_RETURN(retention.pages_, Prepare(db, "PRAGMA page_count"));
  ASSIGN_OR_RETURN(retention.free_pages_, Prepare(db, "PRAGMA freelist_count"));
  std::vector<std::string> delete_alerts;
  for (const absl::string_view table :
       {"alert_fields", "alert_processes", "alert_tags", "alert_evidence", "alert_matches",
        "alert_prehistory", "alert_changes", "alerts"}) {
    delete_alerts.push_back(absl::StrCat("DELETE FROM ", table, " WHERE alert <= ?1"));
  }
  delete_alerts.emplace_back(kDeleteUnneeded);
  delete_alerts.emplace_back(kDeleteUnneededProcesses);
  ASSIGN_OR_RETURN(retention.delete_expired_, Prepare(db, kDeleteExpired));
  ASSIGN_OR_RETURN(retention.evidence_, Prepare(db, kEvidence));
  ASSIGN_OR_RETURN(retention.evidence_processes_, Prepare(db, kEvidenceProcesses));
  ASSIGN_OR_RETURN(retention.delete_gaps_, Prepare(db, kDeleteGaps));
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

// The file is larger than it may be; or, far from that, a good part of it is free, as after much
// was packed. Near the limit free pages are needed again at once.
bool Retention::IsLoose(const Size& size) const {
  const uint64_t free = size.file - size.used;
  if (size.file > file_max_) return free > 0;
  return size.file < file_max_ / 2 && free > kFreeMin && free > size.used / 32;
}

absl::Status Retention::Tighten() {
  constexpr int kStepsMax = 32;
  for (int step = 0; step < kStepsMax; ++step) {
    ASSIGN_OR_RETURN(const Size size, FileSize());
    if (!IsLoose(size)) break;
    RETURN_IF_ERROR(Execute(db_, kGiveBack));
  }
  return absl::OkStatus();
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
  ASSIGN_OR_RETURN(const SegmentInfo oldest, events_->Oldest());
  const int64_t keep_from_ns = absl::ToUnixNanos(now - age_max_);
  const bool too_large = size.used > used_max_;
  const bool too_old = oldest.rows > 0 && oldest.end_ns < keep_from_ns;
  if (!too_large && !too_old) {
    if (!IsLoose(size)) return false;
    RETURN_IF_ERROR(Execute(db_, kGiveBack));
    return true;
  }
  RETURN_IF_ERROR(Execute(db_, "BEGIN IMMEDIATE"));
  bool more = true;
  absl::Status status =
      oldest.rows > 0 ? DropEvents(oldest, keep_from_ns, too_large) : DeleteLast(now, more);
  if (status.ok()) status = Execute(db_, "COMMIT");
  if (!status.ok()) {
    Execute(db_, "ROLLBACK").IgnoreError();
    events_->RolledBack();
    chain_->Forget();
    return status;
  }
  events_->Committed();
  RETURN_IF_ERROR(GiveBackPages());
  return more;
}

absl::Status Retention::DropEvents(SegmentInfo oldest, int64_t keep_from_ns, bool too_large) {
  int64_t rows = 0, last_ns = 0;
  while (oldest.rows > 0 && (rows == 0 || rows + oldest.rows <= kRowsPerStep) &&
         (too_large || oldest.end_ns < keep_from_ns)) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> evidence, EvidenceIn(oldest));
    RETURN_IF_ERROR(events_->Drop(oldest, evidence));
    const auto kept = static_cast<int64_t>(evidence.size());
    RETURN_IF_ERROR(arrivals_->Dropped(oldest, oldest.rows - kept));
    rows += oldest.rows;
    last_ns = oldest.end_ns;
    ASSIGN_OR_RETURN(oldest, events_->Oldest());
  }
  ASSIGN_OR_RETURN(const int64_t first_ns,
                   QueryInteger(db_, "SELECT min(start_ns) FROM segments WHERE kept = 0", last_ns));
  return DeleteHistoryBefore(first_ns);
}

absl::StatusOr<std::vector<int64_t>> Retention::EvidenceIn(const SegmentInfo& info) {
  sqlite3_stmt* const statement =
      info.kind == kProcessesKind ? evidence_processes_.get() : evidence_.get();
  BindInteger(statement, 1, info.first_id);
  BindInteger(statement, 2, info.last_id);
  return Numbers(statement, "find evidence");
}

// No event is left to go. What is still too much is processes of the time since, and alerts.
absl::Status Retention::DeleteLast(absl::Time now, bool& more) {
  const int changes = sqlite3_total_changes(db_);
  RETURN_IF_ERROR(DeleteOldestAlerts());
  RETURN_IF_ERROR(DeleteHistoryBefore(absl::ToUnixNanos(now)));
  more = sqlite3_total_changes(db_) != changes;
  return absl::OkStatus();
}

absl::StatusOr<Retention::Size> Retention::FileSize() {
  ASSIGN_OR_RETURN(const int64_t pages, StepInteger(pages_.get()));
  ASSIGN_OR_RETURN(const int64_t free_pages, StepInteger(free_pages_.get()));
  return Size{.used = static_cast<uint64_t>((pages - free_pages) * page_bytes_),
              .file = static_cast<uint64_t>(pages * page_bytes_)};
}

absl::Status Retention::DeleteHistoryBefore(int64_t time_ns) {
  for (const Statement& statement : delete_history_) {
    BindInteger(statement.get(), 1, time_ns);
    RETURN_IF_ERROR(StepDone(statement.get(), "delete old processes"));
  }
  BindInteger(delete_gaps_.get(), 1, time_ns);
  ASSIGN_OR_RETURN(std::vector<int64_t> gaps, Numbers(delete_gaps_.get(), "delete old gaps"));
  std::sort(gaps.begin(), gaps.end());
  return chain_->AddRemoved("gaps", gaps);
}

absl::Status Retention::DeleteOldestAlerts() {
  ASSIGN_OR_RETURN(const int64_t first, QueryInteger(db_, "SELECT min(alert) FROM alerts"));
  ASSIGN_OR_RETURN(const Statement list,
                   Prepare(db_, "SELECT alert FROM alerts WHERE alert <= ?1 ORDER BY 1"));
  BindInteger(list.get(), 1, first + kAlertsPerStep - 1);
  ASSIGN_OR_RETURN(const std::vector<int64_t> alerts, Numbers(list.get(), "list old alerts"));
  RETURN_IF_ERROR(chain_->AddRemoved("alerts", alerts));
  ASSIGN_OR_RETURN(const Statement list_changes,
                   Prepare(db_, "SELECT change FROM alert_changes WHERE alert <= ?1 ORDER BY 1"));
  BindInteger(list_changes.get(), 1, first + kAlertsPerStep - 1);
  ASSIGN_OR_RETURN(const std::vector<int64_t> changes,
                   Numbers(list_changes.get(), "list old changes"));
  RETURN_IF_ERROR(chain_->AddRemoved("alert_changes", changes));
  for (const Statement& statement : delete_alerts_) {
    if (sqlite3_bind_parameter_count(statement.get()) > 0) {
      BindInteger(statement.get(), 1, first + kAlertsPerStep - 1);
    }
    RETURN_IF_ERROR(StepDone(statement.get(), "delete old alerts"));
  }
  return absl::OkStatus();
}

absl::Status Retention::GiveBackPages() {
  ASSIGN_OR_RETURN(const Size size, FileSize());
  return size.file <= file_max_ ? absl::OkStatus() : Execute(db_, kGiveBack);
}

}  // namespace vedette
