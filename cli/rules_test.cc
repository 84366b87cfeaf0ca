// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.h"
#include "cli/rules/test_rule_file.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr absl::string_view kGood = R"(
- rule: Netcat
  desc: somebody runs netcat
  condition: evt.kind = process_exec and proc.name in (nc, ncat)
  output: netcat (command=%proc.cmdline)
  priority: WARNING
  tags: [network]
- rule: Secret
  desc: a file with secret in its name
  condition: evt.kind = file_open and fd.name contains secret
  output: secret (file=%fd.name)
  priority: NOTICE
)";

TEST(RulesCheck, GoodRules) {
  CapturedIo io;
  const std::string path = TestRuleFile("good.yaml", kGood);
  EXPECT_EQ(RunCommandLine({"rules", "check", path}, io), ExitCode::kDone) << io.out();
  EXPECT_THAT(io.out(), HasSubstr("1 file, 2 rules, 0 errors, 0 warnings\n"));
}

TEST(RulesCheck, ErrorsExitWithOne) {
  CapturedIo io;
  const std::string path = TestRuleFile("bad.yaml", R"(
- rule: Bad
  desc: two mistakes
  condition: evt.kind = process_exec and proc.nam = nc
  output: x %proc.nmae
  priority: WARNING
)");
  EXPECT_EQ(RunCommandLine({"rules", "check", path}, io), ExitCode::kFailed);
  EXPECT_THAT(io.out(), HasSubstr("bad.yaml:4:"));
  EXPECT_THAT(io.out(), HasSubstr("bad.yaml:5:"));
  EXPECT_THAT(io.out(), HasSubstr("1 file, 2 errors, 0 warnings\n"));
}

TEST(RulesCheck, AMissingFileIsNamed) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "check", "/nowhere.yaml"}, io), ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("/nowhere.yaml"));
}

TEST(RulesList, SaysWhereARuleIsDecided) {
  CapturedIo io;
  const std::string path = TestRuleFile("list.yaml", kGood);
  ASSERT_EQ(RunCommandLine({"rules", "list", path}, io), ExitCode::kDone) << io.error();
  EXPECT_THAT(io.out(), testing::ContainsRegex("Netcat +Warning +process_exec +kernel +network"));
  EXPECT_THAT(io.out(), testing::ContainsRegex("Secret +Notice +file_open +kernel, then user"));
}

TEST(RulesList, AsJson) {
  CapturedIo io;
  const std::string path = TestRuleFile("list.yaml", kGood);
  ASSERT_EQ(RunCommandLine({"rules", "list", "--json", path}, io), ExitCode::kDone);
  EXPECT_THAT(io.out(), testing::StartsWith("{\"rule\":\"Netcat\",\"priority\":\"Warning\","
                                            "\"events\":[\"process_exec\"],"
                                            "\"decided_by\":\"kernel\""));
}

}  // namespace
}  // namespace vedette
