// SPDX-License-Identifier: Apache-2.0
#include "engine/testing/rule_tests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/temporary_directory.h"
#include "rules/lang/load.h"
#include "sensor/source/record_file.h"

namespace vedette {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kRules[] = R"(
- rule: Shadow
  desc: d
  condition: evt.kind = file_open and fd.name = /etc/shadow
  output: read by %proc.name
  priority: WARNING
- rule: Cat
  desc: d
  condition: evt.kind = process_exec and proc.name = cat
  output: cat
  priority: NOTICE
)";

std::shared_ptr<const Program> Rules() {
  const RuleSource source{"rules.yaml", kRules};
  return LoadRules({&source, 1}).program;
}

// The case with these events and this expectation.
RuleCase Case(absl::string_view events, absl::string_view expect) {
  const CaseFile file =
      ParseCases({"dir/cases.yaml", absl::StrCat("- rule: Shadow\n  name: n\n  ", events,
                                                 "\n  expect: ", expect, "\n")});
  EXPECT_TRUE(file.diagnostics.empty()) << file.diagnostics.ToText();
  return file.cases.at(0);
}

constexpr absl::string_view kStory =
    "events: [{kind: process_exec, exe_path: /bin/cat}, {kind: file_open, path: /etc/shadow}]";

TEST(RunCase, AStoryGoesThroughThePipeline) {
  const CaseResult good = RunCase(Rules(), Case(kStory, "[Shadow, Cat]"));
  EXPECT_TRUE(good.passed()) << good.played;
  const CaseResult bad = RunCase(Rules(), Case(kStory, "[Shadow, Shadow, Other]"));
  EXPECT_FALSE(bad.passed());
  EXPECT_THAT(bad.missing, ElementsAre("Other", "Shadow"));
  ASSERT_EQ(bad.unexpected.size(), 1U);
  EXPECT_EQ(bad.unexpected[0].rule, "Cat");
  EXPECT_EQ(bad.unexpected[0].message, "cat");
}

TEST(RunCase, OutputsArePaddedAndShowWhatTransformersMake) {
  const RuleSource source{"rules.yaml",
                          "- rule: Shadow\n  desc: d\n  condition: evt.kind = file_open\n"
                          "  output: <%6proc.name|%2proc.name|%toupper(basename(fd.name))>\n"
                          "  priority: WARNING\n"};
  const auto program = LoadRules({&source, 1}).program;
  ASSERT_NE(program, nullptr);
  const CaseResult result = RunCase(program, Case(kStory, "[]"));
  ASSERT_EQ(result.unexpected.size(), 1U) << result.played;
  EXPECT_EQ(result.unexpected[0].message, "<cat   |cat|SHADOW>");
  EXPECT_EQ(result.unexpected[0].fields[1].name, "toupper(basename(fd.name))");
  EXPECT_EQ(result.unexpected[0].fields[1].text, "SHADOW");
}

TEST(RunCase, ValuesOfFieldsAreMetWithTheConditionsOfTheirKind) {
  EXPECT_TRUE(
      RunCase(Rules(), Case("events: [{evt.type: openat, fd.name: /etc/shadow}]", "[Shadow]"))
          .played.ok());
  const CaseResult result =
      RunCase(Rules(), Case("events: [{evt.kind: file_open, fd.name: /etc/shadow}]", "[Shadow]"));
  EXPECT_TRUE(result.passed()) << result.played;
  EXPECT_THAT(RunCase(Rules(), Case("events: [{fd.name: /etc/passwd}]", "[Shadow]")).missing,
              ElementsAre("Shadow"));
}

TEST(RunCase, ARecordedSampleIsFoundBesideTheCaseFile) {
  const TemporaryDirectory folder;
  const std::string file = "sample.vdt";
  const auto records = RecordsOf(Case(kStory, "[]"));
  ASSERT_TRUE(records.ok());
  auto writer = RecordWriter::Create(folder.File(file), StoryHost());
  ASSERT_TRUE(writer.ok()) << writer.status();
  for (int i = 0; i < 2; ++i) {
    for (const RecordBytes& record : *records) ASSERT_TRUE((*writer)->Write(record).ok());
  }
  ASSERT_TRUE((*writer)->Close().ok());
  RuleCase one = Case(absl::StrCat("record: ", file), "[Cat, Shadow]");
  one.where.file = folder.File("cases.yaml");
  const CaseResult result = RunCase(Rules(), one);
  EXPECT_TRUE(result.passed()) << result.played;
}

TEST(RunCase, WhatCannotBePlayedIsSaidWithItsPlace) {
  const CaseResult record = RunCase(Rules(), Case("record: none.vdt", "[]"));
  EXPECT_THAT(std::string(record.played.message()), HasSubstr("dir/cases.yaml:1:"));
  EXPECT_THAT(std::string(record.played.message()), HasSubstr("dir/none.vdt"));
  const CaseResult story = RunCase(Rules(), Case("events: [{kind: nothing}]", "[]"));
  EXPECT_THAT(std::string(story.played.message()), HasSubstr("dir/cases.yaml:3:"));
  const CaseResult field = RunCase(Rules(), Case("events: [{proc.nmae: x}]", "[]"));
  EXPECT_THAT(std::string(field.played.message()), HasSubstr("did you mean \"proc.name\"?"));
}

TEST(CoverageOf, CountsTheCasesOfEachRule) {
  const RuleCase holds = Case(kStory, "[Shadow, Cat]"), silent = Case(kStory, "[Cat]");
  const auto coverage = CoverageOf(*Rules(), {holds, silent, silent});
  ASSERT_EQ(coverage.size(), 2U);
  EXPECT_EQ(coverage[0].matching, 1U);
  EXPECT_EQ(coverage[0].silent, 2U);
  EXPECT_EQ(coverage[1].matching, 0U);
}

}  // namespace
}  // namespace vedette
