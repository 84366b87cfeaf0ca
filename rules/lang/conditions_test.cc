// SPDX-License-Identifier: Apache-2.0
//
// Macros: which may use which, and who is to blame for an unknown field in one.
#include "rules/lang/conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

using testing::HasSubstr;

std::string Macro(absl::string_view name, absl::string_view condition) {
  return absl::StrCat("- macro: ", name, "\n  condition: ", condition, "\n");
}

TEST(Macros, ArePutInAsSubtrees) {
  EXPECT_EQ(ConditionsOf({Macro("m", "proc.pid = 1 or proc.pid = 2") +
                          Macro("n", "not m and proc.name = x") +
                          RuleYaml("r", "m and not n and not (not m)")}),
            "r: ((proc.pid = 1 or proc.pid = 2) and not (not (proc.pid = 1 or proc.pid = 2) and "
            "proc.name = x) and (proc.pid = 1 or proc.pid = 2))\n");
}

TEST(Macros, ANotBehindANotGoes) {
  EXPECT_EQ(
      ConditionsOf({Macro("m", "not proc.pid = 1") + Macro("n", "m") + RuleYaml("r", "not n")}),
      "r: proc.pid = 1\n");
}

TEST(Macros, UseThoseDefinedBefore) {
  EXPECT_EQ(MessagesOf({Macro("a", "b") + Macro("b", "proc.pid = 1") + RuleYaml("r", "a")}),
            "2:14 error: the macro \"b\" is defined only later | a macro can use those defined "
            "before it: move it down\n");
}

TEST(Macros, RulesUseAllOfTheirFileAndEarlierOnes) {
  EXPECT_EQ(ConditionsOf({RuleYaml("r", "m") + Macro("m", "proc.pid = 1")}), "r: proc.pid = 1\n");
  EXPECT_EQ(MessagesOf({RuleYaml("r", "m"), Macro("m", "proc.pid = 1")}),
            "2:14 error: the macro \"m\" is defined only in a later file | load that file first\n");
}

TEST(Macros, ARedefinitionMayUseWhatCameMeanwhile) {
  EXPECT_EQ(ConditionsOf({Macro("a", "proc.pid = 1") + RuleYaml("r", "a"),
                          Macro("b", "proc.pid = 2") + Macro("a", "b or proc.pid = 3")}),
            "r: (proc.pid = 2 or proc.pid = 3)\n");
}

TEST(Macros, ARedefinitionKeepsItsPlaceForThoseThatUseIt) {
  // `b` was there after `a` first was, so it may use the new one.
  EXPECT_EQ(ConditionsOf({Macro("a", "proc.pid = 1") + Macro("b", "a") + RuleYaml("r", "b"),
                          Macro("a", "proc.pid = 2")}),
            "r: proc.pid = 2\n");
  // One that is appended to may use what came meanwhile, as one that is replaced.
  EXPECT_EQ(ConditionsOf({Macro("a", "proc.pid = 1") + Macro("b", "proc.pid = 2") +
                          "- macro: a\n  append: true\n  condition: or b\n" + RuleYaml("r", "a")}),
            "r: (proc.pid = 1 or proc.pid = 2)\n");
}

TEST(Macros, CirclesAreErrors) {
  EXPECT_EQ(MessagesOf({Macro("a", "proc.pid = 1") + Macro("b", "a") + Macro("a", "b")}),
            "5:10 error: the macro \"a\" uses itself: a -> b -> a\n");
}

TEST(Macros, ACircleIsNamedWithItsWay) {
  EXPECT_EQ(MessagesOf({Macro("a", "a")}),
            "2:14 error: the macro \"a\" uses itself: a -> a | macros cannot go round in a "
            "circle\n");
  EXPECT_EQ(MessagesOf({Macro("a", "proc.pid = 1 and b") + Macro("b", "not a")}),
            "2:31 error: the macro \"a\" uses itself: a -> b -> a | macros cannot go round in a "
            "circle\n");
  EXPECT_EQ(MessagesOf({Macro("a", "c") + Macro("b", "a") + Macro("c", "b")}),
            "2:14 error: the macro \"a\" uses itself: a -> c -> b -> a | macros cannot go round in "
            "a circle\n");
  std::string many;
  for (int i = 0; i < 30; ++i) many += Macro(absl::StrCat("m", i), absl::StrCat("m", (i + 1) % 30));
  EXPECT_THAT(MessagesOf({many}),
              HasSubstr("uses itself: m0 -> m1 -> m2 -> m3 -> m4 -> m5 -> m6 -> "
                        "m7 -> m8 -> ... -> m0"));
}

