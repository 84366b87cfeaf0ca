// SPDX-License-Identifier: Apache-2.0
#include "cli/rules/loaded_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/load.h"

namespace vedette {
namespace {

std::shared_ptr<const Program> Rules() {
  const RuleSource source{
      "r.yaml",
      "- rule: Open\n  desc: d\n  condition: evt.kind = file_open\n"
      "  output: 100%% of %10fd.name by %proc.aname[2] %toupper(proc.name)\n  priority: NOTICE\n"};
  return LoadRules({&source, 1}).program;
}

TEST(LoadedRules, ARuleIsFoundByItsNameInAnyCase) {
  const auto program = Rules();
  CapturedIo io;
  EXPECT_EQ(FindRuleOrComplain(*program, "oPEN", io), 0U);
  EXPECT_EQ(io.error(), "");
  EXPECT_EQ(FindRuleOrComplain(*program, "Opne", io), std::nullopt);
  EXPECT_THAT(io.error(), testing::HasSubstr("did you mean \"Open\"?"));
}

TEST(LoadedRules, OutputsArePrintedAsTheyAreWritten) {
  EXPECT_EQ(OutputText(Rules()->rules[0]),
            "100%% of %10fd.name by %proc.aname[2] %toupper(proc.name)");
}

TEST(LoadedRules, KindsHaveNames) {
  EXPECT_THAT(KindNamesOf(Rules()->rules[0]), testing::ElementsAre("file_open"));
}

TEST(LoadedRules, FilesThatAreNotThereAreNamed) {
  CapturedIo io;
  ExitCode code = ExitCode::kDone;
  EXPECT_EQ(LoadOrComplain({"/nowhere.yaml"}, io, code), nullptr);
  EXPECT_EQ(code, ExitCode::kFailed);
  EXPECT_THAT(io.error(), testing::HasSubstr("/nowhere.yaml"));
}

}  // namespace
}  // namespace vedette
