// SPDX-License-Identifier: Apache-2.0
#include "engine/match/likelihood.h"

#include <gtest/gtest.h>

#include "engine/match/test_program.h"

namespace vedette {
namespace {

Predicate Make(absl::string_view field, absl::string_view op,
               const std::vector<std::string>& literals) {
  TestProgram test;
  test.Compare(field, op, literals);
  return test.Share()->predicates[0];
}

TEST(Likelihood, TheRarerTheLess) {
  const Predicate rarest_first[] = {
      Make("fd.name", "=", {"/etc/shadow"}),
      Make("fd.name", "in", {"/etc/shadow", "/etc/gshadow"}),
      Make("fd.name", "startswith", {"/opt/app/co"}),
      Make("proc.name", "=", {"nc"}),
      Make("fd.name", "startswith", {"/opt/ap"}),
      Make("proc.aname", "=", {"nginx"}),
      Make("fd.name", "startswith", {"/etc/"}),
      Make("proc.cmdline", "contains", {"-e"}),
      Make("user.uid", "=", {"0"}),
      Make("evt.type", "in", {"open", "openat"}),
      Make("fd.name", "startswith", {""}),
  };
  // The last one cannot be looked for.
  for (size_t i = 0; i + 2 < std::size(rarest_first); ++i) {
    EXPECT_LT(MakeGuess(rarest_first[i]).likelihood, MakeGuess(rarest_first[i + 1]).likelihood)
        << i;
  }
  for (const Predicate& predicate : rarest_first) {
    EXPECT_GT(MakeGuess(predicate).likelihood, 0);
    EXPECT_LT(MakeGuess(predicate).likelihood, 1);
  }
  EXPECT_GT(MakeGuess(Make("proc.name", "!=", {"nc"})).likelihood, 0.5);
}

TEST(Likelihood, WhatTakesLongerCostsMore) {
  const auto cost = [](absl::string_view field, absl::string_view op, const char* literal) {
    const Guess guess = MakeGuess(Make(field, op, {literal}));
    return guess.cost + guess.fetch_cost;
  };
  EXPECT_LT(cost("proc.pid", "=", "1"), cost("fd.name", "=", "/a"));
  EXPECT_LT(cost("fd.name", "=", "/a"), cost("fd.name", "contains", "/a"));
  EXPECT_LT(cost("fd.name", "contains", "/a"), cost("proc.aname", "contains", "/a"));
  EXPECT_LT(cost("proc.aname[1]", "contains", "/a"), cost("proc.aname", "contains", "/a"));
}

}  // namespace
}  // namespace vedette
