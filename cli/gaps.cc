// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/question.h"

namespace vedette::commands {
namespace {

// A gap counts if any of it lies between the times.
std::string Sql(const TimeRange& times) {
  TimeRange begin, end;
  begin.to = times.to;
  end.from = times.from;
  return absl::StrCat("SELECT start, \"end\", kind, stage, count FROM gaps WHERE 1",
                      begin.And("start_ns"), end.And("end_ns"), " ORDER BY start_ns, gap");
}

std::string FleetSql(const FleetScope& scope) {
  TimeRange begin, end;
  begin.to = scope.times.to;
  end.from = scope.times.from;
  return absl::StrCat("SELECT hostname AS host, ", FleetTime("start_ns"), " AS start, ",
                      FleetTime("end_ns"), " AS end, kind, stage, count FROM gaps WHERE 1",
                      scope.AndHost(), begin.And("start_ns"), end.And("end_ns"),
                      " ORDER BY start_ns, host, stage, kind");
}

}  // namespace

void gaps(Command& command) {
  auto options = std::make_shared<QuestionOptions>();
  AddQuestionFlags(command, *options);
  AddFleetFlags(command, options->fleet, options->host);
  command.Examples({{"vedette gaps --since 1d", "When was the sensor blind today, and for what?"}});
  command.Runs([options](Io& io) {
    if (!options->fleet.empty()) return AskFleet(*options, "", io, FleetSql);
    return AskQuestion(
        *options, io,
        [](StoreReader&, const TimeRange& times) -> absl::StatusOr<std::string> {
          return Sql(times);
        },
        Asked::kGaps);
  });
}

}  // namespace vedette::commands
