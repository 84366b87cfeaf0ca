// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "cli/command.h"
#include "cli/rules/json_request.h"
#include "cli/rules/test_rule_file.h"

namespace vedette {
namespace {

using testing::HasSubstr;

std::string RuleFile() {
  return TestRuleFile("explain.yaml", R"(
- rule: Netcat
  desc: d
  condition: evt.kind = process_exec and proc.name in (nc, ncat)
  output: o
  priority: WARNING
- rule: Secret
  desc: d
  condition: evt.kind = file_open and fd.name contains secret
  output: o
  priority: NOTICE
)");
}

TEST(RulesExplain, NamesWhatIsLeftForUserSpace) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"rules", "explain", "secret", RuleFile()}, io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("user space looks at: fd.name contains secret"));
  EXPECT_THAT(io.out(),
              HasSubstr("passes on every act of these kinds; user space looks at all of them."));
  EXPECT_THAT(io.out(), HasSubstr("        ... vt.kind = file_open and fd.name contains secret)\n"
                                  "                                    ^~~~~~~~~~~~~~~~~~~~~~~\n"
                                  "        because the kernel compares fd.name as a whole or by"
                                  " its beginning, not with contains\n"));
  EXPECT_THAT(io.out(), testing::ContainsRegex("holds for about 1 in [0-9]+ values, costs about"));
  CapturedIo netcat;
  ASSERT_EQ(RunCommandLine({"rules", "explain", "Netcat", RuleFile()}, netcat), ExitCode::kDone);
  EXPECT_THAT(netcat.out(), HasSubstr("the kernel passes on: proc.name in (nc, ncat)"));
  EXPECT_THAT(netcat.out(), HasSubstr("The kernel alone can tell"));
}

TEST(RulesExplain, AsJson) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"rules", "explain", "--json", "Secret", RuleFile()}, io),
            ExitCode::kDone);
  const auto json = nlohmann::ordered_json::parse(io.out());
  EXPECT_EQ(json["events"][0]["event"], "file_open");
  EXPECT_EQ(json["events"][0]["terms"][0]["user_space"][0]["comparison"],
            "fd.name contains secret");
  EXPECT_EQ(json["events"][0]["terms"][0]["exact"], false);
  EXPECT_THAT(std::string(json["events"][0]["terms"][0]["user_space"][0]["because"]),
              HasSubstr("not with contains"));
}

TEST(RulesExplain, AnUnknownRuleFails) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "explain", "Netkat", RuleFile()}, io), ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("did you mean \"Netcat\"?"));
}

}  // namespace
}  // namespace vedette
