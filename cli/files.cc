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

absl::StatusOr<std::string> Sql(StoreReader& store, const TimeRange& times,
                                const std::string& what) {
  ASSIGN_OR_RETURN(const std::string lineage, LineageOf(store, what));
  return absl::StrCat(
      "SELECT object AS path, kind, count(*) AS times, min(time) AS first, max(time) AS last,"
      " group_concat(DISTINCT name) AS by FROM events WHERE kind GLOB 'file_*'"
      " AND object IS NOT NULL AND exec_id IN (",
      lineage, ")", times.And("time_ns"), " GROUP BY object, kind ORDER BY object, kind");
}

}  // namespace

void files(Command& command) {
  auto options = std::make_shared<Options>();
  command
      .Option("what", options->what, "WHAT",
              "An alert's id, an exec_id, or a process id (the latest one)")
      ->required();
  AddQuestionFlags(command, *options);
  command.Examples(
      {{"vedette files 4431 --since 1d", "Which files did it and all that it started touch?"}});
  command.Runs([options](Io& io) {
    return AskQuestion(*options, io, [&](StoreReader& store, const TimeRange& times) {
      return Sql(store, times, options->what);
    });
  });
}

}  // namespace vedette::commands
