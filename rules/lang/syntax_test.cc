// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/syntax.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(CheckSyntax, GivesTheCanonicalTextOfWhatNeedNotExist) {
  const SyntaxAnswer answer = CheckSyntax("it", "no_macro and(no.field==\"a b\")or not not c");
  EXPECT_FALSE(answer.error.has_value());
  EXPECT_EQ(answer.canonical, R"(((no_macro and no.field == "a b") or c))");
}

TEST(CheckSyntax, BytesThatAreNotUtf8AreEscapedInTheCanonicalText) {
  const SyntaxAnswer answer = CheckSyntax("it", R"(a.b = "\xff\xc3\xa4" or a.b = "\xc3\xa4")");
  EXPECT_EQ(answer.canonical, "(a.b = \"\\xff\\xc3\\xa4\" or a.b = \xc3\xa4)");
  EXPECT_EQ(CheckSyntax("again", answer.canonical).canonical, answer.canonical);
}

TEST(CheckSyntax, SaysWhereTheFirstErrorIs) {
  const SyntaxAnswer answer = CheckSyntax("it", "a and\n  (b or");
  ASSERT_TRUE(answer.error.has_value());
  EXPECT_EQ(answer.canonical, "");
  EXPECT_EQ(answer.error->file, "it");
  EXPECT_EQ(answer.error->line, 2U);
  EXPECT_GT(answer.error->column, 0U);
}

TEST(CheckSyntax, AHugeConditionCostsInProportion) {
  std::string many = "a";
  for (int i = 0; i < 100'000; ++i) many += " and a";
  EXPECT_FALSE(CheckSyntax("it", many).error.has_value());
  const SyntaxAnswer deep = CheckSyntax("it", std::string(5'000'000, '('));
  ASSERT_TRUE(deep.error.has_value());
  EXPECT_LT(deep.error->source.size(), 1000U);
}

}  // namespace
}  // namespace vedette
