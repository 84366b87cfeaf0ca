// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"
#include "cli/rules/json_request.h"

namespace vedette {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

TEST(RulesParse, PrintsTheCanonicalForm) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "parse", "a.b=1 and(no_macro)"}, io), ExitCode::kDone);
  EXPECT_EQ(io.out(), "(a.b = 1 and no_macro)\n");
}

TEST(RulesParse, ShowsWhereAConditionIsWrong) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "parse", "a and or b"}, io), ExitCode::kFailed);
  EXPECT_EQ(io.out(), "");
  EXPECT_THAT(io.error(), HasSubstr("condition:1:10: error: "));
  CapturedIo json;
  EXPECT_EQ(RunCommandLine({"rules", "parse", "--json", "a and or b"}, json), ExitCode::kFailed);
  EXPECT_EQ(Json::parse(json.out())["error"]["column"], 10);
}

TEST(RulesParse, WantsAConditionOrABatch) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"rules", "parse"}, io), ExitCode::kUsage);
  EXPECT_EQ(RunCommandLine({"rules", "parse", "--batch", "a"}, io), ExitCode::kUsage);
}

std::vector<Json> Batch(std::string input, ExitCode expected) {
  CapturedIo io;
  io.SetInput(std::move(input));
  EXPECT_EQ(RunCommandLine({"rules", "parse", "--batch"}, io), expected);
  std::vector<Json> answers;
  for (const absl::string_view line : absl::StrSplit(io.out(), '\n', absl::SkipEmpty())) {
    answers.push_back(Json::parse(line.begin(), line.end()));
  }
  return answers;
}

TEST(RulesParse, ABatchIsAnsweredLineByLine) {
  const auto answers = Batch(
      "{\"filter\": \"a or b\", \"expect\": \"accept\"}\n"
      "{\"filter\": \"a or\"}\n"
      "{\"filter\": \"\"}\n"
      "{\"filter\": \"a.b = \\\"x y\\\"\"}",
      ExitCode::kDone);
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[0], (Json{{"accept", true}, {"result", "accept"}, {"canonical", "(a or b)"}}));
  EXPECT_EQ(answers[1]["accept"], false);
  EXPECT_EQ(answers[1]["error"]["line"], 1);
  EXPECT_EQ(answers[2]["accept"], false);
  EXPECT_EQ(answers[3]["canonical"], "a.b = \"x y\"");
}

TEST(RulesParse, ALineThatIsNoRequestIsAnsweredAndTheNextIsRead) {
  const std::string deep(100'000, '[');
  const std::string huge(kRequestBytesMax + 1, 'x');
  const std::vector<std::string> wrong = {"",
                                          "nonsense",
                                          "[]",
                                          "3",
                                          "{}",
                                          "{\"filter\": 3}",
                                          "{\"filter\": \"a\"",
                                          "\"\xff\"",
                                          "{\"filter\": \"\\ud800\"}",
                                          "{\"filter\": 1e999}",
                                          absl::StrCat("{\"filter\":", deep),
                                          huge};
  for (const std::string& line : wrong) {
    const auto answers = Batch(line + "\n{\"filter\": \"a\"}\n", ExitCode::kFailed);
    ASSERT_EQ(answers.size(), 2U) << line.substr(0, 50);
    EXPECT_EQ(answers[0]["result"], "error") << line.substr(0, 50);
    EXPECT_EQ(answers[0]["error"]["input_line"], 1);
    EXPECT_EQ(answers[1]["accept"], true);
  }
}

TEST(RulesParse, HostileConditionsAreAnswered) {
  const auto answers =
      Batch(absl::StrCat("{\"filter\": \"a.b = '\\u0000'\"}\n{\"filter\": \"\\u202e\\u001b[1m\"}\n",
                         "{\"filter\": \"", std::string(1'000'000, '('), "\"}\n"),
            ExitCode::kDone);
  ASSERT_EQ(answers.size(), 3U);
  for (const Json& answer : answers) EXPECT_EQ(answer["accept"], false);
}

}  // namespace
}  // namespace vedette
