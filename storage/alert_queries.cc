// SPDX-License-Identifier: Apache-2.0
//
// No unit test: queries_test asks through StoreReader, whose questions these are.
#include "storage/alert_queries.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "storage/tables.h"

namespace vedette {
namespace {

// Without the last columns, which younger files have.
constexpr absl::string_view kAlertColumns =
    "SELECT alert, event_id, id, time_ns, rule, severity, message, object, event_kind, event_type, "
    "hostname,"
    " container_id, exec_id, event_number, action, mode, attack, reference_urls, reason, repeats,"
    " repeats_of, ";

absl::StatusOr<bool> HasColumn(sqlite3* db, absl::string_view column) {
  ASSIGN_OR_RETURN(const int64_t count,
                   QueryInteger(db, absl::StrCat("SELECT count(*) FROM sqlite_schema WHERE name ="
                                                 " 'alerts' AND sql LIKE '%",
                                                 column, "%'")));
  return count > 0;
}

// What is read of alerts. A file that nobody has written to since lacks columns.
absl::StatusOr<std::string> SelectAlerts(sqlite3* db) {
  ASSIGN_OR_RETURN(const bool has_verdict, HasColumn(db, "verdict"));
  ASSIGN_OR_RETURN(const bool has_suppressed, HasColumn(db, "suppressed_by"));
  return absl::StrCat(kAlertColumns, has_verdict ? "verdict" : "NULL",
                      has_suppressed ? ", suppressed_by" : ", NULL", " FROM alerts ");
}

std::string Text(sqlite3_stmt* row, int column) { return std::string(ColumnBytes(row, column)); }

// A number of a file that may be damaged: outside of the enum it is the last one.
template <typename Enum>
Enum EnumAt(sqlite3_stmt* row, int column, Enum last) {
  const int64_t number = sqlite3_column_int64(row, column);
  return number < 0 || number > static_cast<int64_t>(last) ? last : static_cast<Enum>(number);
}

// Rows of older versions have none of these columns: what they hold is NULL.
void AddExtensions(sqlite3_stmt* row, Alert& alert) {
  for (const Action action : {Action::kAlert, Action::kDeny, Action::kKill}) {
    if (ColumnBytes(row, 14) == ActionName(action)) alert.action = action;
  }
  if (ColumnBytes(row, 15) == ActionModeName(ActionMode::kEnforce)) {
    alert.mode = ActionMode::kEnforce;
  }
  alert.attack = absl::StrSplit(ColumnBytes(row, 16), ' ', absl::SkipEmpty());
  alert.references = absl::StrSplit(ColumnBytes(row, 17), ' ', absl::SkipEmpty());
  alert.reason = Text(row, 18);
  alert.repeats = ColumnNumber(row, 19);
  alert.repeats_of = Text(row, 20);
  alert.verdict = Text(row, 21);
  alert.suppressed_by = Text(row, 22);
}

StoredAlert FromRow(sqlite3_stmt* row) {
  StoredAlert stored;
  stored.row = sqlite3_column_int64(row, 0);
  stored.event_id = sqlite3_column_int64(row, 1);
  Alert& alert = stored.alert;
  alert.id = Text(row, 2);
  alert.time = absl::FromUnixNanos(sqlite3_column_int64(row, 3));
  alert.rule = Text(row, 4);
  alert.priority = EnumAt(row, 5, Priority::kDebug);
  alert.message = Text(row, 6);
  alert.object = Text(row, 7);
  alert.event_kind = Text(row, 8);
  alert.event_type = Text(row, 9);
  alert.hostname = Text(row, 10);
  alert.container_id = Text(row, 11);
  alert.exec_id = ColumnNumber(row, 12);
  alert.event_number = ColumnNumber(row, 13);
  AddExtensions(row, alert);
  return stored;
}

// Calls `each` for every row of a bound statement.
template <typename Each>
absl::Status ForEachRow(sqlite3_stmt* statement, Each each) {
  int rc;
  while ((rc = sqlite3_step(statement)) == SQLITE_ROW) each(statement);
  sqlite3_reset(statement);
  if (rc == SQLITE_DONE) return absl::OkStatus();
  return SqliteError(sqlite3_db_handle(statement), rc, "read alerts");
}

AlertChange ChangeOf(sqlite3_stmt* row) {
  AlertChange change;
  change.alert = sqlite3_column_int64(row, 0);
  change.time = absl::FromUnixNanos(sqlite3_column_int64(row, 1));
  change.action = ParseAlertAction(ColumnBytes(row, 2)).value_or(AlertAction::kComment);
  change.value = Text(row, 3);
  change.comment = Text(row, 4);
  change.user = Text(row, 5);
  const bool logged_in = sqlite3_column_type(row, 6) != SQLITE_NULL;
  change.login_uid = logged_in ? static_cast<uint32_t>(ColumnNumber(row, 6)) : kNoLoginUid;
  change.uid = static_cast<uint32_t>(ColumnNumber(row, 7));
  change.request = Text(row, 8);
  return change;
}

// As the view alert_states says it.
void Apply(AlertChange change, AlertState& state) {
  switch (change.action) {
    case AlertAction::kAck:
      state.state = "acknowledged";
      state.closed_as.clear();
      break;
    case AlertAction::kAssign:
      state.assignee = change.value;
      break;
    case AlertAction::kComment:
      break;
    case AlertAction::kClose:
      state.state = "closed";
      state.closed_as = change.value;
      break;
    case AlertAction::kReopen:
      state.state = "open";
      state.closed_as.clear();
      break;
  }
  state.changes.push_back(std::move(change));
}

// Fields, processes, tags, evidence and changes of alerts.
class Lists {
 public:
  static absl::StatusOr<Lists> Create(sqlite3* db) {
    Lists lists;
    ASSIGN_OR_RETURN(lists.fields_, Prepare(db,
                                            "SELECT name, value, json FROM alert_fields"
                                            " WHERE alert = ?1 ORDER BY position"));
    ASSIGN_OR_RETURN(lists.processes_,
                     Prepare(db,
                             "SELECT exec_id, pid, name, exe_path, command_line, user"
                             " FROM alert_processes WHERE alert = ?1 ORDER BY position"));
    ASSIGN_OR_RETURN(lists.tags_,
                     Prepare(db, "SELECT tag FROM alert_tags WHERE alert = ?1 ORDER BY position"));
    ASSIGN_OR_RETURN(
        lists.evidence_,
        Prepare(db,
                "SELECT step, time_ns, event_kind, event_type, event_id, exec_id, pid, name,"
                " exe_path, command_line, user, object"
                " FROM alert_evidence WHERE alert = ?1 ORDER BY position"));
    // Those of an older Vedette lack these.
    RETURN_IF_ERROR(PrepareIf(db, "alert_changes",
                              "SELECT alert, time_ns, action, value, comment, user, login_uid, uid,"
                              " request FROM alert_changes WHERE alert = ?1 ORDER BY change",
                              lists.changes_));
    RETURN_IF_ERROR(PrepareIf(db, "alert_matches",
                              "SELECT predicate, value, holds FROM alert_matches"
                              " WHERE alert = ?1 ORDER BY position",
                              lists.matches_));
    RETURN_IF_ERROR(PrepareIf(db, "alert_prehistory",
                              "SELECT event_id FROM alert_prehistory WHERE alert = ?1"
                              " ORDER BY position",
                              lists.prehistory_));
    RETURN_IF_ERROR(PrepareIf(db, "chain_by_alert",
                              "SELECT hash FROM chain WHERE kind = 'alert' AND row = ?1",
                              lists.chain_));
    return lists;
  }

