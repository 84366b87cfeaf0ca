// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/terms.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/classify/field_map.h"
#include "rules/classify/test_program.h"

namespace vedette {
namespace {

using Nodes = std::vector<uint32_t>;

std::string Name(size_t i) { return "name" + std::to_string(i); }

TEST(TermsTest, AListOfAlternativesIsOneTerm) {
  TestProgram p;
  p.AddRule(p.Or({p.Is("proc.name", "=", {"nc"}), p.Is("proc.name", "in", {"sh", "bash"})}));
  const std::vector<Term> terms = TermsOf(*p, WIRE_process_exec);
  ASSERT_EQ(terms.size(), 1u);
  EXPECT_TRUE(terms[0].alerting);
  ASSERT_EQ(terms[0].owners.size(), 1u);
  EXPECT_TRUE(terms[0].owners[0].exact());
  EXPECT_TRUE(terms[0].box.sets[CLASSIFY_comm].Contains(HashKey("bash")));
}

TEST(TermsTest, NegationsGoToTheLeaves) {
  TestProgram p;
  // not (name = nc or (uid = 0 and not path under /etc))
  p.AddRule(p.Not(p.Or(
      {p.Is("proc.name", "=", {"nc"}),
       p.And({p.Is("user.uid", "=", {"0"}), p.Not(p.Is("fd.name", "startswith", {"/etc/"}))})})));
  const std::vector<Term> terms = TermsOf(*p, WIRE_file_open);
  ASSERT_EQ(terms.size(), 2u);
  for (const Term& term : terms) {
    EXPECT_TRUE(term.owners[0].exact());
    EXPECT_FALSE(term.box.sets[CLASSIFY_comm].Contains(HashKey("nc")));
    EXPECT_TRUE(term.box.sets[CLASSIFY_comm].Contains(HashKey("")));
  }
}

TEST(TermsTest, WhoDescendsFromOneOfAListIsOneTermAndFromTwoListsAreTwo) {
  TestProgram p;
  p.AddRule(p.Or({p.Is("proc.lineage.name", "in", {"nginx", "httpd"}),
                  p.Is("proc.lineage.name", "=", {"sshd"})}));
  p.AddRule(p.Not(p.Or({p.Is("proc.lineage.name", "in", {"httpd", "nginx", "nginx"}),
                        p.Is("proc.lineage.name", "=", {"sshd"})})));
  const std::vector<Term> terms = TermsOf(*p, WIRE_file_open);
  ASSERT_EQ(terms.size(), 3u) << "the hull of the first two would be everything";
  EXPECT_EQ(TraitsOf(terms, CLASSIFY_lineage).size(), 2u);
  for (const Term& term : terms) EXPECT_TRUE(term.owners[0].exact());
}

TEST(TermsTest, TraitsBeyondTheLimitSayNothing) {
  TestProgram p;
  for (int i = 100; i < 170; ++i) {
    p.AddRule(p.And({p.Is("proc.lineage.name", "=", {absl::StrCat("n", i)}),
                     p.Is("user.uid", "=", {absl::StrCat(i)})}));
  }
  const std::vector<Term> terms = TermsOf(*p, WIRE_file_open);
  EXPECT_EQ(terms.size(), 70u);
  EXPECT_EQ(TraitsOf(terms, CLASSIFY_lineage).size(), kTraitsMax);
  for (const Term& term : terms) {
    EXPECT_EQ(term.owners[0].exact(), !term.box.sets[CLASSIFY_lineage].IsAll());
  }
  EXPECT_EQ(TraitsOf(DecidingTermsOf(*p, WIRE_file_open), CLASSIFY_lineage).size(), 0u);
}

TEST(TermsTest, WhatIsWidenedIsNamed) {
  TestProgram p;
  p.AddRule(p.And({p.Is("proc.name", "=", {"nc"}), p.Is("proc.pname", "=", {"sh"}),
                   p.Not(p.Is("fd.directory", "=", {"/etc"}))}));
  const std::vector<Term> terms = TermsOf(*p, WIRE_file_open);
  ASSERT_EQ(terms.size(), 1u);
  EXPECT_EQ(terms[0].owners[0].widened, (std::vector<uint32_t>{1, 2}));
  EXPECT_TRUE(terms[0].box.sets[CLASSIFY_path].IsAll());
}

TEST(TermsTest, AKindForWhichTheConditionCannotHoldHasNoTerm) {
  TestProgram p;
  p.AddRule(p.And({p.Is("evt.type", "=", {"connect"}), p.Is("proc.name", "=", {"nc"})}));
  EXPECT_TRUE(TermsOf(*p, WIRE_file_open).empty());
  EXPECT_EQ(TermsOf(*p, WIRE_network_connect).size(), 1u);
}

TEST(TermsTest, PathsThatContradictEachOtherStayForTheUnjudged) {
  TestProgram p;
  p.AddRule(p.Not(p.Is("fd.name", "exists", {})));  // A failed open may have no name at all.
  p.AddRule(p.And({p.Is("proc.name", "=", {"a"}), p.Is("proc.name", "=", {"b"})}));
  const std::vector<Term> terms = TermsOf(*p, WIRE_file_open);
  ASSERT_EQ(terms.size(), 1u);
  EXPECT_TRUE(terms[0].box.sets[CLASSIFY_path].IsNone());
}

TEST(TermsTest, EqualBoxesAreOneTermButRecordingIsApart) {
  TestProgram p;
  p.AddRule(p.Is("proc.name", "=", {"nc"}));
  p.AddRule(p.And({p.Is("proc.name", "=", {"nc"}), p.Is("proc.cmdline", "contains", {"-e"})}));
  p.AddRule(p.Is("proc.name", "=", {"nc"}), RuleKinds(), true);
  const std::vector<Term> terms = TermsOf(*p, WIRE_process_exec);
  ASSERT_EQ(terms.size(), 2u);
  EXPECT_EQ(terms[0].owners.size(), 2u);
  EXPECT_TRUE(terms[0].owners[0].exact());
  EXPECT_FALSE(terms[0].owners[1].exact());
  EXPECT_FALSE(terms[1].alerting);
}

// (a0 or b0) and (a1 or b1) and ... over dimensions that cannot be joined.
TEST(TermsTest, AConditionThatExplodesIsHulled) {
  TestProgram p;
  Nodes factors;
  for (size_t i = 0; i < 16; ++i) {
    const std::string n = std::to_string(i);
    factors.push_back(p.Or({p.Is("proc.name", "!=", {Name(i)}), p.Is("user.uid", "!=", {n}),
                            p.Not(p.Is("fd.name", "startswith", {"/" + Name(i)}))}));
  }
  p.AddRule(p.And(factors));
  p.AddRule(p.Not(p.And(factors)));
  const std::vector<Term> terms = TermsOf(*p, WIRE_file_open);
  EXPECT_LE(terms.size(), 2 * kConjunctionsMax);
  EXPECT_FALSE(terms.empty());
  bool merged = false;
  for (const Term& term : terms) merged |= term.owners[0].merged;
  EXPECT_TRUE(merged);
}

TEST(TermsTest, SharedPartsAreComputedOnce) {
  TestProgram p;
  uint32_t node = p.Is("proc.name", "=", {"nc"});
  for (int i = 0; i < 60; ++i) node = p.Or({node, p.And({node, node})});  // 3^60 paths.
  p.AddRule(node);
  EXPECT_EQ(TermsOf(*p, WIRE_process_exec).size(), 1u);
}

TEST(TermsTest, TooManyTermsOfFewRulesAreMergedWithinTheRules) {
  TestProgram p;
  for (size_t rule = 0; rule < 20; ++rule) {
    Nodes parts;
    for (size_t i = 0; i < 40; ++i) {
      const size_t n = rule * 40 + i;
      parts.push_back(
          p.And({p.Is("proc.name", "=", {Name(n)}), p.Is("user.uid", "=", {std::to_string(n)})}));
    }
    p.AddRule(p.Or(parts));
  }
  const std::vector<Term> terms = TermsOf(*p, WIRE_process_exec);
  EXPECT_LE(terms.size(), kTermsMax);
  for (const Term& term : terms) EXPECT_EQ(term.owners.size(), 1u);
}

TEST(TermsTest, TooManyRulesShareTerms) {
  TestProgram p;
  for (size_t rule = 0; rule < 1000; ++rule) {
    p.AddRule(p.And({p.Is("proc.name", "=", {Name(rule)}),
                     p.Is("fd.name", "startswith", {"/" + Name(rule)})}),
              RuleKinds(), rule % 2 == 0);
  }
  const std::vector<Term> terms = TermsOf(*p, WIRE_file_open);
  EXPECT_EQ(terms.size(), kTermsMax);
  std::set<uint32_t> rules;
  for (const Term& term : terms) {
    for (const TermOwner& owner : term.owners) {
      EXPECT_EQ(p->rules[owner.rule].recording, !term.alerting);
      EXPECT_TRUE(rules.insert(owner.rule).second);
    }
  }
  EXPECT_EQ(rules.size(), 1000u);
}

}  // namespace
}  // namespace vedette
