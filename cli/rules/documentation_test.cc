// SPDX-License-Identifier: Apache-2.0
//
// docs/rule-language.md has the tables as the code has them, and its example is right.
#include <gtest/gtest.h>

#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/rules/test_rule_file.h"
#include "rules/lang/operators.h"
#include "rules/lang/transformers.h"

namespace vedette {
namespace {

std::string Page() {
  const auto text = ReadFile("docs/rule-language.md", 1 << 20);
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

TEST(RuleLanguagePage, HasEveryOperatorAsTheTableHasIt) {
  const std::string page = Page();
  for (const Operator& op : Operators()) {
    const std::string row =
        absl::StrCat("| `", op.name, "` | ", absl::StrReplaceAll(op.doc, {{"|", "\\|"}}), " |\n");
    EXPECT_TRUE(absl::StrContains(page, row)) << "docs/rule-language.md lacks the line\n" << row;
  }
}

TEST(RuleLanguagePage, HasEveryTransformerAsTheTableHasIt) {
  const std::string page = Page();
  for (const Transformer& transformer : Transformers()) {
    const std::string row = absl::StrCat("| `", transformer.usage, "` | ", transformer.doc, " |\n");
    EXPECT_TRUE(absl::StrContains(page, row)) << "docs/rule-language.md lacks the line\n" << row;
  }
}

TEST(RuleLanguagePage, HasEveryCommand) {
  CLI::App app;
  CommandAction action;
  Command command(app, action);
  commands::rules(command);
  const std::string page = Page();
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    EXPECT_TRUE(absl::StrContains(page, absl::StrCat("| `vedette rules ", sub->get_name(), " ")))
        << sub->get_name();
  }
}

TEST(RuleLanguagePage, ItsFirstExampleLoadsAndPassesItsTests) {
  const std::string page = Page();
  const size_t begin = page.find("```yaml\n") + 8;
  const std::string path =
      TestRuleFile("page.yaml", page.substr(begin, page.find("```", begin) - begin));
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "test", "--strict", path}, io), ExitCode::kDone)
      << io.out() << io.error();
  EXPECT_EQ(io.error(), "");
}

}  // namespace
}  // namespace vedette