  absl::Status Fill(StoredAlert& stored) {
    Alert& alert = stored.alert;
    for (const Statement* list : {&fields_, &processes_, &tags_, &evidence_}) {
      BindInteger(list->get(), 1, stored.row);
    }
    RETURN_IF_ERROR(ForEachRow(fields_.get(), [&](sqlite3_stmt* row) {
      alert.fields.push_back({Text(row, 0), Text(row, 1), EnumAt(row, 2, AlertField::Json::kBool)});
    }));
    RETURN_IF_ERROR(ForEachRow(processes_.get(), [&](sqlite3_stmt* row) {
      alert.processes.push_back({ColumnNumber(row, 0), sqlite3_column_int64(row, 1), Text(row, 2),
                                 Text(row, 3), Text(row, 4), Text(row, 5)});
    }));
    RETURN_IF_ERROR(ForEachRow(
        evidence_.get(), [&](sqlite3_stmt* row) { alert.evidence.push_back(EvidenceOf(row)); }));
    RETURN_IF_ERROR(
        ForEachRow(tags_.get(), [&](sqlite3_stmt* row) { alert.tags.push_back(Text(row, 0)); }));
    return FillYounger(stored);
  }

 private:
  static absl::Status PrepareIf(sqlite3* db, absl::string_view table, absl::string_view sql,
                                Statement& statement) {
    ASSIGN_OR_RETURN(const bool exists, HasTable(db, table));
    if (!exists) return absl::OkStatus();
    ASSIGN_OR_RETURN(statement, Prepare(db, sql));
    return absl::OkStatus();
  }

