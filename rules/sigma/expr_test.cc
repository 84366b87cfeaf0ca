// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/expr.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

SigmaExpr A() { return SigmaComparison("a = 1"); }
SigmaExpr B() { return SigmaComparison("b = 1"); }
SigmaExpr Never() { return SigmaConstant(false); }
SigmaExpr Always() { return SigmaConstant(true); }

TEST(SigmaExpr, PrintsWithParenthesesWhereTheyAreNeeded) {
  EXPECT_EQ(ToText(SigmaAny({SigmaAll({A(), B()}), SigmaNot(SigmaAny({A(), B()}))})),
            "(a = 1 and b = 1) or not (a = 1 or b = 1)");
  EXPECT_EQ(ToText(SigmaAll({SigmaAll({A(), B()}), A()})), "a = 1 and b = 1 and a = 1");
}

TEST(SigmaExpr, ConstantsGo) {
  EXPECT_EQ(ToText(SigmaAll({A(), Always()})), "a = 1");
  EXPECT_EQ(ToText(SigmaAny({A(), Never()})), "a = 1");
  EXPECT_EQ(SigmaAll({A(), Never()}).kind, SigmaExpr::Kind::kNever);
  EXPECT_EQ(SigmaAny({A(), SigmaNot(Never())}).kind, SigmaExpr::Kind::kAlways);
  EXPECT_EQ(SigmaAll({}).kind, SigmaExpr::Kind::kAlways);
  EXPECT_EQ(SigmaAny({}).kind, SigmaExpr::Kind::kNever);
}

}  // namespace
}  // namespace vedette
