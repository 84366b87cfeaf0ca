// SPDX-License-Identifier: Apache-2.0
//
// No unit test: questions_test asks.
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/command.h"
#include "cli/question.h"

namespace vedette::commands {
namespace {

struct Options : QuestionOptions {
  std::string what;
};

// Alerts of the lineage stand between its events; the time they are sorted by is not shown.
absl::StatusOr<std::string> Sql(StoreReader& store, const TimeRange& times,
                                const std::string& what) {
  ASSIGN_OR_RETURN(const std::string lineage, LineageOf(store, what));
  return absl::StrCat(
      "SELECT time, kind, name, pid, object, result FROM ("
      "SELECT time_ns, id, time, kind, name, pid, object, result FROM events"
      " WHERE exec_id IN (",
      lineage, ")", times.And("time_ns"),
      " UNION ALL SELECT time_ns, event_id, time, 'alert', rule, NULL, message, NULL FROM alerts"
      " WHERE exec_id IN (",
      lineage, ")", times.And("time_ns"), ") ORDER BY time_ns, id");
}

}  // namespace

void timeline(Command& command) {
  auto options = std::make_shared<Options>();
  command
      .Option("what", options->what, "WHAT",
              "An alert's id, an exec_id, or a process id (the latest one)")
      ->required();
  AddQuestionFlags(command, *options);
  command.Examples({
      {"vedette timeline 5d1e7c0a9b3f2846", "What did the process of this alert do, in order?"},
      {"vedette timeline 4431 --since 2h --json | jq .", "For a program, of the last two hours"},
  });
  command.Runs([options](Io& io) {
    return AskQuestion(*options, io, [&](StoreReader& store, const TimeRange& times) {
      return Sql(store, times, options->what);
    });
  });
}

}  // namespace vedette::commands
