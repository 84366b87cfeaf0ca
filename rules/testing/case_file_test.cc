// SPDX-License-Identifier: Apache-2.0
#include "rules/testing/case_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::string_view kGood = R"(
- rule: R
  name: a case
  events:
    - {kind: process_seen, exe_path: /usr/sbin/nginx, args: [nginx, "-g"], container: true}
    - kind: file_open
      path: /etc/shadow
  expect: [R]
)";

TEST(CaseFile, IsReadAsItIsWritten) {
  const CaseFile file = ParseCases({"f", std::string(kGood)});
  ASSERT_TRUE(file.diagnostics.empty()) << file.diagnostics.ToText();
  ASSERT_EQ(file.cases.size(), 1U);
  const RuleCase& one = file.cases[0];
  EXPECT_EQ(one.Place(), "f:2");
  EXPECT_EQ(one.rule, "R");
  EXPECT_THAT(one.expect, ElementsAre("R"));
  ASSERT_EQ(one.events.size(), 2U);
  EXPECT_EQ(one.events[0].kind, "process_seen");
  ASSERT_EQ(one.events[0].values.size(), 3U);
  EXPECT_TRUE(one.events[0].values[1].is_list);
  EXPECT_EQ(one.events[0].values[1].values[1].text, "-g");
  EXPECT_EQ(one.events[1].where.line, 6U);
}

TEST(CaseFile, EventsMayBeValuesOfFields) {
  const CaseFile file = ParseCases({"f", R"(
- {rule: R, name: n, events: [{fd.name: /x, proc.pid: 3, fd.num: null}], expect: []}
- {rule: R, name: m, record: sample.vdt, expect: [R]}
)"});
  ASSERT_TRUE(file.diagnostics.empty()) << file.diagnostics.ToText();
  ASSERT_EQ(file.cases.size(), 2U);
  EXPECT_EQ(file.cases[0].events[0].kind, "");
  EXPECT_TRUE(file.cases[0].events[0].values[2].values.empty());
  EXPECT_EQ(file.cases[1].record, "sample.vdt");
}

TEST(CaseFile, CasesMayStandAmongTheRules) {
  const RuleSource source{"f", R"(
- macro: m
  condition: x
- tests:
    - {rule: R, name: n, events: [{fd.name: /x}], expect: []}
)"};
  const CaseFile file = ParseCasesOfRules(source);
  EXPECT_TRUE(file.diagnostics.empty()) << file.diagnostics.ToText();
  EXPECT_EQ(file.cases.size(), 1U);
}

struct Bad {
  absl::string_view name;
  std::string text;
  absl::string_view error;
};

std::string CaseWith(absl::string_view part) {
  return absl::StrCat("- {rule: R, name: N, ", part, "}\n");
}

TEST(CaseFile, RefusesWhatItDoesNotUnderstand) {
  const Bad cases[] = {
      {"not YAML", "- {", "f:1:"},
      {"not a list", "rule: R", "expected a list of cases"},
      {"an unknown key", absl::StrCat(kGood, "  expects: []\n"), "did you mean \"expect\"?"},
      {"no expectation", CaseWith("events: [{kind: process_exec}]"), "say `expect: []`"},
      {"no events", CaseWith("events: [], expect: []"), "no events"},
      {"neither events nor record", CaseWith("expect: []"), "no events and no record"},
      {"events and a record", CaseWith("events: [{a.b: c}], record: x, expect: []"), "choose one"},
      {"records and fields", CaseWith("events: [{a.b: c}, {kind: file_open}], expect: []"),
       "do not go together"},
      {"no rule", "- {name: N, events: [{kind: process_exec}], expect: []}", "no rule"},
      {"an event that is none", CaseWith("events: [x], expect: []"), "expected an event"},
      {"a value that is a map", CaseWith("events: [{a.b: {c: d}}], expect: []"),
       "expected a value"},
      {"a key that is there twice", CaseWith("events: [{a.b: c, a.b: d}], expect: []"), "twice"},
  };
  for (const Bad& bad : cases) {
    const CaseFile file = ParseCases({"f", bad.text});
    EXPECT_TRUE(file.cases.empty()) << bad.name;
    EXPECT_THAT(file.diagnostics.ToText(), HasSubstr(std::string(bad.error))) << bad.name;
  }
}

}  // namespace
}  // namespace vedette
