// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/explain.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rules/classify/test_program.h"

namespace vedette {
namespace {

using testing::ElementsAre;

// What the kernel decides of a single-term rule about files.
std::vector<std::string> Kernel(const TestProgram& p) {
  const RuleExplanation explanation = Explain(*p, BuildTables(*p, 1), 0);
  for (const KindExplanation& kind : explanation.kinds) {
    if (kind.kind == WIRE_file_open && kind.terms.size() == 1) return kind.terms[0].kernel;
  }
  return {"no single term"};
}

TEST(ExplainTest, EachDimensionInWords) {
  TestProgram p;
  p.AddRule(p.And({p.Is("proc.name", "in", {"vi", "a\033b"}), p.Is("user.uid", "!=", {"0"}),
                   p.Is("fd.name", "startswith", {"/etc/"}), p.Is("fd.name", "!=", {"/etc/motd"}),
                   p.Is("evt.is_open_read", "=", {"true"}), p.Is("evt.failed", "=", {"false"})}));
  EXPECT_THAT(Kernel(p),
              ElementsAre("proc.name in (a\\x1bb, vi)", "user.uid not in (0)",
                          "path in (/etc/*) except (/etc/motd)", "act is for reading, not failed"));
}

TEST(ExplainTest, ExceptionsAndWhatIsLeft) {
  TestProgram p;
  p.AddRule(p.And(
      {p.Is("proc.name", "!=", {"vi"}), p.Not(p.Is("fd.name", "exists", {})),
       p.Or({p.Is("evt.is_open_read", "=", {"true"}), p.Is("evt.is_open_write", "=", {"true"})})}));
  EXPECT_THAT(Kernel(p), ElementsAre("proc.name not in (<no name>, vi)",
                                     "path is one that the kernel cannot judge",
                                     "act is for reading or for writing"));
}

TEST(ExplainTest, FromWhomOneDescends) {
  TestProgram p;
  p.AddRule(p.And({p.Is("proc.lineage.name", "in", {"nginx", "httpd"}),
                   p.Not(p.Is("proc.lineage.name", "=", {"cron"}))}));
  EXPECT_THAT(Kernel(p), ElementsAre("proc.lineage.name not in (cron) and in (httpd, nginx)"));
}

TEST(ExplainTest, LongListsAreCut) {
  TestProgram p;
  std::vector<std::string> names;
  for (char c = 'a'; c <= 'l'; ++c) names.emplace_back(1, c);
  p.AddRule(p.Is("proc.name", "in", names));
  EXPECT_THAT(Kernel(p), ElementsAre("proc.name in (a, b, c, d, e, f, g, h and 4 more)"));
}

TEST(ExplainTest, NumbersAreInTheirOrder) {
  TestProgram p;
  p.AddRule(p.Is("user.uid", "in", {"1000", "256", "7", "33"}));
  EXPECT_THAT(Kernel(p), ElementsAre("user.uid in (7, 33, 256, 1000)"));
}

TEST(ExplainTest, NamesWhatUserSpaceHasToJudge) {
  TestProgram p;
  p.AddRule(p.And({p.Is("evt.type", "in", {"execve", "execveat"}), p.Is("proc.name", "=", {"nc"})}),
            KindBit(WIRE_process_exec));
  p.AddRule(p.And({p.Is("evt.type", "!=", {"open"}), p.Is("proc.name", "=", {"nc"}),
                   p.Is("proc.cmdline", "contains", {"-e"})}),
            KindBit(WIRE_process_exec));
  const ClassifierTables tables = BuildTables(*p, 1);
  const RuleExplanation exact = Explain(*p, tables, 0);
  ASSERT_EQ(exact.kinds.size(), 1u);
  EXPECT_EQ(exact.kinds[0].kind, WIRE_process_exec);
  EXPECT_TRUE(exact.exact());
  const RuleExplanation widened = Explain(*p, tables, 1);
  ASSERT_EQ(widened.kinds.size(), 1u);
  EXPECT_FALSE(widened.exact());
  ASSERT_EQ(widened.kinds[0].terms.size(), 1u);
  EXPECT_THAT(widened.kinds[0].terms[0].widened, ElementsAre(4u));
  EXPECT_EQ(widened.kinds[0].terms[0].sharers, 1u);
}

TEST(ExplainTest, ARuleThatNeverHoldsIsNotExact) {
  TestProgram p;
  p.AddRule(p.Not(p.True()));
  const RuleExplanation explanation = Explain(*p, BuildTables(*p, 1), 0);
  EXPECT_TRUE(explanation.kinds.empty());
  EXPECT_FALSE(explanation.exact());
}

}  // namespace
}  // namespace vedette
