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

std::string Sql(StoreReader&, const std::string& lineage, const TimeRange& times) {
  return absl::StrCat(
      "SELECT object AS path, kind, count(*) AS times, min(time) AS first, max(time) AS last,"
      " group_concat(DISTINCT name) AS by FROM events WHERE kind GLOB 'file_*'"
      " AND object IS NOT NULL AND exec_id IN (",
      lineage, ")", times.And("time_ns"), " GROUP BY object, kind ORDER BY object, kind");
}

std::string FleetSql(const FleetScope& scope) {
  return absl::StrCat("SELECT hostname AS host, object AS path, kind, count() AS times, ",
                      FleetTime("min(time_ns)"), " AS first, ", FleetTime("max(time_ns)"),
                      " AS last, arrayStringConcat(arraySort(groupUniqArray(comm)), ',') AS by"
                      " FROM events FINAL WHERE kind LIKE 'file_%' AND object != ''",
                      scope.And("time_ns"),
                      " GROUP BY hostname, object, kind ORDER BY object, kind, host");
}

}  // namespace

void files(Command& command) {
  DefineLineageQuestion(command,
                        {.examples = {{"vedette files 4431 --since 1d",
                                       "Which files did it and all that it started touch?"}},
                         .sql = Sql,
                         .fleet_sql = FleetSql});
}

}  // namespace vedette::commands
