// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/question.h"
#include "sensor/schema/schema.h"

namespace vedette::commands {
namespace {

// Of each kind that has a peer: its address and port are found by the types of its members.
std::string Sql(StoreReader&, const std::string& lineage, const TimeRange& times) {
  const std::string who = lineage.empty() ? "" : absl::StrCat(" AND exec_id IN (", lineage, ")");
  std::vector<std::string> parts;
  for (const KindInfo& kind : Kinds()) {
    for (const Member& member : kind.members) {
      if (member.name != "remote_address") continue;
      parts.push_back(
          absl::StrCat("SELECT time_ns, time, '", kind.name,
                       "' AS kind, comm AS name, pid, exec_id,"
                       " remote_address AS address, remote_port AS port, local_port FROM ",
                       kind.name, " WHERE remote_address IS NOT NULL", who, times.And("time_ns")));
    }
  }
  return absl::StrCat(
      "SELECT time, kind, name, pid, address, port, local_port, printf('%016x', exec_id)"
      " AS exec_id FROM (",
      absl::StrJoin(parts, " UNION ALL "), ") ORDER BY time_ns");
}

std::string FleetSql(const FleetScope& scope) {
  return absl::StrCat("SELECT hostname AS host, ", FleetTime("time_ns"),
                      " AS time, kind, comm AS name, pid, remote_address AS address, remote_port"
                      " AS port, local_port, exec_id FROM (SELECT hostname, time_ns, kind, comm,"
                      " pid, remote_address, remote_port, local_port, exec_id, event_id FROM"
                      " events FINAL WHERE remote_address != ''",
                      scope.And("time_ns"), ") ORDER BY time_ns, hostname, event_id");
}

}  // namespace

void connections(Command& command) {
  DefineLineageQuestion(command,
                        {.required = false,
                         .examples = {{"vedette connections 4431",
                                       "Whom did this process and all that it started talk to?"},
                                      {"vedette connections --since 10m",
                                       "And who at all, in the last ten minutes?"}},
                         .sql = Sql,
                         .fleet_sql = FleetSql});
}

}  // namespace vedette::commands
