// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/enforcement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string RuleText(const std::string& name, const std::string& condition,
                     const std::string& more) {
  return absl::StrCat("- rule: ", name, "\n  desc: d\n  condition: ", condition,
                      "\n  output: o\n  priority: INFO\n", more);
}
std::string Denies(const std::string& name, const std::string& condition,
                   const std::string& more = "") {
  return RuleText(name, condition, "  action: deny\n  mode: enforce\n" + more);
}

LoadResult Load(const std::string& text) {
  const RuleSource source = {"r.yaml", text};
  return LoadRules({&source, 1}, {}, {.decidability = DecidabilityOf});
}

EnforcementTables Build(const Program& program, bool monitors = false) {
  auto made = BuildEnforcement(program, 7, [=](const Rule&) { return monitors; });
  EXPECT_TRUE(made.ok()) << made.status();
  return *std::move(made);
}

TEST(Enforcement, ARuleThatTheKernelKnowsInFullIsDecided) {
  const LoadResult loaded =
      Load(Denies("r", "evt.kind = file_open and fd.name = /etc/shadow and proc.name = cat"));
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  EXPECT_TRUE(loaded.program->rules[0].decided);
  EXPECT_EQ(loaded.diagnostics.ToText(), "");
  EXPECT_EQ(DecidedKinds(*loaded.program), KindBit(WIRE_file_open));
}

// Which of the first terms hold with these of the first traits.
uint64_t HoldingWith(const struct classify_traits& traits, size_t value, size_t terms = 1) {
  return traits.holding[0][value].words[0] & ((uint64_t{1} << terms) - 1);
}

TEST(Enforcement, LineageIsDecidedAndWhereItIsUnknownTheRuleSays) {
  const std::string condition =
      "evt.kind = process_exec and proc.name in (sh, bash) and proc.lineage.name in (nginx, httpd)";
  const LoadResult loaded = Load(
      Denies("open", condition) + Denies("closed", condition, "  fail: closed\n") +
      Denies("other", "evt.kind = process_exec and proc.name = sh and not proc.lineage.name = x"));
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  EXPECT_EQ(loaded.diagnostics.ToText(), "");
  const EnforcementTables made = Build(*loaded.program);
  ASSERT_EQ(made.tables.traits.size(), 1U);
  const auto& traits = made.tables.traits[0].second;
  EXPECT_EQ(traits.unjudged.words[0], 2U) << "only the one that fails closed";
  // Two lists: two traits.
  EXPECT_EQ(HoldingWith(traits, 0, 3), 4U);
  EXPECT_EQ(HoldingWith(traits, 1, 3) | HoldingWith(traits, 2, 3), 7U);
  EXPECT_EQ(HoldingWith(traits, 3, 3), 3U);
  EXPECT_EQ(HoldingWith(traits, 4, 3), 4U) << "nobody speaks of a third";
  EXPECT_EQ(WhyLocksOut(*loaded.program, 0), "");
}

TEST(Enforcement, CapabilitiesAreDecidedWhereTheyAreKnown) {
  const LoadResult loaded =
      Load(Denies("r", "evt.kind = kernel_bpf and not thread.cap_effective contains CAP_BPF"));
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  EXPECT_TRUE(loaded.program->rules[0].decided);
  const EnforcementTables made = Build(*loaded.program);
  ASSERT_EQ(made.tables.traits.size(), 1U);
  const auto& traits = made.tables.traits[0].second;
  constexpr size_t kBpf = 39;
  const auto& group = traits.given[kBpf / CLASSIFY_GROUP_BITS];
  EXPECT_EQ(group[1U << (kBpf % CLASSIFY_GROUP_BITS)], 1U);
  EXPECT_EQ(group[0], 0U);
  EXPECT_EQ(traits.given[0][CLASSIFY_GROUP_VALUES - 1], 0U) << "other capabilities";
  EXPECT_EQ(HoldingWith(traits, 0), 1U);
  EXPECT_EQ(HoldingWith(traits, 1), 0U);
}

