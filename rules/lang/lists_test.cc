// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

constexpr absl::string_view kLists =
    "- list: shells\n  items: [sh, bash]\n"
    "- list: none\n  items: []\n"
    "- list: quoted\n  items: ['\"a b\"', \"'c,d'\"]\n"
    "- list: one\n  items: [single]\n"
    "- list: outer\n  items: [shells, ksh, later, none]\n"
    "- list: later\n  items: [too_late]\n";

std::string With(absl::string_view condition) {
  return ConditionsOf({absl::StrCat(kLists, RuleYaml("r", condition))});
}

struct Case {
  const char* name;
  const char* condition;
  const char* canonical;
};
constexpr Case kCases[] = {
    {"in parentheses", "proc.name in (shells)", "proc.name in (sh, bash)"},
    {"among others", "proc.name in (x, shells,y)", "proc.name in (x, sh, bash, y)"},
    {"without parentheses", "proc.name in shells and proc.pid = 1",
     "(proc.name in (sh, bash) and proc.pid = 1)"},
    {"behind pmatch", "proc.exepath pmatch shells", "proc.exepath pmatch (sh, bash)"},
    {"quotes are syntax", "proc.name in (quoted)", "proc.name in (\"a b\", \"c,d\")"},
    {"one item is a value", "proc.name = one", "proc.name = single"},
    {"one item is a value behind an equal sign", "proc.name=one", "proc.name = single"},
    {"an empty list", "proc.name in (none)", "proc.name in ()"},
    {"an empty list without parentheses", "proc.name in none", "proc.name in ()"},
    {"an empty list takes the comma before it away", "proc.name in (a, none)", "proc.name in (a)"},
    {"an empty list takes the comma behind it away", "proc.name in (none, a)", "proc.name in (a)"},
    {"an empty list in the middle", "proc.name in (a, none, b)", "proc.name in (a, b)"},
    {"a list in a list, if it is earlier", "proc.name in (outer)",
     "proc.name in (sh, bash, ksh, later)"},
    {"only whole words", "proc.name in (shells2, my-shells)", "proc.name in (shells2, my-shells)"},
    {"words in quotes too", "'proc.cmdline contains \"run one now\"'",
     "proc.cmdline contains \"run single now\""},
    {"not beside quotes", "proc.name in (\"shells\")", "proc.name in (shells)"},
};

TEST(Lists, ArePutInAsText) {
  for (const Case& c : kCases) {
    EXPECT_EQ(With(c.condition), absl::StrCat("r: ", c.canonical, "\n")) << c.name;
  }
}

TEST(Lists, TheLastDefinitionOfAllFilesCounts) {
  EXPECT_EQ(ConditionsOf({"- list: l\n  items: [a]\n" + RuleYaml("r", "proc.name in (l)"),
                          "- list: l\n  items: [b]\n"}),
            "r: proc.name in (b)\n");
}

TEST(Lists, AMistakeInAnItemIsShownAtTheItem) {
  EXPECT_EQ(MessagesOf({"- list: ids\n  items: [1, x]\n" + RuleYaml("r", "user.uid in (ids)")}),
            "2:14 error: \"x\" is not a whole number, zero or above, as user.uid needs\n");
}

TEST(Lists, AnItemThatNeedsQuotesSaysSo) {
  EXPECT_THAT(MessagesOf({"- list: l\n  items: [a b]\n" + RuleYaml("r", "proc.name in (l)")}),
              testing::HasSubstr("2:13 error: expected a comma or a closing parenthesis in the "
                                 "list | an item of a list with blanks"));
}

TEST(Lists, ASmallFileCannotMakeLargeConditions) {
  std::string text = "- list: l0\n  items: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n";
  for (int i = 1; i < 40; ++i) {
    absl::StrAppend(&text, "- list: l", i, "\n  items: [l", i - 1, ", l", i - 1, "]\n");
  }
  text += RuleYaml("r", "proc.name in (l39)");
  EXPECT_THAT(MessagesOf({text}), testing::HasSubstr("out of proportion"));
}

}  // namespace
}  // namespace vedette
