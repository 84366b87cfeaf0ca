// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/question.h"

namespace vedette::commands {
namespace {

// An empty lineage is everybody. Alerts of the lineage stand between its events, and with them what
// they brought from before; the time they are sorted by is not shown.
std::string Sql(StoreReader& store, const std::string& lineage, const TimeRange& times) {
  constexpr char kEvents[] =
      "SELECT time_ns, id, time, kind, name, pid, object, result FROM events WHERE ";
  const std::string within = times.And("time_ns");
  const std::string who =
      lineage.empty() ? std::string("1") : absl::StrCat("exec_id IN (", lineage, ")");
  const std::string before =
      !lineage.empty() && StoreHas(store, "alert_prehistory")
          ? absl::StrCat(" UNION ", kEvents,
                         "id IN (SELECT event_id FROM alert_prehistory WHERE alert IN ("
                         "SELECT alert FROM alerts WHERE exec_id IN (",
                         lineage, ")))", within)
          : "";
  return absl::StrCat(
      "SELECT time, kind, name, pid, object, result FROM (", kEvents, who, within, before,
      " UNION ALL SELECT time_ns, event_id, time, 'alert', rule, NULL, message, NULL FROM alerts"
      " WHERE ",
      who, within, ") ORDER BY time_ns, id");
}

std::string FleetSql(const FleetScope& scope) {
  return absl::StrCat(
      "SELECT host, ", FleetTime("time_ns"),
      " AS time, kind, name, pid, object, result FROM (SELECT hostname AS host, time_ns, event_id"
      " AS number, kind, comm AS name, pid, object, result FROM events FINAL WHERE kind != 'gap'",
      scope.And("time_ns"),
      " UNION ALL SELECT hostname AS host, time_ns, toInt64(9223372036854775807) AS number, 'alert'"
      " AS kind, rule AS name, toInt64(0) AS pid, message AS object, toInt64(0) AS result FROM"
      " alerts FINAL WHERE 1",
      scope.And("time_ns"), ") ORDER BY time_ns, host, number");
}

}  // namespace

void timeline(Command& command) {
  DefineLineageQuestion(
      command,
      {.around_alerts = true,
       .examples = {{"vedette timeline 5d1e7c0a9b3f2846",
                     "What did the process of this alert do, in order, and what was before it?"},
                    {"vedette timeline 4431 --since 2h --json | jq .",
                     "For a program, of the last two hours"}},
       .sql = Sql,
       .fleet_sql = FleetSql});
}

}  // namespace vedette::commands