TEST(Enforcement, WhatIsTrueOfAContainerIsATraitWhateverTheOperator) {
  const LoadResult loaded =
      Load(Denies("r",
                  "evt.kind in (file_open, file_unlink) and container.image glob web* and not "
                  "container.label[tier] contains b and not proc.name = x"));
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  EXPECT_EQ(loaded.diagnostics.ToText(), "");
  const EnforcementTables made = Build(*loaded.program);
  ASSERT_EQ(made.tables.containers.size(), 4U) << "two for each kind";
  const ContainerTrait& first = made.tables.containers[0];
  EXPECT_EQ(first.bit, 0U);
  EXPECT_EQ(loaded.program->predicates[first.predicate].text, "container.image glob web*");
  const auto& traits = made.tables.traits[0].second;
  EXPECT_EQ(HoldingWith(traits, 1), 1U) << "with the first trait and without the second";
  EXPECT_EQ(HoldingWith(traits, 0) | HoldingWith(traits, 2) | HoldingWith(traits, 3), 0U);
  EXPECT_EQ(traits.unjudged.words[0], 0U) << "it fails open";
}

TEST(Enforcement, WhatDeniesInContainersAloneLocksNobodyOut) {
  const auto why = [](const std::string& condition) {
    const LoadResult loaded = Load(Denies("r", "evt.kind = process_exec and " + condition));
    return loaded.program == nullptr ? loaded.diagnostics.ToText()
                                     : WhyLocksOut(*loaded.program, 0);
  };
  EXPECT_EQ(why("container.image = web"), "");
  EXPECT_EQ(why("container.id != host"), "");
  EXPECT_EQ(why("not container.id = host"), "");
  EXPECT_NE(why("container.id = host"), "");
  EXPECT_NE(why("not container.image = web"), "");
}

TEST(Enforcement, MoreListsOfNamesThanTheKernelHoldsAreRefused) {
  std::string text;
  for (int i = 0; i < 65; ++i) {
    text += Denies(absl::StrCat("r", i),
                   absl::StrCat("evt.kind = process_exec and proc.lineage.name = n", i));
  }
  const LoadResult loaded = Load(text);
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  const auto made = BuildEnforcement(*loaded.program, 7, [](const Rule&) { return false; });
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(std::string(made.status().message()),
              HasSubstr("compare proc.lineage.name with more than 64 lists for process_exec"));
}

TEST(Enforcement, WhatTheKernelWouldGuessIsUnderlinedWithTheReason) {
  struct Case {
    const char* condition;
    const char* part;
    const char* reason;
  };
  constexpr Case kCases[] = {
      {"evt.kind = file_open and fd.name contains secret", "fd.name contains secret",
       "of fd.name it does not know \"contains\""},
      {"evt.kind = file_open and proc.pname = sh", "proc.pname = sh",
       "it does not know proc.pname when it is asked about file_open"},
      {"evt.kind = file_open and proc.lineage.name startswith php",
       "proc.lineage.name startswith php", "of proc.lineage.name it does not know \"startswith\""},
      {"evt.kind = process_exec and thread.cap_effective contains CAP_BPF",
       "thread.cap_effective contains CAP_BPF",
       "it does not know yet with which capabilities that will run"},
      {"evt.kind = file_open and thread.cap_effective = CAP_BPF", "thread.cap_effective = CAP_BPF",
       "of thread.cap_effective it does not know \"=\""},
      {"evt.kind = file_open and proc.exepath contains sh", "proc.exepath contains sh",
       "of proc.exepath it does not know \"contains\""},
      {"evt.kind = file_open and container.origin = entry", "container.origin = entry",
       "it does not know container.origin when it is asked about file_open"},
      {"evt.kind = file_open and fd.name regex ^/a", "fd.name regex ^/a",
       "does not know \"regex\""},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.condition);
    const LoadResult loaded = Load(Denies("r", c.condition));
    EXPECT_EQ(loaded.program, nullptr);
    const std::string text = loaded.diagnostics.ToText();
    EXPECT_THAT(text, HasSubstr("error: the kernel cannot decide this part"));
    EXPECT_THAT(text, HasSubstr(c.reason));
    // Underlined: as many marks as the part has bytes.
    EXPECT_THAT(text, HasSubstr("^" + std::string(std::string(c.part).size() - 1, '~') + "\n"));
  }
}

