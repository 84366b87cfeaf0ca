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

std::string TimeExpression(absl::string_view ns) {
  return absl::StrCat("strftime('%Y-%m-%dT%H:%M:%fZ', ", Quoted(ns), " / 1e9, 'unixepoch')");
}

// A column that shows `ns` as ISO 8601; computed when it is read, but also at each INSERT (1 us),
// so events have it in their view instead.
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

absl::string_view SqlType(const Member& member) {
  const bool number = member.shape == MemberShape::kNumber;
  return number ? kInteger : kText;
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
  };
  for (const Member& member : HeaderMembers()) {
    columns.push_back({std::string(HeaderColumnName(member.name)), SourceOf(member), &member});
  }
  for (const Member& member : kind.members) {
    if (absl::EndsWith(member.name, "reserved")) continue;  // Zero, by definition.
    columns.push_back({std::string(member.name), SourceOf(member), &member});
  }
  return columns;
}

Table EventTable(const KindInfo& kind) {
  Table table{.name = EventTableName(kind), .columns = {}, .constraints = "", .options = ""};
  for (const EventColumn& column : EventColumns(kind.kind)) {
    std::string definition(column.member == nullptr ? kInteger : SqlType(*column.member));
    if (column.source == ColumnSource::kId) definition = "INTEGER PRIMARY KEY";
    if (column.source == ColumnSource::kTruncated) definition = "TEXT";
    table.columns.push_back({column.name, definition});
  }
  return table;
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

Table ProcessesTable() {
  return MakeTable("processes", {{"exec_id", "INTEGER PRIMARY KEY"},
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
                                 TimeText("end", "end_ns")});
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
                              {"verdict", "TEXT"}});
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
  tables.push_back(FirstSeenTable());
  tables.push_back(MakeTable("gaps", {{"gap", "INTEGER PRIMARY KEY"},
                                      {"run", "INTEGER NOT NULL"},
                                      {"start_ns", "INTEGER NOT NULL"},
                                      {"end_ns", "INTEGER NOT NULL"},
                                      {"kind", "TEXT"},
                                      {"stage", "TEXT"},
                                      {"count", "INTEGER NOT NULL"},
                                      TimeText("start", "start_ns"),
                                      TimeText("end", "end_ns")}));
  for (const KindInfo& kind : Kinds()) tables.push_back(EventTable(kind));
  return tables;
}

// What the event was about: the first path that it has, or the first address with its port, or the
// first other text (a module's name, say).
std::string ObjectExpression(const KindInfo& kind) {
  std::vector<std::string> parts;
  const Member* address = nullptr;
  const Member* port = nullptr;
  const Member* text = nullptr;
  for (const Member& member : kind.members) {
    if (member.shape == MemberShape::kText && member.type == FieldType::kPath) {
      parts.push_back(Quoted(member.name));
    }
    if (text == nullptr && member.type == FieldType::kText) text = &member;
    if (address == nullptr && member.type == FieldType::kAddress) address = &member;
    if (port == nullptr && member.type == FieldType::kPort) port = &member;
  }
  if (address != nullptr && port != nullptr) {
    const std::string a = Quoted(address->name), p = Quoted(port->name);
    parts.push_back(absl::StrCat("CASE WHEN instr(", a, ", ':') THEN '[' || ", a, " || ']:' || ", p,
                                 " ELSE ", a, " || ':' || ", p, " END"));
  }
  if (parts.empty() && text != nullptr) parts.push_back(Quoted(text->name));
  if (parts.empty()) return "NULL";
  if (parts.size() == 1) return parts[0];
  return absl::StrCat("coalesce(", absl::StrJoin(parts, ", "), ")");
}

std::string ResultExpression(const KindInfo& kind) {
  for (const Member& member : kind.members) {
    if (member.rule_name == "evt.rawres") return Quoted(member.name);
  }
  return "NULL";
}

// What people ask: the rows of the kind with their time as text.
View KindView(const KindInfo& kind) {
  std::vector<std::string> columns;
  for (const EventColumn& column : EventColumns(kind.kind)) {
    columns.push_back(Quoted(column.name));
    if (column.source == ColumnSource::kId) {
      columns.push_back(absl::StrCat(TimeExpression("time_ns"), " AS \"time\""));
    }
  }
  return {std::string(kind.name),
          absl::StrCat("CREATE VIEW ", Quoted(kind.name), " AS SELECT ",
                       absl::StrJoin(columns, ", "), " FROM ", Quoted(EventTableName(kind)))};
}

View EventsView() {
  std::vector<std::string> parts;
  for (const KindInfo& kind : Kinds()) {
    parts.push_back(
        absl::StrCat("SELECT \"id\", \"time\", \"time_ns\", '", kind.name,
                     "' AS \"kind\", \"exec_id\", \"pid\", \"comm\" AS \"name\", \"uid\", ",
                     ObjectExpression(kind), " AS \"object\", ", ResultExpression(kind),
                     " AS \"result\" FROM \"", kind.name, "\""));
  }
  return {"events",
          absl::StrCat("CREATE VIEW \"events\" AS\n", absl::StrJoin(parts, "\nUNION ALL\n"))};
}

std::vector<std::string> MakeIndexes() {
  const auto index = [](absl::string_view table, absl::string_view column) {
    return absl::StrCat("CREATE INDEX IF NOT EXISTS \"", table, "_by_", column, "\" ON \"", table,
                        "\" (\"", column, "\")");
  };
  std::vector<std::string> all = {
      index("processes", "parent_exec_id"), index("processes", "pid"),
      index("processes", "end_ns"),         index("alerts", "id"),
      index("alerts", "time_ns"),           index("alerts", "event_id"),
      index("alert_processes", "exec_id"),  index("gaps", "end_ns"),
      index("alert_evidence", "event_id"),  index("first_seen", "expires_ns"),
  };
  for (const KindInfo& kind : Kinds()) {
    all.push_back(index(EventTableName(kind), "time_ns"));
    all.push_back(index(EventTableName(kind), "exec_id"));
  }
  return all;
}

}  // namespace

const std::vector<EventColumn>& EventColumns(EventKind kind) {
  static const auto* const all = [] {
    auto* columns = new std::array<std::vector<EventColumn>, WIRE_KIND_LIMIT>;
    for (const KindInfo& info : Kinds()) (*columns)[info.kind] = MakeColumns(info);
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
  static const auto* const views = [] {
    auto* all = new std::vector<View>;
    for (const KindInfo& kind : Kinds()) all->push_back(KindView(kind));
    all->push_back(EventsView());
    return all;
  }();
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

std::string InsertStatement(const KindInfo& kind) {
  std::vector<std::string> names;
  for (const EventColumn& column : EventColumns(kind.kind)) names.push_back(Quoted(column.name));
  const std::vector<absl::string_view> marks(names.size(), "?");
  return absl::StrCat("INSERT INTO ", Quoted(EventTableName(kind)), " (",
                      absl::StrJoin(names, ", "), ") VALUES (", absl::StrJoin(marks, ", "), ")");
}

}  // namespace vedette
