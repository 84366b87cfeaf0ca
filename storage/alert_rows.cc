// SPDX-License-Identifier: Apache-2.0
//
// No unit test: queries_test reads back through the door what this writes.
#include "storage/alert_rows.h"

#include <string>

#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "storage/tables.h"

namespace vedette {
namespace {

constexpr absl::string_view kAlert = R"(
INSERT INTO alerts (id, time_ns, rule, priority, severity, message, object, event_kind,
                    event_type, hostname, container_id, exec_id, run, event_number, event_id,
                    action, mode, attack, reference_urls, reason, repeats, repeats_of, verdict,
                    suppressed_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
        ?21, ?22, ?23, ?24))";
constexpr absl::string_view kField = R"(
INSERT INTO alert_fields (alert, position, name, value, json) VALUES (?1, ?2, ?3, ?4, ?5))";
constexpr absl::string_view kProcess = R"(
INSERT INTO alert_processes (alert, position, exec_id, pid, name, exe_path, command_line, user)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))";
constexpr absl::string_view kTag = R"(
INSERT INTO alert_tags (alert, position, tag) VALUES (?1, ?2, ?3))";
constexpr absl::string_view kEvidence = R"(
INSERT INTO alert_evidence (alert, position, step, event_id, time_ns, event_kind, event_type,
                            exec_id, pid, name, exe_path, command_line, user, object)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14))";
constexpr absl::string_view kMatch = R"(
INSERT INTO alert_matches (alert, position, predicate, value, holds) VALUES (?1, ?2, ?3, ?4, ?5))";
constexpr absl::string_view kPrehistory = R"(
INSERT INTO alert_prehistory (alert, position, event_id) VALUES (?1, ?2, ?3))";
constexpr absl::string_view kGap = R"(
INSERT INTO gaps (run, start_ns, end_ns, kind, stage, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6))";

constexpr absl::string_view kChange = R"(
INSERT INTO alert_changes (alert, time_ns, action, value, comment, user, login_uid, uid, request)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
WHERE EXISTS (SELECT 1 FROM alerts WHERE alert = ?1 AND id = ?10))";

void BindPlace(sqlite3_stmt* statement, int64_t alert, size_t position) {
  BindInteger(statement, 1, alert);
  BindNumber(statement, 2, position);
}

}  // namespace

absl::StatusOr<AlertRows> AlertRows::Create(sqlite3* db, int64_t run) {
  AlertRows rows;
  rows.db_ = db;
  rows.run_ = run;
  ASSIGN_OR_RETURN(rows.alert_, Prepare(db, kAlert));
  ASSIGN_OR_RETURN(rows.field_, Prepare(db, kField));
  ASSIGN_OR_RETURN(rows.process_, Prepare(db, kProcess));
  ASSIGN_OR_RETURN(rows.tag_, Prepare(db, kTag));
  ASSIGN_OR_RETURN(rows.evidence_, Prepare(db, kEvidence));
  ASSIGN_OR_RETURN(rows.match_, Prepare(db, kMatch));
  ASSIGN_OR_RETURN(rows.prehistory_, Prepare(db, kPrehistory));
  ASSIGN_OR_RETURN(rows.gap_, Prepare(db, kGap));
  ASSIGN_OR_RETURN(rows.change_, Prepare(db, kChange));
  return rows;
}

absl::StatusOr<int64_t> AlertRows::Insert(const Alert& alert) {
  sqlite3_stmt* const statement = alert_.get();
  const auto number = static_cast<int64_t>(alert.event_number % kNumbersPerRun);
  sqlite3_bind_text(statement, 1, alert.id.data(), static_cast<int>(alert.id.size()),
                    SQLITE_STATIC);
  BindInteger(statement, 2, absl::ToUnixNanos(alert.time));
  BindText(statement, 3, alert.rule);
  BindText(statement, 4, PriorityName(alert.priority));
  BindInteger(statement, 5, static_cast<int64_t>(alert.priority));
  BindText(statement, 6, alert.message);
  BindText(statement, 7, alert.object);
  BindText(statement, 8, alert.event_kind);
  BindText(statement, 9, alert.event_type);
  BindText(statement, 10, alert.hostname);
  BindText(statement, 11, alert.container_id);
  BindIdentity(statement, 12, alert.exec_id);
  BindInteger(statement, 13, run_);
  BindInteger(statement, 14, number);
  BindInteger(statement, 15, run_ * kNumbersPerRun + number);
  // Texts that are made here must live until the step.
  const std::string attack = absl::StrJoin(alert.attack, " ");
  const std::string references = absl::StrJoin(alert.references, " ");
  BindText(statement, 16, ActionName(alert.action));
  BindText(statement, 17, ActionModeName(alert.mode));
  BindText(statement, 18, attack);
  BindText(statement, 19, references);
  BindText(statement, 20, alert.reason);
  BindNumber(statement, 21, alert.repeats);
  BindText(statement, 22, alert.repeats_of);
  BindText(statement, 23, alert.verdict);
  BindText(statement, 24, alert.suppressed_by);
  RETURN_IF_ERROR(StepDone(statement, "alert"));
  const int64_t row = sqlite3_last_insert_rowid(db_);
  RETURN_IF_ERROR(InsertLists(alert, row));
  RETURN_IF_ERROR(InsertReasons(alert, row));
  return row;
}