TEST(Macros, OneThatIsOnlyDefinedLaterIsNoCircle) {
  EXPECT_THAT(MessagesOf({Macro("a", "b") + Macro("b", "proc.pid = 1")}),
              HasSubstr("is defined only later"));
}

TEST(Macros, UnknownOnesAreSuggested) {
  EXPECT_EQ(MessagesOf({Macro("spawned", "proc.pid = 1") + RuleYaml("r", "spawnd")}),
            "4:14 error: unknown macro \"spawnd\" | did you mean \"spawned\"?\n");
  EXPECT_EQ(MessagesOf({"- list: l\n  items: [a, b]\n" + RuleYaml("r", "not l.x exists")}),
            "4:18 error: unknown field \"l.x\" | `vedette fields` lists the fields that Vedette "
            "supplies\n");
}

TEST(Macros, AMistakeInOneIsReportedOnce) {
  EXPECT_EQ(MessagesOf({Macro("m", "proc.nam = x") + RuleYaml("r", "m") + RuleYaml("s", "m")}),
            "2:14 error: unknown field \"proc.nam\" | did you mean \"proc.name\"?\n");
}

TEST(Macros, AChainThatIsTooLongIsAnError) {
  std::string chain = Macro("m0", "proc.pid = 1");
  for (int i = 1; i < 3000; ++i) chain += Macro(absl::StrCat("m", i), absl::StrCat("m", i - 1));
  EXPECT_THAT(MessagesOf({chain + RuleYaml("r", "m2999")}), HasSubstr("nested too deeply"));

  // Redefinitions turn the chain around: each uses the next one.
  std::string turned;
  for (int i = 0; i < 3000; ++i) turned += Macro(absl::StrCat("m", i), "proc.pid = 1");
  for (int i = 0; i < 2999; ++i) turned += Macro(absl::StrCat("m", i), absl::StrCat("m", i + 1));
  EXPECT_THAT(MessagesOf({turned}), HasSubstr("too many macros inside one another"));
}

TEST(Macros, ASmallFileCannotMakeAGiant) {
  std::string text = Macro("m0", "proc.pid = 1");
  for (int i = 1; i < 100; ++i) {
    text += Macro(absl::StrCat("m", i), absl::StrCat("m", i - 1, " and m", i - 1));
  }
  EXPECT_THAT(MessagesOf({text + RuleYaml("r", "m99")}), HasSubstr("too large"));
}

TEST(SkipIfUnknown, DropsTheRuleAndWarns) {
  const LoadResult result =
      LoadFiles({RuleYaml("r", "no.field = 1", "  skip-if-unknown-filter: true\n") +
                 RuleYaml("s", "proc.pid = 1")});
  EXPECT_EQ(ConditionTexts(result), "s: proc.pid = 1\n");
  EXPECT_EQ(result.diagnostics.warnings(), 2u) << Messages(result);
}

TEST(SkipIfUnknown, CoversEventTypesAndMacrosThatOnlySuchRulesUse) {
  const std::string skip = "  skip-if-unknown-filter: true\n";
  EXPECT_EQ(ConditionsOf({Macro("m", "evt.type = no_such_call") + Macro("n", "m") +
                          RuleYaml("r", "n", skip)}),
            "");
  EXPECT_THAT(ConditionsOf({Macro("m", "evt.type = no_such_call") + RuleYaml("r", "m", skip) +
                            RuleYaml("s", "m")}),
              HasSubstr("error: unknown value \"no_such_call\""));
}

TEST(SkipIfUnknown, IsAboutNothingElse) {
  EXPECT_THAT(MessagesOf({RuleYaml("r", "no.field = 1 and proc.pid = x",
                                   "  skip-if-unknown-filter: true\n")}),
              HasSubstr("error: \"x\" is not a whole number"));
}

TEST(OtherSources, MayUseMacrosOfTheirOwn) {
  const LoadResult result =
      LoadFiles({Macro("kevt", "ka.verb exists") + RuleYaml("r", "kevt", "  source: k8s_audit\n") +
                 RuleYaml("s", "proc.pid = 1")});
  EXPECT_EQ(ConditionTexts(result), "s: proc.pid = 1\n");
}

}  // namespace
}  // namespace vedette
