// SPDX-License-Identifier: Apache-2.0
// No unit test: replay_test asks it; tree_view_test has the drawing.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/answer_flags.h"
#include "cli/command.h"
#include "cli/fleet_copy.h"
#include "cli/question.h"
#include "cli/store_flags.h"
#include "cli/tree_json.h"
#include "cli/tree_marks.h"
#include "cli/tree_view.h"
#include "storage/queries.h"

namespace vedette::commands {
namespace {

struct Options {
  std::string what, store, fleet, host;
  size_t depth = 16;
  bool full = false, json = false;
};

ExitCode Draw(Options options, Io& io) {
  std::unique_ptr<FleetCopy> copy;
  if (!options.fleet.empty()) {
    auto made = CopyFleetProcess(options.fleet, options.host, options.what, CopiedEvents::kLives);
    if (!made.ok()) return io.Fail(made.status());
    copy = std::move(made->copy);
    options.store = copy->store();
    options.what = made->what;
    copy->TellLimits(io);
  }
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  TreeLimits limits;
  limits.depth_max = options.depth;
  const auto tree = store->Tree(options.what, limits);
  if (!tree.ok()) return io.Fail(tree.status());
  const auto marks = ReadTreeMarks(*store, *tree);
  if (!marks.ok()) return io.Fail(marks.status());
  if (options.json) {
    io.Print(absl::StrCat(TreeJson(*tree, *marks), "\n"));
    WarnOfGaps(*store, io);
    return ExitCode::kDone;
  }
  TreeStyle style;
  style.zone = io.zone();
  style.screen = io.screen();
  style.full = options.full;
  io.Print(DrawTree(*tree, *marks, style));
  WarnOfGaps(*store, io);
  return ExitCode::kDone;
}

}  // namespace

void tree(Command& command) {
  auto options = std::make_shared<Options>();
  command
      .Option("what", options->what, "WHAT",
              "An alert's id, an exec_id, or a process id (the latest one)")
      ->required();
  AddStoreFlag(command, options->store);
  AddFleetFlags(command, options->fleet, options->host);
  command.Number("--depth", options->depth, {0, 256}, "Levels of descendants (16 unless given)");
  command.Flag("--full", options->full,
               "Whole lines; else they are cut at the width of the terminal, and at 200 columns "
               "where there is none");
  AddObjectFlag(command, options->json);
  command.ShowsTimes();
  command.Examples({
      {"vedette tree 5d1e7c0a9b3f2846", "What led to this alert, and what came of it?"},
      {"vedette tree 4431", "The process with this id"},
      {"vedette tree 4431 --full | less -S", "With whole command lines"},
      {"vedette tree 4431 --json | jq '.. | .executable? // empty'", "For a program"},
  });
  command.Runs([options](Io& io) { return Draw(*options, io); });
}

}  // namespace vedette::commands
