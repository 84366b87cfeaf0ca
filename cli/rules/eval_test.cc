// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "cli/command.h"
#include "cli/rules/test_rule_file.h"

namespace vedette {
namespace {

using testing::HasSubstr;

struct Case {
  absl::string_view name, condition, event, out, error;
};
constexpr Case kCases[] = {
    {"a condition that holds", "proc.name = cat", R"({"proc.name": "cat"})", "true\n", ""},
    {"one that does not", "proc.name = cat", R"({"proc.name": "dog"})", "false\n", ""},
    {"no value, and !=", "proc.name != cat", R"({"proc.name": null})", "false\n", ""},
    {"no value, negated", "not proc.name = cat", "{}", "true\n", ""},
    {"several values", "proc.aname in (sshd)", R"({"proc.aname": ["bash", "sshd"]})", "true\n", ""},
    {"numbers", "fd.sport in (80, 443)", R"({"fd.sport": 443})", "true\n", ""},
    {"truth", "evt.is_open_read = true", R"({"evt.is_open_read": true})", "true\n", ""},
    {"an event that cannot be", "evt.type = execve and fd.name = /x",
     R"({"evt.type": "execve", "fd.name": "/x"})", "true\n", ""},
    {"a wrong condition", "proc.nmae = cat", "{}", "error\n",
     "condition:1:1: error: unknown field"},
    {"no condition", "proc.name =", "{}", "error\n", "condition:1:"},
    {"a wrong field", "proc.name = cat", R"({"proc.nmae": "cat"})", "error\n", "did you mean"},
    {"a wrong type", "proc.name = cat", R"({"proc.name": 1})", "error\n", "expected a text"},
    {"a value that is none", "proc.name = cat", R"({"proc.name": {}})", "error\n", "a value is"},
    {"no JSON", "proc.name = cat", "proc.name", "error\n", "not JSON"},
};

TEST(RulesEval, Cases) {
  for (const Case& one : kCases) {
    CapturedIo io;
    const ExitCode code =
        RunCommandLine({"rules", "eval", std::string(one.condition), std::string(one.event)}, io);
    EXPECT_EQ(io.out(), one.out) << one.name << io.error();
    EXPECT_THAT(io.error(), HasSubstr(std::string(one.error))) << one.name;
    EXPECT_EQ(code, one.out == "error\n" ? ExitCode::kFailed : ExitCode::kDone) << one.name;
  }
}

TEST(RulesEval, MacrosAndListsComeFromRuleFiles) {
  const std::string path = TestRuleFile("macros.yaml",
                                        "- list: cats\n  items: [cat, tac]\n"
                                        "- macro: a_cat\n  condition: proc.name in (cats)\n");
  CapturedIo io;
  EXPECT_EQ(
      RunCommandLine({"rules", "eval", "--rules", path, "a_cat", R"({"proc.name": "tac"})"}, io),
      ExitCode::kDone);
  EXPECT_EQ(io.out(), "true\n");
}

TEST(RulesEval, ABatchIsAnsweredLineByLine) {
  CapturedIo io;
  io.SetInput(
      "{\"condition\": \"proc.name = a\", \"event\": {\"proc.name\": \"a\"}}\n"
      "{\"condition\": \"proc.name = a\", \"event\": {}}\n"
      "{\"condition\": \"proc.name\", \"event\": {}}\n"
      "{\"condition\": \"proc.name = a\"}\n");
  EXPECT_EQ(RunCommandLine({"rules", "eval", "--batch"}, io), ExitCode::kFailed);
  EXPECT_THAT(io.out(), HasSubstr("{\"result\":true}\n{\"result\":false}\n{\"result\":\"error\","
                                  "\"error\":{\"message\":"));
  EXPECT_THAT(io.out(), HasSubstr("{\"input_line\":4,\"message\":\"\\\"event\\\" is missing"));
}

TEST(RulesEval, WantsBothOrABatch) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "eval", "a.b = c"}, io), ExitCode::kUsage);
  EXPECT_EQ(RunCommandLine({"rules", "eval", "--batch", "a.b = c"}, io), ExitCode::kUsage);
}

}  // namespace
}  // namespace vedette