  template <typename Each>
  absl::Status ForEachOf(const Statement& statement, const StoredAlert& stored, Each each) {
    if (statement == nullptr) return absl::OkStatus();
    BindInteger(statement.get(), 1, stored.row);
    return ForEachRow(statement.get(), each);
  }

  absl::Status FillYounger(StoredAlert& stored) {
    Alert& alert = stored.alert;
    RETURN_IF_ERROR(ForEachOf(changes_, stored, [&](sqlite3_stmt* row) {
      AlertChange change = ChangeOf(row);
      change.alert_id = alert.id;
      Apply(std::move(change), stored.state);
    }));
    RETURN_IF_ERROR(ForEachOf(matches_, stored, [&](sqlite3_stmt* row) {
      alert.matched.push_back({Text(row, 0), Text(row, 1), sqlite3_column_int64(row, 2) != 0});
    }));
    RETURN_IF_ERROR(ForEachOf(prehistory_, stored, [&](sqlite3_stmt* row) {
      alert.prehistory.push_back(ColumnNumber(row, 0) % uint64_t{kNumbersPerRun});
    }));
    return ForEachOf(chain_, stored, [&](sqlite3_stmt* row) {
      alert.chain_head = absl::BytesToHexString(ColumnBytes(row, 0));
    });
  }

  static AlertEvidence EvidenceOf(sqlite3_stmt* row) {
    AlertEvidence evidence;
    evidence.step = Text(row, 0);
    evidence.time = absl::FromUnixNanos(sqlite3_column_int64(row, 1));
    evidence.event_kind = Text(row, 2);
    evidence.event_type = Text(row, 3);
    evidence.event_number = static_cast<uint64_t>(sqlite3_column_int64(row, 4) % kNumbersPerRun);
    evidence.process = {ColumnNumber(row, 5), sqlite3_column_int64(row, 6),
                        Text(row, 7),         Text(row, 8),
                        Text(row, 9),         Text(row, 10)};
    evidence.object = Text(row, 11);
    return evidence;
  }

