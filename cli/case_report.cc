// SPDX-License-Identifier: Apache-2.0
// No unit test: case_test makes cases.
#include "cli/case_report.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "cli/alert_printer.h"
#include "cli/question.h"
#include "cli/tree_json.h"
#include "cli/tree_marks.h"
#include "integrations/format/json.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

std::string Iso(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

// Those of whom an act may belong to the story although they do not descend from the process.
std::string AncestorsOf(const CaseReport& report) {
  std::vector<int64_t> ids;
  const std::vector<AlertProcess>& processes = report.stored.alert.processes;
  for (size_t i = 1; i < processes.size(); ++i) {
    // What init and its like do is nobody's story.
    if (processes[i].exec_id != 0 && processes[i].pid > 1) {
      ids.push_back(static_cast<int64_t>(processes[i].exec_id));
    }
  }
  return absl::StrJoin(ids, ",");
}

std::string TimelineSql(StoreReader& store, const CaseReport& report, const std::string& lineage,
                        uint64_t rows_max) {
  const std::string ancestors = AncestorsOf(report);
  const std::string row = absl::StrCat(report.stored.row);
  const int64_t at_ns = absl::ToUnixNanos(report.stored.alert.time);
  const std::string within = absl::StrCat(" AND time_ns BETWEEN ", absl::ToUnixNanos(report.from),
                                          " AND ", absl::ToUnixNanos(report.to));
  constexpr char kEvents[] =
      "SELECT time_ns, id, time, kind, name, pid, exec_id, object, result FROM events WHERE ";
  std::string all = absl::StrCat("SELECT 'lineage' AS part, * FROM (", kEvents, "exec_id IN (",
                                 lineage, ")", within, ")");
  if (!ancestors.empty()) {
    absl::StrAppend(&all, " UNION ALL SELECT 'parents', * FROM (", kEvents, "exec_id IN (",
                    ancestors, ")", within, ")");
  }
  const bool has_prehistory = StoreHas(store, "alert_prehistory");
  const std::string before =
      has_prehistory ? absl::StrCat("SELECT event_id FROM alert_prehistory WHERE alert = ", row)
                     : "SELECT 0 WHERE 0";
  absl::StrAppend(&all, " UNION ALL SELECT 'before', * FROM (", kEvents, "id IN (", before, "))");
  absl::StrAppend(&all,
                  " UNION ALL SELECT 'alert', time_ns, event_id, time, priority, rule, NULL,"
                  " exec_id, message, NULL FROM alerts WHERE (exec_id IN (",
                  lineage, ")", within, ") OR alert = ", row);
  // An event of two parts is shown once, as what it is most.
  return absl::StrCat(
      "SELECT part, time, kind, name, pid, printf('%016x', exec_id) AS exec_id, object, result"
      " FROM (SELECT * FROM (SELECT min(part) AS part, time_ns, id, time, kind, name, pid,"
      " exec_id, object, result FROM (",
      all, ") GROUP BY part = 'alert', id, CASE part WHEN 'alert' THEN name END)",
      " ORDER BY abs(time_ns - ", at_ns, ") LIMIT ", rows_max,
      ") ORDER BY time_ns, part = 'alert', id");
}

std::string FilesSql(const std::string& lineage) {
  return absl::StrCat(
      "SELECT object AS path, kind, count(*) AS times, min(time) AS first, max(time) AS last"
      " FROM events WHERE kind GLOB 'file_*' AND object IS NOT NULL AND exec_id IN (",
      lineage, ") GROUP BY object, kind ORDER BY min(time_ns)");
}

std::string DestinationsSql(const std::string& lineage) {
  std::vector<std::string> parts;
  for (const KindInfo& kind : Kinds()) {
    for (const Member& member : kind.members) {
      if (member.name != "remote_address") continue;
      parts.push_back(absl::StrCat("SELECT remote_address AS address, remote_port AS port, '",
                                   kind.name, "' AS kind, time, time_ns FROM ", kind.name,
                                   " WHERE remote_address IS NOT NULL AND exec_id IN (", lineage,
                                   ")"));
    }
  }
  return absl::StrCat(
      "SELECT address, port, kind, count(*) AS times, min(time) AS first,"
      " max(time) AS last FROM (",
      absl::StrJoin(parts, " UNION ALL "), ") GROUP BY address, port, kind ORDER BY min(time_ns)");
}

std::string GapsSql(const CaseReport& report) {
  return absl::StrCat("SELECT start, \"end\", kind, stage, count FROM gaps WHERE end_ns >= ",
                      absl::ToUnixNanos(report.from),
                      " AND start_ns <= ", absl::ToUnixNanos(report.to), " ORDER BY start_ns, gap");
}

absl::Status ReadProcess(StoreReader& store, CaseReport& report) {
  const uint64_t exec_id = report.stored.alert.exec_id;
  TreeLimits limits;
  limits.depth_max = 16;
  limits.nodes_max = 2000;
  auto tree = store.TreeOf(exec_id, limits);
  if (absl::IsNotFound(tree.status())) return absl::OkStatus();
  RETURN_IF_ERROR(tree.status());
  report.tree = *std::move(tree);
  ASSIGN_OR_RETURN(report.marks, ReadTreeMarks(store, *report.tree));
  ASSIGN_OR_RETURN(report.process,
                   ReadProcessReport(store, absl::StrCat("0x", absl::Hex(exec_id))));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CaseReport> ReadCase(StoreReader& store, const std::string& id,
                                    const CaseOptions& options) {
  CaseReport report;
  ASSIGN_OR_RETURN(report.stored, store.GetAlert(id));
  const Alert& alert = report.stored.alert;
  report.made = absl::Now();
  report.from = alert.time - options.before;
  report.to = alert.time + options.after;
  RETURN_IF_ERROR(ReadProcess(store, report));
  const std::string lineage = LineageSql(alert.exec_id);
  ASSIGN_OR_RETURN(report.timeline,
                   AskRows(store, TimelineSql(store, report, lineage, options.rows_max)));
  ASSIGN_OR_RETURN(report.files, AskRows(store, FilesSql(lineage), options.rows_max));
  ASSIGN_OR_RETURN(report.destinations, AskRows(store, DestinationsSql(lineage), options.rows_max));
  ASSIGN_OR_RETURN(report.gaps, AskRows(store, GapsSql(report), options.rows_max));
  report.of_fleet = options.of_fleet;
  if (options.of_fleet) return report;
  VerifyOptions verify;
  verify.head = alert.chain_head;
  auto chain = store.Verify(verify);
  if (!chain.ok()) {
    report.chain.findings.emplace_back(chain.status().message());
  } else {
    report.chain = *std::move(chain);
  }
  return report;
}

std::string CaseJson(const CaseReport& report) {
  std::string json =
      absl::StrCat("{\"vedette_case\":1,\"made\":\"", Iso(report.made), "\",\"from\":\"",
                   Iso(report.from), "\",\"to\":\"", Iso(report.to), "\",\"version\":");
  AppendJsonString(report.version, json);
  json += ",\"store\":";
  AppendJsonString(report.store_path, json);
  absl::StrAppend(&json, ",\"alert\":", FormatStoredJson(report.stored), ",\"process\":",
                  report.process.has_value() ? ProcessReportJson(*report.process) : "null",
                  ",\"tree\":");
  if (report.tree.has_value()) {
    AppendTreeJson(report.tree->root, report.marks, json);
  } else {
    json += "null";
  }
  const std::pair<const char*, const StoreRows*> lists[] = {{"timeline", &report.timeline},
                                                            {"files", &report.files},
                                                            {"destinations", &report.destinations},
                                                            {"gaps", &report.gaps}};
  for (const auto& [name, rows] : lists) {
    absl::StrAppend(&json, ",\"", name, "\":");
    AppendRowsJson(*rows, json);
  }
  if (report.of_fleet) return absl::StrCat(json, ",\"chain\":null}\n");
  const ChainReport& chain = report.chain;
  absl::StrAppend(&json, ",\"chain\":{\"links\":", chain.links,
                  ",\"link_of_alert\":", chain.head_link,
                  ",\"unsigned_links\":", chain.unsigned_links, ",\"head\":\"", chain.head,
                  "\",\"key\":\"", chain.key, "\",\"findings\":[");
  for (const std::string& finding : chain.findings) {
    if (&finding != chain.findings.data()) json += ',';
    AppendJsonString(finding, json);
  }
  json += "]}}\n";
  return json;
}

}  // namespace vedette
