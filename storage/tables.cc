// SPDX-License-Identifier: Apache-2.0
#include "storage/tables.h"

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"

namespace vedette {
namespace {

constexpr absl::string_view kInteger = "INTEGER";
constexpr absl::string_view kText = "TEXT";

std::string Quoted(absl::string_view name) { return absl::StrCat("\"", name, "\""); }

// Whole milliseconds first, in integers: %f rounds, and every other output truncates.
std::string TimeExpression(absl::string_view ns) {
  return absl::StrCat("strftime('%Y-%m-%dT%H:%M:%fZ', ", Quoted(ns),
                      " / 1000000 / 1e3, 'unixepoch')");
}

// A column that shows `ns` as ISO 8601; computed when it is read, but also at each INSERT (1 us).
Table::Column TimeText(absl::string_view name, absl::string_view ns) {
  return {std::string(name),
          absl::StrCat("TEXT GENERATED ALWAYS AS (", TimeExpression(ns), ") VIRTUAL")};
}

// Members of the header whose plain name means something else in a table.
absl::string_view HeaderColumnName(absl::string_view member) {
  if (member == "time_ns") return "boot_time_ns";         // `time_ns` is wall time everywhere.
  if (member == "generation") return "rules_generation";  // file_open has an inode's generation.
  return member;
}

ColumnSource SourceOf(const Member& member) {
  if (member.type == FieldType::kArguments) return ColumnSource::kArguments;
  if (member.type == FieldType::kAddress || member.type == FieldType::kPort) {
    return ColumnSource::kNetwork;
  }
  if (member.shape != MemberShape::kNumber) return ColumnSource::kText;
  return absl::EndsWith(member.name, "exec_id") ? ColumnSource::kIdentity : ColumnSource::kNumber;
}

std::vector<EventColumn> MakeColumns(const KindInfo& kind) {
  std::vector<EventColumn> columns = {
      {"id", ColumnSource::kId, nullptr},
      {"time_ns", ColumnSource::kTime, nullptr},
      {"record_flags", ColumnSource::kRecordFlags, nullptr},
      {"truncated", ColumnSource::kTruncated, nullptr},
      {"lane", ColumnSource::kLane, nullptr},
  };
  for (const Member& member : HeaderMembers()) {
    columns.push_back({std::string(HeaderColumnName(member.name)), SourceOf(member), &member});
  }
  for (const Member& member : kind.members) {
    if (absl::EndsWith(member.name, "reserved")) continue;  // Zero, by definition.
    columns.push_back({std::string(member.name), SourceOf(member), &member});
    if (member.type != FieldType::kArguments) continue;
    columns.push_back({absl::StrCat(member.name, "_split"), ColumnSource::kSplit, &member});
  }
  return columns;
}

Table MakeTable(absl::string_view name, std::vector<Table::Column> columns) {
  return {std::string(name), std::move(columns), "", ""};
}

// A list that belongs to an alert, in order.
Table AlertList(absl::string_view name, std::vector<Table::Column> columns) {
  columns.insert(columns.begin(),
                 {{"alert", "INTEGER NOT NULL"}, {"position", "INTEGER NOT NULL"}});
  return {std::string(name), std::move(columns), ", PRIMARY KEY (\"alert\", \"position\")",
          " WITHOUT ROWID"};
}

// Those that run, or have ended lately. `processes` is all of them.
Table ProcessesTable() {
  return MakeTable(kProcessRowsTable, {{"exec_id", "INTEGER PRIMARY KEY"},
                                       {"parent_exec_id", "INTEGER"},
                                       {"previous_exec_id", "INTEGER"},
                                       {"next_exec_id", "INTEGER"},
                                       {"run", "INTEGER NOT NULL"},
                                       {"pid", "INTEGER"},
                                       {"ppid", "INTEGER"},
                                       {"uid", "INTEGER"},
                                       {"login_uid", "INTEGER"},
                                       {"name", "TEXT"},
                                       {"exe_path", "TEXT"},
                                       {"args", "TEXT"},
                                       {"cwd", "TEXT"},
                                       {"cgroup_id", "INTEGER"},
                                       {"cgroup", "TEXT"},
                                       {"from_fork", "INTEGER"},
                                       {"start_ns", "INTEGER"},
                                       {"exec_ns", "INTEGER"},
                                       {"end_ns", "INTEGER"},
                                       {"exit_status", "INTEGER"},
                                       {"exit_signal", "INTEGER"},
                                       TimeText("start", "start_ns"),
                                       TimeText("exec", "exec_ns"),
                                       TimeText("end", "end_ns"),
                                       {"exe_sha256", "TEXT"},
                                       {"exe_sha256_state", "TEXT"},
                                       {"requested_by_exec_id", "INTEGER"},
                                       {"requested_via", "TEXT"},
                                       {"requested_candidates", "INTEGER"},
                                       {"parent_name", "TEXT"}});
}

std::vector<EventColumn> MakeProcessColumns() {
  std::vector<EventColumn> columns = {{"exec_id", ColumnSource::kId, nullptr},
                                      {"end_ns", ColumnSource::kTime, nullptr}};
  for (const Table::Column& column : ProcessesTable().columns) {
    if (column.name == columns[0].name || column.name == columns[1].name) continue;
    if (absl::StrContains(column.definition, "GENERATED")) continue;
    const bool is_text = absl::StartsWith(column.definition, kText);
    columns.push_back(
        {column.name, is_text ? ColumnSource::kText : ColumnSource::kNumber, nullptr});
  }
  return columns;
}

Table AlertsTable() {
  return MakeTable("alerts", {{"alert", "INTEGER PRIMARY KEY AUTOINCREMENT"},
                              {"id", "TEXT NOT NULL"},
                              {"time_ns", "INTEGER NOT NULL"},
                              {"rule", "TEXT"},
                              {"priority", "TEXT"},
                              {"severity", "INTEGER"},
                              {"message", "TEXT"},
                              {"object", "TEXT"},
                              {"event_kind", "TEXT"},
                              {"event_type", "TEXT"},
                              {"hostname", "TEXT"},
                              {"container_id", "TEXT"},
                              {"exec_id", "INTEGER"},
                              {"run", "INTEGER NOT NULL"},
                              {"event_number", "INTEGER NOT NULL"},
                              {"event_id", "INTEGER NOT NULL"},
                              TimeText("time", "time_ns"),
                              {"action", "TEXT"},
                              {"mode", "TEXT"},
                              {"attack", "TEXT"},
                              {"reference_urls", "TEXT"},
                              {"reason", "TEXT"},
                              {"repeats", "INTEGER"},
                              {"repeats_of", "TEXT"},
                              {"verdict", "TEXT"},
                              {"suppressed_by", "TEXT"}});
}

// An event of a sequence or threshold. Its row is kept as long as the alert is.
Table EvidenceTable() {
  return AlertList("alert_evidence", {{"step", "TEXT"},
                                      {"event_id", "INTEGER NOT NULL"},
                                      {"time_ns", "INTEGER NOT NULL"},
                                      {"event_kind", "TEXT"},
                                      {"event_type", "TEXT"},
                                      {"exec_id", "INTEGER"},
                                      {"pid", "INTEGER"},
                                      {"name", "TEXT"},
                                      {"exe_path", "TEXT"},
                                      {"command_line", "TEXT"},
                                      {"user", "TEXT"},
                                      {"object", "TEXT"}});
}

// What people have done with an alert. `alert_states` is what follows from it.
Table ChangesTable() {
  return MakeTable("alert_changes", {{"change", "INTEGER PRIMARY KEY AUTOINCREMENT"},
                                     {"alert", "INTEGER NOT NULL"},
                                     {"time_ns", "INTEGER NOT NULL"},
                                     {"action", "TEXT NOT NULL"},
                                     {"value", "TEXT"},
                                     {"comment", "TEXT"},
                                     {"user", "TEXT"},
                                     {"login_uid", "INTEGER"},
                                     {"uid", "INTEGER"},
                                     {"request", "TEXT"},
                                     TimeText("time", "time_ns")});
}

// Who made and ended suppressions. An alert's `suppressed_by` is the id of one.
Table SuppressionsTable() {
  return MakeTable("suppressions", {{"suppression", "INTEGER PRIMARY KEY AUTOINCREMENT"},
                                    {"time_ns", "INTEGER NOT NULL"},
                                    {"action", "TEXT NOT NULL"},
                                    {"id", "TEXT NOT NULL"},
                                    {"rule", "TEXT"},
                                    {"program", "TEXT"},
                                    {"ancestor", "TEXT"},
                                    {"command", "TEXT"},
                                    {"account", "TEXT"},
                                    {"object", "TEXT"},
                                    {"container", "TEXT"},
                                    {"duplicate_of", "TEXT"},
                                    {"expires_ns", "INTEGER"},
                                    {"reason", "TEXT"},
                                    {"user", "TEXT"},
                                    {"login_uid", "INTEGER"},
                                    {"uid", "INTEGER"},
                                    TimeText("time", "time_ns"),
                                    TimeText("expires", "expires_ns")});
}

// An alert nobody has touched is open. Assignments outlive a close.
constexpr absl::string_view kAlertStatesView = R"(CREATE VIEW alert_states AS
SELECT a.alert, a.id,
  CASE s.action WHEN 'ack' THEN 'acknowledged' WHEN 'close' THEN 'closed' ELSE 'open' END AS state,
  (SELECT value FROM alert_changes WHERE alert = a.alert AND action = 'assign'
   ORDER BY change DESC LIMIT 1) AS assignee,
  CASE s.action WHEN 'close' THEN s.value END AS closed_as,
  (SELECT max(time_ns) FROM alert_changes WHERE alert = a.alert) AS changed_ns
FROM alerts AS a LEFT JOIN alert_changes AS s ON s.change = (
  SELECT change FROM alert_changes WHERE alert = a.alert AND action IN ('ack', 'close', 'reopen')
  ORDER BY change DESC LIMIT 1))";

// What a rule with `first_seen` has seen; with an empty combination, since when it learns.
Table FirstSeenTable() {
  Table table = MakeTable("first_seen", {{"rule", "TEXT NOT NULL"},
                                         {"fields", "TEXT NOT NULL"},
                                         {"combination", "NOT NULL"},
                                         {"first_ns", "INTEGER NOT NULL"},
                                         {"last_ns", "INTEGER NOT NULL"},
                                         {"expires_ns", "INTEGER NOT NULL"},
                                         TimeText("first", "first_ns"),
                                         TimeText("last", "last_ns")});
  table.constraints = ", PRIMARY KEY (\"rule\", \"fields\", \"combination\")";
  table.options = " WITHOUT ROWID";
  return table;
}

// See container_rows.h.
Table ContainersTable() {
  return MakeTable("containers", {{"id", "TEXT PRIMARY KEY"},
                                  {"name", "TEXT"},
                                  {"image", "TEXT"},
                                  {"image_repository", "TEXT"},
                                  {"image_tag", "TEXT"},
                                  {"image_digest", "TEXT"},
                                  {"pod_name", "TEXT"},
                                  {"pod_namespace", "TEXT"},
                                  {"pod_uid", "TEXT"},
                                  {"labels", "TEXT"},
                                  {"pod_labels", "TEXT"},
                                  {"privileged", "INTEGER"},
                                  {"start_ns", "INTEGER"},
                                  {"first_ns", "INTEGER NOT NULL"},
                                  {"last_ns", "INTEGER NOT NULL"},
                                  TimeText("start", "start_ns"),
                                  TimeText("first", "first_ns"),
                                  TimeText("last", "last_ns")});
}

// Which columns the segments of a kind have, in their order: names joined by blanks.
Table LayoutsTable() {
  return MakeTable(
      "layouts",
      {{"layout", "INTEGER PRIMARY KEY"}, {"kind", "TEXT NOT NULL"}, {"columns", "TEXT NOT NULL"}});
}

// Numbers of segments are never used again: readers remember what they have read by them.
Table SegmentsTable() {
  return MakeTable("segments", {{"segment", "INTEGER PRIMARY KEY AUTOINCREMENT"},
                                {"layout", "INTEGER NOT NULL"},
                                {"rows", "INTEGER NOT NULL"},
                                {"first_id", "INTEGER NOT NULL"},
                                {"last_id", "INTEGER NOT NULL"},
                                {"start_ns", "INTEGER NOT NULL"},
                                {"end_ns", "INTEGER NOT NULL"},
                                {"kept", "INTEGER NOT NULL"},
                                {"bytes", "INTEGER NOT NULL"},
                                {"head", "BLOB NOT NULL"},
                                {"filter", "BLOB NOT NULL"},
                                {"data", "BLOB NOT NULL"}});
}

// Segments that were found damaged, and are left as they are.
Table DamagedSegmentsTable() {
  return MakeTable("damaged_segments", {{"segment", "INTEGER PRIMARY KEY"},
                                        {"found_ns", "INTEGER NOT NULL"},
                                        {"why", "TEXT NOT NULL"},
                                        TimeText("found", "found_ns")});
}

// See chain.h.
Table ChainTable() {
  return MakeTable("chain", {{"link", "INTEGER PRIMARY KEY"},
                             {"kind", "TEXT NOT NULL"},
                             {"row", "INTEGER NOT NULL"},
                             {"content", "TEXT"},
                             {"digest", "BLOB NOT NULL"},
                             {"hash", "BLOB NOT NULL"}});
}

Table CheckpointsTable() {
  return MakeTable("checkpoints", {{"checkpoint", "INTEGER PRIMARY KEY"},
                                   {"link", "INTEGER NOT NULL"},
                                   {"time_ns", "INTEGER NOT NULL"},
                                   {"hash", "BLOB NOT NULL"},
                                   {"key", "BLOB NOT NULL"},
                                   {"signature", "BLOB NOT NULL"},
                                   TimeText("time", "time_ns")});
}

std::vector<Table> MakeTables() {
  std::vector<Table> tables;
  tables.push_back(MakeTable("meta", {{"key", "TEXT PRIMARY KEY"}, {"value", ""}}));
  tables.push_back(MakeTable("runs", {{"run", "INTEGER PRIMARY KEY"},
                                      {"hostname", "TEXT"},
                                      {"boot_id", "TEXT"},
                                      {"start_ns", "INTEGER NOT NULL"},
                                      {"last_ns", "INTEGER NOT NULL"},
                                      {"end_ns", "INTEGER"},
                                      {"recording", "TEXT"},
                                      TimeText("start", "start_ns"),
                                      TimeText("last", "last_ns"),
                                      TimeText("end", "end_ns")}));
  tables.push_back(MakeTable("users", {{"uid", "INTEGER PRIMARY KEY"}, {"name", "TEXT"}}));
  tables.push_back(MakeTable("groups", {{"gid", "INTEGER PRIMARY KEY"}, {"name", "TEXT"}}));
  tables.push_back(ProcessesTable());
  tables.push_back(AlertsTable());
  tables.push_back(
      AlertList("alert_fields", {{"name", "TEXT"}, {"value", "TEXT"}, {"json", "INTEGER"}}));
  tables.push_back(AlertList("alert_processes", {{"exec_id", "INTEGER"},
                                                 {"pid", "INTEGER"},
                                                 {"name", "TEXT"},
                                                 {"exe_path", "TEXT"},
                                                 {"command_line", "TEXT"},
                                                 {"user", "TEXT"}}));
  tables.push_back(AlertList("alert_tags", {{"tag", "TEXT"}}));
  tables.push_back(EvidenceTable());
  tables.push_back(ChangesTable());
  tables.push_back(SuppressionsTable());
  tables.push_back(AlertList(
      "alert_matches",
      {{"predicate", "TEXT NOT NULL"}, {"value", "TEXT"}, {"holds", "INTEGER NOT NULL"}}));
  tables.push_back(AlertList("alert_prehistory", {{"event_id", "INTEGER NOT NULL"}}));
  tables.push_back(FirstSeenTable());
  tables.push_back(ContainersTable());
  tables.push_back(MakeTable("gaps", {{"gap", "INTEGER PRIMARY KEY"},
                                      {"run", "INTEGER NOT NULL"},
                                      {"start_ns", "INTEGER NOT NULL"},
                                      {"end_ns", "INTEGER NOT NULL"},
                                      {"kind", "TEXT"},
                                      {"stage", "TEXT"},
                                      {"count", "INTEGER NOT NULL"},
                                      TimeText("start", "start_ns"),
                                      TimeText("end", "end_ns")}));
  tables.push_back(MakeTable("late_events", {{"arrival", "INTEGER PRIMARY KEY AUTOINCREMENT"},
                                             {"id", "INTEGER NOT NULL"}}));
  tables.push_back(MakeTable("event_drops", {{"drop", "INTEGER PRIMARY KEY AUTOINCREMENT"},
                                             {"first_id", "INTEGER NOT NULL"},
                                             {"last_id", "INTEGER NOT NULL"},
                                             {"start_ns", "INTEGER NOT NULL"},
                                             {"end_ns", "INTEGER NOT NULL"},
                                             {"count", "INTEGER NOT NULL"}}));
  tables.push_back(LayoutsTable());
  tables.push_back(SegmentsTable());
  tables.push_back(DamagedSegmentsTable());
  tables.push_back(ChainTable());
  tables.push_back(CheckpointsTable());
  return tables;
}

std::vector<std::string> MakeIndexes() {
  const auto index = [](absl::string_view table, absl::string_view column) {
    return absl::StrCat("CREATE INDEX IF NOT EXISTS \"", table, "_by_", column, "\" ON \"", table,
                        "\" (\"", column, "\")");
  };
  std::vector<std::string> all = {
      index("alerts", "id"),
      index("alerts", "time_ns"),
      index("alerts", "event_id"),
      index("alert_processes", "exec_id"),
      index("gaps", "end_ns"),
      index("alert_evidence", "event_id"),
      index("first_seen", "expires_ns"),
      index("alert_changes", "alert"),
      index("alert_prehistory", "event_id"),
      index("late_events", "id"),
  };
  // Named as they were while all processes were in one table: it became this one.
  for (const absl::string_view column : {"parent_exec_id", "pid", "end_ns", "previous_exec_id"}) {
    all.push_back(absl::StrCat(
        "CREATE INDEX IF NOT EXISTS \"processes_by_", column, "\" ON \"", kProcessRowsTable,
        "\" (\"", column, "\")",
        column == "previous_exec_id" ? " WHERE \"previous_exec_id\" IS NOT NULL" : ""));
  }
  all.push_back(
      "CREATE INDEX IF NOT EXISTS \"chain_by_alert\" ON \"chain\" (\"row\") WHERE \"kind\" = "
      "'alert'");
  // What is known of a segment without its bytes: a list of all is read from here.
  all.push_back(
      "CREATE INDEX IF NOT EXISTS \"segments_by_time\" ON \"segments\" (\"end_ns\","
      " \"start_ns\", \"first_id\", \"last_id\", \"layout\", \"rows\", \"kept\", \"bytes\")");
  return all;
}

}  // namespace