  Statement fields_, processes_, tags_, evidence_, changes_, matches_, prehistory_, chain_;
};

absl::StatusOr<std::vector<StoredAlert>> ReadRows(sqlite3* db, sqlite3_stmt* statement) {
  std::vector<StoredAlert> alerts;
  RETURN_IF_ERROR(
      ForEachRow(statement, [&](sqlite3_stmt* row) { alerts.push_back(FromRow(row)); }));
  ASSIGN_OR_RETURN(Lists lists, Lists::Create(db));
  for (StoredAlert& alert : alerts) RETURN_IF_ERROR(lists.Fill(alert));
  return alerts;
}

// Nothing if all are wanted. Before there were changes, all alerts were open.
absl::StatusOr<std::string> StateCondition(sqlite3* db, const AlertFilter& filter) {
  if (filter.state.empty() && filter.assignee.empty()) return "";
  ASSIGN_OR_RETURN(const bool has_states, HasTable(db, "alert_states"));
  if (!has_states) return " AND (?7 IS NULL OR ?7 = 'open') AND ?8 IS NULL";
  return " AND EXISTS (SELECT 1 FROM alert_states AS s WHERE s.alert = alerts.alert"
         " AND (?7 IS NULL OR s.state = ?7) AND (?8 IS NULL OR s.assignee = ?8))";
}

// The same of suppressed ones.
absl::StatusOr<std::string> SuppressedCondition(sqlite3* db, Suppressed wanted) {
  if (wanted == Suppressed::kAny) return "";
  ASSIGN_OR_RETURN(const bool has_suppressed, HasColumn(db, "suppressed_by"));
  if (!has_suppressed) return wanted == Suppressed::kNo ? "" : " AND 0";
  return absl::StrCat(" AND suppressed_by IS ", wanted == Suppressed::kNo ? "NULL" : "NOT NULL");
}

}  // namespace

absl::StatusOr<std::vector<StoredAlert>> ReadAlerts(sqlite3* db, const AlertFilter& filter) {
  ASSIGN_OR_RETURN(const std::string select, SelectAlerts(db));
  ASSIGN_OR_RETURN(const std::string has_state, StateCondition(db, filter));
  ASSIGN_OR_RETURN(const std::string suppressed, SuppressedCondition(db, filter.suppressed));
  ASSIGN_OR_RETURN(
      const Statement statement,
      Prepare(db, absl::StrCat(select,
                               "WHERE alert > ?1 AND time_ns BETWEEN ?2 AND ?3 AND severity <= ?4"
                               " AND (?5 IS NULL OR rule = ?5 COLLATE NOCASE)",
                               has_state, suppressed, " ORDER BY alert ",
                               filter.newest_first ? "DESC" : "ASC", " LIMIT ?6")));
  BindInteger(statement.get(), 1, filter.after_row);
  BindInteger(statement.get(), 2, absl::ToUnixNanos(filter.since));
  BindInteger(statement.get(), 3, absl::ToUnixNanos(filter.until));
  BindInteger(statement.get(), 4, static_cast<int64_t>(filter.priority_min));
  BindText(statement.get(), 5, filter.rule);
  BindInteger(
      statement.get(), 6,
      static_cast<int64_t>(std::min<size_t>(filter.limit, std::numeric_limits<int>::max())));
  if (!has_state.empty()) {
    BindText(statement.get(), 7, filter.state);
    BindText(statement.get(), 8, filter.assignee);
  }
  ASSIGN_OR_RETURN(std::vector<StoredAlert> alerts, ReadRows(db, statement.get()));
  if (filter.newest_first) std::reverse(alerts.begin(), alerts.end());
  return alerts;
}

absl::StatusOr<StoredAlert> ReadAlert(sqlite3* db, absl::string_view id) {
  const absl::Status unknown = absl::NotFoundError(absl::StrCat("the store knows no alert ", id));
  if (id.empty()) return unknown;
  // The least text above all that begin so: ids are ASCII.
  std::string above(id);
  above.push_back('\x7f');
  ASSIGN_OR_RETURN(const std::string select, SelectAlerts(db));
  ASSIGN_OR_RETURN(const Statement statement,
                   Prepare(db, absl::StrCat(select,
                                            "WHERE id >= ?1 AND id < ?2"
                                            " ORDER BY id = ?1 DESC, alert DESC LIMIT 100")));
  BindText(statement.get(), 1, id);
  BindText(statement.get(), 2, above);
  ASSIGN_OR_RETURN(std::vector<StoredAlert> alerts, ReadRows(db, statement.get()));
  if (alerts.empty()) return unknown;
  if (alerts[0].alert.id != id) {
    for (const StoredAlert& other : alerts) {
      if (other.alert.id == alerts[0].alert.id) continue;
      return absl::InvalidArgumentError(absl::StrCat("several alerts begin with ", id, ": ",
                                                     alerts[0].alert.id, ", ", other.alert.id));
    }
  }
  return std::move(alerts[0]);
}

absl::StatusOr<std::vector<Gap>> ReadGaps(sqlite3* db, absl::Time from, absl::Time to) {
  ASSIGN_OR_RETURN(const Statement statement,
                   Prepare(db,
                           "SELECT start_ns, end_ns, kind, stage, count FROM gaps"
                           " WHERE end_ns >= ?1 AND start_ns <= ?2 ORDER BY start_ns, gap"));
  BindInteger(statement.get(), 1, absl::ToUnixNanos(from));
  BindInteger(statement.get(), 2, absl::ToUnixNanos(to));
  std::vector<Gap> gaps;
  RETURN_IF_ERROR(ForEachRow(statement.get(), [&](sqlite3_stmt* row) {
    gaps.push_back({.from = absl::FromUnixNanos(sqlite3_column_int64(row, 0)),
                    .to = absl::FromUnixNanos(sqlite3_column_int64(row, 1)),
                    .kind = Text(row, 2),
                    .stage = Text(row, 3),
                    .count = ColumnNumber(row, 4)});
  }));
  return gaps;
}

}  // namespace vedette
