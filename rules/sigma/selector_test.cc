// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/selector.h"

#include <gtest/gtest.h>

#include <string>

namespace vedette {
namespace {

std::string SelectText(const std::string& condition) {
  std::vector<Selection> selections;
  for (const char* name : {"sel_a", "sel_b", "filter", "_hidden"}) {
    selections.push_back({name, SigmaComparison(name)});
  }
  const auto expr = Select(condition, selections);
  return expr.ok() ? ToText(*expr) : std::string(expr.status().message());
}

struct Case {
  absl::string_view condition, text;
};
constexpr Case kCases[] = {
    {"sel_a", "sel_a"},
    {"sel_a and not filter", "sel_a and not filter"},
    {"sel_a or sel_b and filter", "sel_a or (sel_b and filter)"},
    {"(sel_a OR sel_b) AND filter", "(sel_a or sel_b) and filter"},
    {"1 of sel_* and not 1 of filter*", "(sel_a or sel_b) and not filter"},
    {"all of sel_*", "sel_a and sel_b"},
    {"all of them", "sel_a and sel_b and filter"},
    {"any of *_b", "sel_b"},
    {"1 of s*_a", "sel_a"},
    {"1 of *l*", "sel_a or sel_b or filter"},
    {"all of *e*_*", "sel_a and sel_b"},
    {"1 of sel_a", "sel_a"},
    {"1 of them and not 1 of filter*", "(sel_a or sel_b or filter) and not filter"},
    {"not(sel_a)", "not sel_a"},
    {"2 of sel_*", "\"2 of\" cannot be translated, only 1 and all"},
    {"1 of nothing*", "no selection is called nothing*"},
    {"sel_c", "there is no selection \"sel_c\""},
    {"sel_a and", "the condition ends too early"},
    {"", "the condition ends too early"},
    {"1 of", "the condition ends too early"},
    {"(sel_a", "a parenthesis is not closed"},
    {"sel_a sel_b", "unexpected \"sel_b\""},
    {"sel_a | count() > 5", "an aggregation behind \"|\" cannot be translated"},
};

TEST(Select, Cases) {
  for (const Case& one : kCases) EXPECT_EQ(SelectText(std::string(one.condition)), one.text);
}

TEST(Select, IsBounded) {
  EXPECT_EQ(SelectText(std::string(1000, '(')), "the condition is nested too deeply");
  std::string nots, many = "sel_a";
  for (int i = 0; i < 1000; ++i) nots += "not ";
  EXPECT_EQ(SelectText(nots + "sel_a"), "the condition is nested too deeply");
  for (size_t i = 0; i < kSigmaNodesMax; ++i) many += " or sel_a";
  EXPECT_EQ(SelectText(many), "the rule is too large");
}

}  // namespace
}  // namespace vedette
