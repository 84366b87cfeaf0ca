// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "cli/command.h"
#include "cli/rules/test_rule_file.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr char kUgly[] = "- macro: a\n  condition: b   and c\n";
constexpr char kPretty[] = "- macro: a\n  condition: b and c\n";

TEST(RulesFmt, PrintsAndLeavesTheFileAlone) {
  const std::string path = TestRuleFile("print.yaml", kUgly);
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "fmt", path}, io), ExitCode::kDone);
  EXPECT_EQ(io.out(), kPretty);
  EXPECT_EQ(*ReadFile(path, 1000), kUgly);
}

TEST(RulesFmt, ChecksAndWrites) {
  const std::string path = TestRuleFile("write.yaml", kUgly);
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "fmt", "--check", path}, io), ExitCode::kFailed);
  EXPECT_EQ(io.out(), path + "\n");
  CapturedIo write;
  EXPECT_EQ(RunCommandLine({"rules", "fmt", "--write", path}, write), ExitCode::kDone);
  EXPECT_EQ(write.out(), path + "\n");
  EXPECT_EQ(*ReadFile(path, 1000), kPretty);
  struct stat info = {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640U);
  CapturedIo again;
  EXPECT_EQ(RunCommandLine({"rules", "fmt", "--check", path}, again), ExitCode::kDone);
  EXPECT_EQ(again.out(), "");
}

TEST(RulesFmt, AFileThatIsNoYamlIsAnErrorAndStays) {
  const std::string path = TestRuleFile("broken.yaml", "- macro: 'a\n");
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "fmt", "--write", path}, io), ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("broken.yaml:1:"));
  EXPECT_EQ(*ReadFile(path, 1000), "- macro: 'a\n");
  EXPECT_EQ(RunCommandLine({"rules", "fmt", "--write", "--check", path}, io), ExitCode::kUsage);
}

}  // namespace
}  // namespace vedette