bool EventColumn::IsText() const {
  if (member == nullptr) {
    return source == ColumnSource::kTruncated || source == ColumnSource::kText;
  }
  return member->shape != MemberShape::kNumber;
}

const std::vector<EventColumn>& EventColumns(EventKind kind) {
  static const auto* const all = [] {
    auto* columns = new std::array<std::vector<EventColumn>, WIRE_KIND_LIMIT>;
    for (const KindInfo& info : Kinds()) (*columns)[info.kind] = MakeColumns(info);
    CHECK((*columns)[kProcessesKind].empty()) << "no kind of events has that number";
    (*columns)[kProcessesKind] = MakeProcessColumns();
    return columns;
  }();
  CHECK_LT(kind, WIRE_KIND_LIMIT);
  return (*all)[kind];
}

const std::vector<Table>& Tables() {
  static const auto* const tables = new std::vector<Table>(MakeTables());
  return *tables;
}

const std::vector<std::string>& IndexStatements() {
  static const auto* const indexes = new std::vector<std::string>(MakeIndexes());
  return *indexes;
}

const std::vector<View>& Views() {
  static const auto* const views =
      new std::vector<View>{{"alert_states", std::string(kAlertStatesView)}};
  return *views;
}

std::string EventTableName(const KindInfo& kind) { return absl::StrCat(kind.name, "_rows"); }

std::string CreateStatement(const Table& table) {
  const std::string columns =
      absl::StrJoin(table.columns, ",\n  ", [](std::string* to, const Table::Column& column) {
        absl::StrAppend(to, Quoted(column.name), column.definition.empty() ? "" : " ",
                        column.definition);
      });
  return absl::StrCat("CREATE TABLE IF NOT EXISTS ", Quoted(table.name), " (\n  ", columns,
                      table.constraints, "\n)", table.options);
}

}  // namespace vedette
