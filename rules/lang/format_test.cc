// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "rules/lang/testing.h"

namespace vedette {
namespace {

std::string Formatted(const std::string& text) { return FormatRules({"f.yaml", text}).text; }

TEST(FormatRules, KeysConditionsAndCommentsHaveTheirPlaces) {
  const std::string text = R"(# The file.


- macro:   m
  condition:   a.b   in (x,y)
- rule: R
  tags: [t]  # why
  # Above the priority.
  priority: NOTICE
  condition: (evt.type = open and proc.name in (some_list)) or fd.name startswith "/etc"  and not m
  output: >
    text  with   blanks
    # no comment
  desc: d
  # At the end.
# Of the list.
- list: l
  items:
  - a   # one
  - 'b c'
)";
  const std::string wanted = R"(# The file.

- macro:   m
  condition: a.b in (x,y)

- rule: R
  desc: d
  condition: >
    (evt.type = open and proc.name in (some_list))
    or fd.name startswith "/etc"
    and not m
  output: >
    text  with   blanks
    # no comment
  # Above the priority.
  priority: NOTICE
  tags: [t]  # why
  # At the end.

# Of the list.
- list: l
  items:
  - a   # one
  - 'b c'
)";
  EXPECT_EQ(Formatted(text), wanted);
  EXPECT_EQ(Formatted(wanted), wanted);
}

struct Case {
  absl::string_view name, text;
};
constexpr Case kKept[] = {
    {"anchors and aliases",
     "- macro: a\n  condition: &c a.b   = c\n\n- macro: b\n  condition: *c\n"},
    {"flow style", "- {macro: a,   condition: b}\n"},
    {"a comment beside a condition", "- macro: a\n  condition: a   and b  # why\n"},
    {"a condition that is none", "- macro: a\n  condition: a   b  c\n"},
    {"double keys", "- macro: a\n  condition: a   and b\n  condition: c   and d\n"},
    {"no YAML", "- macro: 'a\n  condition: x\n"},
    {"no list", "a:   b\n"},
};

TEST(FormatRules, WhatIsUnusualStays) {
  for (const Case& one : kKept) EXPECT_EQ(Formatted(std::string(one.text)), one.text) << one.name;
}

TEST(FormatRules, EmptyLinesAreOneBetweenItems) {
  EXPECT_EQ(Formatted(""), "");
  EXPECT_EQ(Formatted("\n\n"), "");
  EXPECT_EQ(Formatted("- macro: a\n  condition: b\n- macro: c\n  condition: d\n\n\n"),
            "- macro: a\n  condition: b\n\n- macro: c\n  condition: d\n");
  EXPECT_EQ(Formatted("---\n- macro: a\n  condition: b\n---\n- macro: c\n  condition: d"),
            "---\n- macro: a\n  condition: b\n\n---\n- macro: c\n  condition: d\n");
}

TEST(FormatRules, SaysWhyItIsNoYaml) {
  const FormattedRules result = FormatRules({"f.yaml", "- macro: 'a\n  condition: x\n"});
  EXPECT_TRUE(result.diagnostics.has_errors());
}

std::vector<std::string> RuleFiles() {
  std::vector<std::string> files;
  for (const char* folder : {"rules/packs", "tests/fuzz/seeds/rules", "../shared/falco"}) {
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
    }
  }
  return files;
}

// Comments as they are, in any order.
std::vector<std::string> Comments(const std::string& text) {
  std::vector<std::string> comments;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (absl::StartsWith(line, "#")) comments.emplace_back(line);
  }
  std::sort(comments.begin(), comments.end());
  return comments;
}

TEST(FormatRules, RealFilesLoadToTheSameProgramAndKeepTheirComments) {
  const std::vector<std::string> files = RuleFiles();
  ASSERT_FALSE(files.empty());
  for (const std::string& file : files) {
    const auto text = ReadFile(file, 1 << 20);
    ASSERT_TRUE(text.ok());
    const std::string once = Formatted(*text);
    EXPECT_EQ(Formatted(once), once) << file;
    EXPECT_EQ(Comments(once), Comments(*text)) << file;
    const LoadResult before = LoadFiles({*text}), after = LoadFiles({once});
    EXPECT_EQ(before.program == nullptr, after.program == nullptr) << file;
    if (before.program == nullptr) continue;
    EXPECT_EQ(ConditionTexts(after), ConditionTexts(before)) << file;
  }
}

}  // namespace
}  // namespace vedette
