// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/format_condition.h"

#include <gtest/gtest.h>

#include "absl/strings/str_join.h"

namespace vedette {
namespace {

struct Case {
  absl::string_view name, condition, lines;
};
constexpr Case kCases[] = {
    {"each operand has its line", "a and b  or\n(c and d)", "a|and b|or (c and d)"},
    {"connectives in parentheses stay", "not (a or b) and c", "not (a or b)|and c"},
    {"a parenthesis may follow at once", "(a)and(b)or(c)", "(a)and(b)or(c)"},
    {"texts in quotes stay", "a.b = 'x  and  y' and c", "a.b = 'x  and  y'|and c"},
    {"the end of a condition, as appends have it", "and not x", "and not x"},
    {"lines that are too long are wrapped", "a.b in (111111, 222222, 333333, 444444) or c",
     "a.b in (111111,|222222, 333333,|444444)|or c"},
    {"a quote that is not closed", "a.b = 'x", "<none>"},
    {"a line end in quotes", "a.b = 'x\ny'", "<none>"},
    {"no condition", "a b c", "<none>"},
    {"nothing", "", "<none>"},
};

TEST(LayOutCondition, Cases) {
  for (const Case& one : kCases) {
    const auto lines = LayOutCondition(one.condition, 20);
    EXPECT_EQ(lines ? absl::StrJoin(*lines, "|") : "<none>", one.lines) << one.name;
  }
}

}  // namespace
}  // namespace vedette
