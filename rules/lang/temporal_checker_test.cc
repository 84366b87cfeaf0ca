// SPDX-License-Identifier: Apache-2.0
//
// What becomes of sequences in a program. rule_extensions_test.cc has the mistakes.
#include "rules/lang/temporal_checker.h"

#include <gtest/gtest.h>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

constexpr char kSequence[] = R"(
- rule: first
  desc: d
  output: o of %proc.name
  priority: error
  sequence:
    by: proc.exec_id
    within: 5m
    steps: [evt.type = openat, evt.type = connect]
- rule: second
  condition: evt.type = execve
  desc: d
  output: o
  priority: notice
)";

TEST(TemporalChecker, StepsAreHiddenRulesBehindTheOthers) {
  const LoadResult result = LoadFiles({kSequence});
  ASSERT_NE(result.program, nullptr) << Messages(result);
  const std::vector<Rule>& rules = result.program->rules;
  ASSERT_EQ(rules.size(), 4U);
  EXPECT_EQ(ConditionTexts(result),
            "first: (evt.type = openat or evt.type = connect)\nsecond: evt.type = execve\n"
            "first: step 1: evt.type = openat\nfirst: step 2: evt.type = connect\n");
  ASSERT_TRUE(rules[0].sequence.has_value());
  ASSERT_EQ(rules[0].sequence->steps.size(), 2U);
  EXPECT_EQ(rules[0].sequence->steps[0].rule, 2U);
  EXPECT_EQ(rules[0].sequence->steps[1].rule, 3U);
  EXPECT_EQ(rules[0].output.size(), 1U);
  EXPECT_EQ(rules[0].kinds, KindBit(WIRE_file_open) | KindBit(WIRE_network_connect));
  EXPECT_FALSE(rules[0].step_of.has_value());
  EXPECT_EQ(rules[2].step_of, 0U);
  EXPECT_EQ(rules[2].kinds, KindBit(WIRE_file_open));
  EXPECT_EQ(rules[3].step_of, 0U);
  EXPECT_EQ(rules[3].priority, Priority::kError);
  EXPECT_TRUE(rules[3].output.empty());
  const Node& any = result.program->nodes[rules[0].condition];
  EXPECT_EQ(any.kind, Node::Kind::kOr);
  EXPECT_EQ(any.children, (std::vector<uint32_t>{rules[2].condition, rules[3].condition}));
}

TEST(TemporalChecker, ARuleThatIsOffHasNoSteps) {
  const LoadResult result = LoadFiles({kSequence, "- rule: first\n  enabled: false\n"});
  EXPECT_EQ(ConditionTexts(result), "second: evt.type = execve\n");
}

TEST(TemporalChecker, ARuleWithAnUnknownFieldMayBeSkipped) {
  const std::string rule = RuleYaml("r", "evt.type = execve",
                                    "  skip-if-unknown-filter: true\n"
                                    "  suppress: {by: proc.nam, for: 1m}\n");
  const LoadResult result = LoadFiles({rule});
  EXPECT_EQ(ConditionTexts(result), "");
  EXPECT_EQ(Messages(result),
            "7:18 warning: unknown field \"proc.nam\" | did you mean \"proc.name\"?\n");
}

}  // namespace
}  // namespace vedette
