// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/question.h"
#include "cli/sql_text.h"
#include "sensor/schema/schema.h"

namespace vedette::commands {
namespace {

struct Options : QuestionOptions {
  std::string what;
};

// One SELECT for each column of each kind that has paths, so that each goes down to the segments,
// and each in the order that is asked for: of a file that is everywhere only the rows that are
// shown are read, by a merge.
std::string Sql(const TimeRange& times, const std::string& path, uint64_t limit) {
  const bool is_folder = !path.empty() && path.back() == '/';
  std::vector<std::string> parts;
  for (const KindInfo& kind : Kinds()) {
    std::string not_shown;  // A row that has the path twice is there once.
    for (const Member& member : kind.members) {
      if (member.shape != MemberShape::kText || member.type != FieldType::kPath) continue;
      const std::string has = is_folder
                                  ? absl::StrCat(" >= ", SqlText(path), " AND \"", member.name,
                                                 "\" LIKE ", SqlText(absl::StrCat(path, "%")))
                                  : absl::StrCat(" = ", SqlText(path));
      parts.push_back(absl::StrCat("SELECT id, time_ns, time, '", kind.name,
                                   "' AS kind, comm AS name, pid, uid, exec_id, \"", member.name,
                                   "\" AS path FROM ", kind.name, " WHERE \"", member.name, "\"",
                                   has, absl::StrReplaceAll(not_shown, {{"$", member.name}}),
                                   times.And("time_ns")));
      absl::StrAppend(&not_shown, " AND \"$\" IS NOT \"", member.name, "\"");
    }
  }
  return absl::StrCat(
      "SELECT e.time, e.kind, e.name, e.pid, coalesce(u.name, e.uid) AS user, e.path,"
      " p.exe_path AS executable, p.args, e.exec_id FROM (",
      absl::StrJoin(parts, " UNION ALL "), " ORDER BY time_ns, id LIMIT ",
      std::min<uint64_t>(limit, INT64_MAX - 1) + 1,  // One more says that there are more.
      ") AS e LEFT JOIN users AS u ON u.uid = e.uid LEFT JOIN processes AS p"
      " ON p.exec_id = e.exec_id ORDER BY e.time_ns, e.id");
}

// Of a fleet, where all kinds are in one table: a SELECT for each column that is a path.
std::string FleetSql(const FleetScope& scope, const std::string& path) {
  const bool is_folder = !path.empty() && path.back() == '/';
  std::vector<std::string> parts;
  std::string not_shown;
  for (const absl::string_view column : FleetPathColumns()) {
    const auto has = [&](absl::string_view name) {
      return is_folder ? absl::StrCat("startsWith(", name, ", ", FleetText(path), ")")
                       : absl::StrCat(name, " = ", FleetText(path));
    };
    parts.push_back(
        absl::StrCat("SELECT hostname, event_id, time_ns, kind, comm, pid, uid, exec_id, ", column,
                     " AS touched FROM events FINAL WHERE ", has(column),
                     absl::StrReplaceAll(not_shown, {{"$", column}}), scope.And("time_ns")));
    absl::StrAppend(&not_shown, " AND ", column, " != $");
  }
  return absl::StrCat("SELECT hostname AS host, ", FleetTime("time_ns"),
                      " AS time, kind, comm AS name, pid, uid, touched AS path, exec_id FROM (",
                      absl::StrJoin(parts, " UNION ALL "),
                      ") ORDER BY time_ns, hostname, event_id");
}

}  // namespace

void who_touched(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("path", options->what, "PATH", "A whole path; one that ends with / is a folder")
      ->required();
  AddQuestionFlags(command, *options);
  AddFleetFlags(command, *options);
  command.Examples({
      {"vedette who-touched /etc/shadow --since 7d", "Who opened, changed or removed it?"},
      {"vedette who-touched /etc/cron.d/", "And all that is in this folder"},
  });
  command.Runs([options](Io& io) {
    if (!options->fleet.empty()) {
      return AskFleet(*options, "", io,
                      [&](const FleetScope& scope) { return FleetSql(scope, options->what); });
    }
    return AskQuestion(*options, io,
                       [&](StoreReader&, const TimeRange& times) -> absl::StatusOr<std::string> {
                         return Sql(times, options->what, options->limit);
                       });
  });
}

}  // namespace vedette::commands
