// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/pattern.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

struct Case {
  absl::string_view name, text;
  SigmaPlace place;
  bool cased;
  absl::string_view comparison;
};
constexpr Case kCases[] = {
    {"whole", "/bin/Sh", SigmaPlace::kWhole, false, "f iglob /bin/Sh"},
    {"whole, by case", "/bin/sh", SigmaPlace::kWhole, true, "f = /bin/sh"},
    {"no letters", "/123/", SigmaPlace::kStart, false, "f startswith /123/"},
    {"anywhere", " -c ", SigmaPlace::kAnywhere, false, "f icontains \" -c \""},
    {"start", "/tmp/", SigmaPlace::kStart, false, "f iglob /tmp/*"},
    {"end, by case", "/sh", SigmaPlace::kEnd, true, "f endswith /sh"},
    {"stars around are contains", "*abc*", SigmaPlace::kWhole, false, "f icontains abc"},
    {"a star in front is an end", "*abc", SigmaPlace::kWhole, true, "f endswith abc"},
    {"a star behind an end is contains", "abc*", SigmaPlace::kEnd, true, "f contains abc"},
    {"wildcards inside", "a*b?c", SigmaPlace::kAnywhere, false, "f iglob *a*b?c*"},
    {"escaped wildcards", "a\\*b\\?c\\\\d\\e", SigmaPlace::kWhole, true, "f = \"a*b?c\\\\d\\\\e\""},
    {"globs of ours are escaped", "a[1]\\**", SigmaPlace::kStart, false,
     "f iglob \"a\\\\[1\\\\]\\\\**\""},
    {"stars alone", "**", SigmaPlace::kWhole, false, "f exists"},
    {"nothing anywhere", "", SigmaPlace::kAnywhere, false, "f exists"},
};

TEST(CompareText, Cases) {
  for (const Case& one : kCases) {
    EXPECT_EQ(CompareText("f", one.text, one.place, one.cased), one.comparison) << one.name;
  }
}

TEST(CompareRegex, IsLookedForAnywhere) {
  EXPECT_EQ(CompareRegex("f", "^a|b$", ""), "f regex \"(?s:.*)(?:^a|b$)(?s:.*)\"");
  EXPECT_EQ(CompareRegex("f", "a", "i"), "f regex \"(?s:.*)(?:(?i:a))(?s:.*)\"");
}

}  // namespace
}  // namespace vedette