TEST(Enforcement, WhoAsksForAnAncestorIsToldOfTheLineage) {
  for (const char* part : {"proc.pname = sh", "proc.aname = sh", "proc.aname[2] = sh",
                           "proc.pexepath = /bin/sh", "proc.aexepath = /bin/sh",
                           "proc.aexepath[3] startswith /usr/", "proc.aname[1] in (sh, bash)"}) {
    SCOPED_TRACE(part);
    const LoadResult loaded =
        Load(Denies("r", absl::StrCat("evt.kind = file_open and fd.name = /a and ", part)));
    EXPECT_EQ(loaded.program, nullptr);
    const std::string text = loaded.diagnostics.ToText();
    EXPECT_THAT(text, HasSubstr("when it is asked about file_open"));
    EXPECT_THAT(text, HasSubstr("of ancestors it knows proc.lineage.name"));
    EXPECT_THAT(text, HasSubstr(" ^" + std::string(std::string(part).size() - 1, '~') + "\n"));
  }
}

TEST(Enforcement, ANewNameIsJudgedForItself) {
  const std::string condition = "evt.kind in (file_rename, file_link) and fs.path.target = /a/b";
  const LoadResult loaded =
      Load(Denies("target", condition) + Denies("closed", condition, "  fail: closed\n") +
           Denies("source", "evt.kind = file_rename and fs.path.source startswith /c/"));
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  EXPECT_EQ(loaded.diagnostics.ToText(), "");
  const EnforcementTables made = Build(*loaded.program);
  const classify_kind& rename = made.tables.Find(WIRE_file_rename)->vectors;
  EXPECT_EQ(rename.failing_open.words[0], 0b100U);
  EXPECT_EQ(rename.failing_open_target.words[0], 0b001U);
  EXPECT_EQ(made.tables.Find(WIRE_file_link)->terms.size(), 2U);
  EXPECT_THAT(made.paths, ElementsAre("/a/b", "/c/"));
}

TEST(Enforcement, WhereNothingCanBeDeniedProgramsThatBeginAreKilled) {
  const std::string kills = "  action: kill\n  mode: enforce\n";
  const LoadResult loaded =
      Load(RuleText("kill", "evt.kind = process_exec and proc.name = nc", kills) +
           RuleText("both", "evt.kind in (process_exec, file_open) and proc.name = nc", kills) +
           RuleText("type", "evt.type in (execve, execveat) and proc.name = nc", kills) +
           Denies("deny", "evt.kind = process_exec and proc.name = nc") +
           RuleText("alert", "evt.kind = process_exec and proc.name = nc", ""));
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  const std::shared_ptr<const Program> program = KillingAlone(*loaded.program);
  std::vector<std::string> decided;
  for (const Rule& rule : program->rules) {
    if (rule.decided) decided.push_back(rule.name);
  }
  EXPECT_THAT(decided, ElementsAre("kill", "type"));
  EXPECT_EQ(DecidedKinds(*program), KindBit(WIRE_process_exec));
}

TEST(Enforcement, TheSameRuleAlertsAndSaysWhy) {
  const std::string condition = "evt.kind = file_open and fd.name contains secret";
  const LoadResult monitors = Load(RuleText("r", condition, "  action: deny\n"));
  ASSERT_NE(monitors.program, nullptr);
  EXPECT_FALSE(monitors.program->rules[0].decided);
  EXPECT_THAT(monitors.diagnostics.ToText(), HasSubstr("so the rule only alerts"));
  const LoadResult alerts = Load(RuleText("r", condition, ""));
  ASSERT_NE(alerts.program, nullptr);
  EXPECT_EQ(alerts.diagnostics.ToText(), "");
}

TEST(Enforcement, AMacroIsUnderlinedByItsName) {
  const LoadResult loaded = Load("- macro: vague\n  condition: fd.name contains secret\n" +
                                 Denies("r", "evt.kind = file_open and vague"));
  EXPECT_EQ(loaded.program, nullptr);
  EXPECT_THAT(loaded.diagnostics.ToText(), HasSubstr("r.yaml:5:39: error"));
}

TEST(Enforcement, WhatNobodyIsAskedAboutCannotBeDenied) {
  const LoadResult loaded = Load(Denies("r", "evt.kind = process_exit and proc.name = sh"));
  EXPECT_EQ(loaded.program, nullptr);
  EXPECT_THAT(loaded.diagnostics.ToText(), HasSubstr("nothing can be denied when it comes to"));
}

