// SPDX-License-Identifier: Apache-2.0
// No unit test: case_test asks.
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/answer_flags.h"
#include "cli/command.h"
#include "cli/fleet_copy.h"
#include "cli/process_report.h"
#include "cli/question.h"
#include "cli/store_flags.h"

namespace vedette::commands {
namespace {

struct Options {
  std::string what, store, fleet, host;
  bool json = false;
};

ExitCode Show(Options options, Io& io) {
  std::unique_ptr<FleetCopy> copy;
  if (!options.fleet.empty()) {
    auto made =
        CopyFleetProcess(options.fleet, options.host, options.what, CopiedEvents::kOfProcess);
    if (!made.ok()) return io.Fail(made.status());
    copy = std::move(made->copy);
    options.store = copy->store();
    options.what = made->what;
    copy->TellLimits(io);
  }
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  const auto report = ReadProcessReport(*store, options.what);
  if (!report.ok()) return io.Fail(report.status());
  if (options.json) {
    io.Print(absl::StrCat(ProcessReportJson(*report), "\n"));
  } else {
    PrintProcessReport(*report, io);
  }
  WarnOfGaps(*store, io);
  return ExitCode::kDone;
}

}  // namespace

void process(Command& command) {
  auto options = std::make_shared<Options>();
  command.Examples({{"vedette process show 4431", "Who is it, and what has it touched?"}});
  Command show = command.Sub("show", "Show everything that the store knows of one process");
  show.Option("what", options->what, "WHAT",
              "An alert's id, an exec_id, or a process id (the latest one)")
      ->required();
  AddStoreFlag(show, options->store);
  AddFleetFlags(show, options->fleet, options->host);
  AddObjectFlag(show, options->json);
  show.ShowsTimes();
  show.Examples({
      {"vedette process show 4431", "Who is it, who made it, and what has it touched?"},
      {"vedette process show 5d1e7c0a9b3f2846 --json | jq .sha256", "Of an alert, for a program"},
  });
  show.Runs([options](Io& io) { return Show(*options, io); });
}

}  // namespace vedette::commands
