// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/rules/json_request.h"
#include "cli/rules/test_rule_file.h"

namespace vedette {
namespace {

std::string RuleFile() {
  return TestRuleFile("show.yaml", R"(
- list: cats
  items: [nc, ncat]
- macro: an_exec
  condition: evt.kind = process_exec
- rule: Netcat
  desc: somebody runs netcat
  condition: an_exec and proc.name in (cats)
  output: netcat (%proc.cmdline)
  priority: WARNING
  tags: [network]
  exceptions:
    - {name: e, fields: [user.name], values: [[ann]]}
)");
}

TEST(RulesShow, EverythingIsPutIn) {
  CapturedIo io;
  const std::string path = RuleFile();
  ASSERT_EQ(RunCommandLine({"rules", "show", "netcat", path}, io), ExitCode::kDone) << io.error();
  EXPECT_EQ(io.out(), absl::StrCat("Netcat (", path, R"(:6)
  description somebody runs netcat
  priority    Warning
  tags        network
  events      process_exec
  condition   (evt.kind = process_exec and proc.name in (nc, ncat))
              and not user.name = ann
  output      netcat (%proc.cmdline)
)"));
}

TEST(RulesShow, AsJson) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"rules", "show", "--json", "Netcat", RuleFile()}, io), ExitCode::kDone);
  const auto json = nlohmann::ordered_json::parse(io.out());
  EXPECT_EQ(json["rule"], "Netcat");
  EXPECT_EQ(json["events"][0], "process_exec");
  EXPECT_EQ(json["line"], 6);
}

TEST(RulesShow, AnUnknownRuleFails) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "show", "Netkat", RuleFile()}, io), ExitCode::kFailed);
  EXPECT_THAT(io.error(), testing::HasSubstr("did you mean \"Netcat\"?"));
}

}  // namespace
}  // namespace vedette