TEST(Enforcement, TheProgramOfTheActorIsKnownAndIsAnObject) {
  const LoadResult loaded =
      Load(Denies("r",
                  "evt.kind = file_open and fd.name = /etc/shadow and not proc.exepath in "
                  "(/usr/bin/login, /usr/bin/su)"));
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  EXPECT_EQ(loaded.diagnostics.ToText(), "");
  EXPECT_THAT(Build(*loaded.program).paths,
              ElementsAre("/etc/shadow", "/usr/bin/login", "/usr/bin/su"));
}

TEST(Enforcement, AnExecIsDecidedByNameAndPath) {
  const LoadResult loaded =
      Load(Denies("r",
                  "evt.type in (execve, execveat) and (proc.name = nc or proc.exepath "
                  "startswith /tmp/)"));
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  EXPECT_EQ(DecidedKinds(*loaded.program), KindBit(WIRE_process_exec));
  const EnforcementTables made = Build(*loaded.program);
  ASSERT_EQ(made.tables.kinds.size(), 1U);
  EXPECT_EQ(made.tables.kinds[0].terms.size(), 2U);
  EXPECT_THAT(made.paths, ElementsAre("/tmp/"));
}

TEST(Enforcement, VectorsSayWhatATermDoes) {
  const LoadResult loaded =
      Load(Denies("deny", "evt.kind = file_open and fd.name = /a", "  errno: EACCES\n") +
           RuleText("kill", "evt.kind = file_open and fd.name = /b",
                    "  action: kill\n  mode: enforce\n  fail: closed\n") +
           RuleText("watch", "evt.kind = file_open and proc.name = c", "  action: kill\n"));
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  const EnforcementTables made = Build(*loaded.program);
  const classify_kind& kind = made.tables.Find(WIRE_file_open)->vectors;
  EXPECT_EQ(kind.denying.words[0], 0b011U);
  EXPECT_EQ(kind.killing.words[0], 0b110U);
  EXPECT_EQ(kind.failing_open.words[0], 0b001U) << "of those that name a path";
  EXPECT_EQ(kind.errnos[0], EACCES);
  EXPECT_EQ(kind.errnos[1], EPERM);
  const EnforcementTables watching = Build(*loaded.program, true);
  EXPECT_EQ(watching.tables.Find(WIRE_file_open)->vectors.denying.words[0], 0U);
}

TEST(Enforcement, EqualBoxesOfTwoRulesAreTwoTerms) {
  const std::string condition = "evt.kind = file_open and fd.name = /a";
  const LoadResult loaded = Load(Denies("one", condition) + Denies("two", condition));
  ASSERT_NE(loaded.program, nullptr);
  EXPECT_EQ(Build(*loaded.program).tables.Find(WIRE_file_open)->terms.size(), 2U);
}

TEST(Enforcement, TooManyTermsAreRefusedNotWidened) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += Denies(absl::StrCat("r", i), absl::StrCat("evt.kind = file_open and fd.name = /a", i));
  }
  const LoadResult loaded = Load(text);
  ASSERT_NE(loaded.program, nullptr);
  const auto made = BuildEnforcement(*loaded.program, 1, [](const Rule&) { return false; });
  EXPECT_EQ(made.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("300 alternatives for file_open"));
}

TEST(Enforcement, RulesThatLockEverybodyOutAreKnown) {
  struct Case {
    const char* condition;
    bool locks_out;
  };
  constexpr Case kCases[] = {
      {"evt.kind = process_exec", true},
      {"evt.kind = process_exec and proc.name != sshd", true},
      {"evt.kind = process_exec and not proc.exepath startswith /opt/", true},
      {"evt.kind = file_open and fd.name startswith /", true},
      {"evt.kind = process_exec and proc.name = nc", false},
      {"evt.kind = process_exec and user.uid = 33", false},
      {"evt.kind = process_exec and proc.exepath startswith /tmp/", false},
      {"evt.kind = network_connect", false},
      {"evt.kind = file_open and proc.exepath = /usr/bin/nc", false},
      {"evt.kind = file_open and not proc.exepath in (/usr/bin/nc)", true},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.condition);
    const LoadResult loaded = Load(Denies("r", c.condition));
    ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
    EXPECT_EQ(!WhyLocksOut(*loaded.program, 0).empty(), c.locks_out);
  }
}

}  // namespace
}  // namespace vedette
