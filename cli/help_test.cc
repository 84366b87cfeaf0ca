// SPDX-License-Identifier: Apache-2.0
//
// Help texts are golden: tests/golden/help/<command>.txt.
#include "cli/help.h"
#include "CLI/CLI.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"
#include "integrations/format/golden.h"

namespace vedette {
namespace {

std::string HelpOf(std::vector<std::string> path) {
  path.emplace_back("--help");
  CapturedIo io;
  EXPECT_EQ(RunCommandLine(path, io), ExitCode::kDone) << io.error();
  return io.out();
}

void ExpectGoldenHelp(const std::vector<std::string>& path) {
  const std::string help = HelpOf(path);
  const std::string name = path.empty() ? "vedette" : absl::StrJoin(path, "_");
  ExpectGolden(absl::StrCat("help/", name, ".txt"), help);
  for (absl::string_view line : absl::StrSplit(help, '\n')) EXPECT_LE(line.size(), 80u) << line;
}

TEST(Help, OfEveryCommand) {
  ExpectGoldenHelp({});
  for (const CommandRow& row : Commands()) {
    ExpectGoldenHelp({std::string(row.name)});
    CLI::App app;
    CommandAction action;
    Command command(app, action);
    row.define(command);
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
      ExpectGoldenHelp({std::string(row.name), sub->get_name()});
    }
  }
}

TEST(Help, EveryCommandShowsExamples) {
  for (const CommandRow& row : Commands()) {
    const std::string help = HelpOf({std::string(row.name)});
    EXPECT_TRUE(help.find("Examples:\n  vedette ") != std::string::npos ||
                help.find("Examples:\n  sudo vedette ") != std::string::npos)
        << row.name;
    EXPECT_NE(help.find("Exit codes:\n  0  done\n"), std::string::npos) << row.name;
  }
}

TEST(WrapText, BreaksAtBlanks) {
  EXPECT_EQ(WrapText("one two three", 7, 2), "one two\n  three");
  EXPECT_EQ(WrapText("a verylongword b", 4, 0), "a\nverylongword\nb");
  EXPECT_EQ(WrapText("", 4, 0), "");
}

}  // namespace
}  // namespace vedette