absl::Status AlertRows::InsertLists(const Alert& alert, int64_t row) {
  for (size_t i = 0; i < alert.fields.size(); ++i) {
    const AlertField& field = alert.fields[i];
    BindPlace(field_.get(), row, i);
    BindText(field_.get(), 3, field.name);
    BindText(field_.get(), 4, field.text);
    BindInteger(field_.get(), 5, static_cast<int64_t>(field.json));
    RETURN_IF_ERROR(StepDone(field_.get(), "field of an alert"));
  }
  for (size_t i = 0; i < alert.processes.size(); ++i) {
    const AlertProcess& process = alert.processes[i];
    BindPlace(process_.get(), row, i);
    BindIdentity(process_.get(), 3, process.exec_id);
    BindInteger(process_.get(), 4, process.pid);
    BindText(process_.get(), 5, process.name);
    BindText(process_.get(), 6, process.exe_path);
    BindText(process_.get(), 7, process.command_line);
    BindText(process_.get(), 8, process.user);
    RETURN_IF_ERROR(StepDone(process_.get(), "process of an alert"));
  }
  for (size_t i = 0; i < alert.tags.size(); ++i) {
    BindPlace(tag_.get(), row, i);
    BindText(tag_.get(), 3, alert.tags[i]);
    RETURN_IF_ERROR(StepDone(tag_.get(), "tag of an alert"));
  }
  return InsertEvidence(alert, row);
}

absl::Status AlertRows::InsertEvidence(const Alert& alert, int64_t row) {
  for (size_t i = 0; i < alert.evidence.size(); ++i) {
    const AlertEvidence& evidence = alert.evidence[i];
    sqlite3_stmt* const statement = evidence_.get();
    const auto number = static_cast<int64_t>(evidence.event_number % kNumbersPerRun);
    BindPlace(statement, row, i);
    BindText(statement, 3, evidence.step);
    BindInteger(statement, 4, run_ * kNumbersPerRun + number);
    BindInteger(statement, 5, absl::ToUnixNanos(evidence.time));
    BindText(statement, 6, evidence.event_kind);
    BindText(statement, 7, evidence.event_type);
    BindIdentity(statement, 8, evidence.process.exec_id);
    BindInteger(statement, 9, evidence.process.pid);
    BindText(statement, 10, evidence.process.name);
    BindText(statement, 11, evidence.process.exe_path);
    BindText(statement, 12, evidence.process.command_line);
    BindText(statement, 13, evidence.process.user);
    BindText(statement, 14, evidence.object);
    RETURN_IF_ERROR(StepDone(statement, "evidence of an alert"));
  }
  return absl::OkStatus();
}

absl::Status AlertRows::InsertReasons(const Alert& alert, int64_t row) {
  for (size_t i = 0; i < alert.matched.size(); ++i) {
    const AlertMatch& match = alert.matched[i];
    BindPlace(match_.get(), row, i);
    sqlite3_bind_text(match_.get(), 3, match.predicate.data(),
                      static_cast<int>(match.predicate.size()), SQLITE_STATIC);
    BindText(match_.get(), 4, match.value);
    BindInteger(match_.get(), 5, match.holds ? 1 : 0);
    RETURN_IF_ERROR(StepDone(match_.get(), "match of an alert"));
  }
  for (size_t i = 0; i < alert.prehistory.size(); ++i) {
    const auto number = static_cast<int64_t>(alert.prehistory[i] % kNumbersPerRun);
    BindPlace(prehistory_.get(), row, i);
    BindInteger(prehistory_.get(), 3, run_ * kNumbersPerRun + number);
    RETURN_IF_ERROR(StepDone(prehistory_.get(), "prehistory of an alert"));
  }
  return absl::OkStatus();
}

absl::Status AlertRows::Insert(const Gap& gap) {
  BindInteger(gap_.get(), 1, run_);
  BindInteger(gap_.get(), 2, absl::ToUnixNanos(gap.from));
  BindInteger(gap_.get(), 3, absl::ToUnixNanos(gap.to));
  BindText(gap_.get(), 4, gap.kind);
  BindText(gap_.get(), 5, gap.stage);
  BindNumber(gap_.get(), 6, gap.count);
  return StepDone(gap_.get(), "gap");
}

absl::StatusOr<bool> AlertRows::Insert(const AlertChange& change) {
  sqlite3_stmt* const statement = change_.get();
  BindInteger(statement, 1, change.alert);
  BindInteger(statement, 2, absl::ToUnixNanos(change.time));
  BindText(statement, 3, AlertActionName(change.action));
  BindText(statement, 4, change.value);
  BindText(statement, 5, change.comment);
  BindText(statement, 6, change.user);
  if (change.login_uid == kNoLoginUid) {
    sqlite3_bind_null(statement, 7);
  } else {
    BindInteger(statement, 7, change.login_uid);
  }
  BindInteger(statement, 8, change.uid);
  BindText(statement, 9, change.request);
  BindText(statement, 10, change.alert_id);
  RETURN_IF_ERROR(StepDone(statement, "change of an alert"));
  return sqlite3_changes(db_) > 0;
}

}  // namespace vedette
