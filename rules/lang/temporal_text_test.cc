// SPDX-License-Identifier: Apache-2.0
//
// rule_extensions_test.cc looks at all texts; here are those that depend on the rule alone.
#include "rules/lang/temporal_text.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(TemporalText, AnOrdinaryRuleHasNothingToSay) {
  EXPECT_TRUE(DescribeExtensions(Program(), Rule()).empty());
  EXPECT_EQ(KindOfRule(Rule()), "");
}

TEST(TemporalText, KindOfARule) {
  Rule rule;
  rule.first_seen.emplace();
  EXPECT_EQ(KindOfRule(rule), "first_seen");
  rule.threshold.emplace();
  EXPECT_EQ(KindOfRule(rule), "threshold");
  rule.sequence.emplace();
  EXPECT_EQ(KindOfRule(rule), "sequence");
}

TEST(TemporalText, FieldsHaveTheirArguments) {
  FieldRef field;
  field.id = IdOf(*FindField("proc.aname"));
  EXPECT_EQ(FieldText(field), "proc.aname");
  field.argument = "2";
  EXPECT_EQ(FieldText(field), "proc.aname[2]");
}

}  // namespace
}  // namespace vedette
