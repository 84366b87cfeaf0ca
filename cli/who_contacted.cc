// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

// An address, or a beginning of addresses that ends with . or : (10.1. is 10.1.0.0/16).
std::string Sql(const TimeRange& times, const std::string& address) {
  const bool is_beginning = !address.empty() && (address.back() == '.' || address.back() == ':');
  std::vector<std::string> parts;
  for (const KindInfo& kind : Kinds()) {
    for (const Member& member : kind.members) {
      if (member.type != FieldType::kAddress) continue;
      parts.push_back(absl::StrCat(
          "SELECT id, time_ns, time, '", kind.name, "' AS kind, comm AS name, pid, uid, exec_id, '",
          member.name, "' AS as_what, \"", member.name,
          "\" AS address, remote_port, local_port FROM ", kind.name, " WHERE \"", member.name, "\"",
          is_beginning ? absl::StrCat(" LIKE ", SqlText(absl::StrCat(address, "%")))
                       : absl::StrCat(" = ", SqlText(address)),
          times.And("time_ns")));
    }
  }
  return absl::StrCat(
      "SELECT e.time, e.kind, e.name, e.pid, coalesce(u.name, e.uid) AS user, e.as_what,"
      " e.address, e.remote_port, e.local_port, p.exe_path AS executable, e.exec_id FROM (",
      absl::StrJoin(parts, " UNION ALL "),
      ") AS e LEFT JOIN users AS u ON u.uid = e.uid LEFT JOIN processes AS p"
      " ON p.exec_id = e.exec_id ORDER BY e.time_ns, e.id");
}

std::string FleetSql(const FleetScope& scope, const std::string& address) {
  const bool is_beginning = !address.empty() && (address.back() == '.' || address.back() == ':');
  std::vector<std::string> parts;
  for (const absl::string_view column : {"remote_address", "local_address"}) {
    parts.push_back(absl::StrCat(
        "SELECT hostname, event_id, time_ns, kind, comm, pid, uid, '", column, "' AS as_what, ",
        column, " AS address, remote_port, local_port, exec_id FROM events FINAL WHERE ",
        is_beginning ? absl::StrCat("startsWith(", column, ", ", FleetText(address), ")")
                     : absl::StrCat(column, " = ", FleetText(address)),
        scope.And("time_ns")));
  }
  return absl::StrCat("SELECT hostname AS host, ", FleetTime("time_ns"),
                      " AS time, kind, comm AS name, pid, uid, as_what, address, remote_port,"
                      " local_port, exec_id FROM (",
                      absl::StrJoin(parts, " UNION ALL "),
                      ") ORDER BY time_ns, hostname, event_id");
}

}  // namespace

void who_contacted(Command& command) {
  auto options = std::make_shared<Options>();
  command
      .Option("address", options->what, "ADDRESS",
              "An IPv4 or IPv6 address, or a beginning that ends with . or :")
      ->required();
  AddQuestionFlags(command, *options);
  AddFleetFlags(command, *options);
  command.Examples({
      {"vedette who-contacted 203.0.113.7", "Who connected to it, or was reached from it?"},
      {"vedette who-contacted 10.1. --since 1d", "Anything in 10.1.0.0/16, in the last day"},
  });
  command.Runs([options](Io& io) {
    if (!options->fleet.empty()) {
      return AskFleet(*options, "", io,
                      [&](const FleetScope& scope) { return FleetSql(scope, options->what); });
    }
    return AskQuestion(*options, io,
                       [&](StoreReader&, const TimeRange& times) -> absl::StatusOr<std::string> {
                         return Sql(times, options->what);
                       });
  });
}

}  // namespace vedette::commands
