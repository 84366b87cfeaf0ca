// SPDX-License-Identifier: Apache-2.0
#include "engine/match/plan.h"

#include <gtest/gtest.h>

#include "engine/match/test_program.h"

namespace vedette {
namespace {

Plan MakePlan(const TestProgram& test) {
  const auto program = test.Share();
  return Plan(*program, MakeGuesses(*program));
}

TEST(Plan, EqualSubtreesAreOne) {
  TestProgram test;
  const uint32_t a = test.Compare("proc.name", "=", {"a"});
  const uint32_t b = test.Compare("proc.name", "=", {"b"});
  test.AddRule("a and b", test.Combine(Node::Kind::kAnd, {a, b}));
  test.AddRule("b and a", test.Combine(Node::Kind::kAnd, {b, a}));
  test.AddRule("a and a and b", test.Combine(Node::Kind::kAnd, {a, a, b}));
  test.AddRule("a or b", test.Combine(Node::Kind::kOr, {a, b}));
  test.AddRule("a or a", test.Combine(Node::Kind::kOr, {a, a}));
  const Plan plan = MakePlan(test);
  EXPECT_EQ(plan.ConditionOf(0), plan.ConditionOf(1));
  EXPECT_EQ(plan.ConditionOf(0), plan.ConditionOf(2));
  EXPECT_NE(plan.ConditionOf(0), plan.ConditionOf(3));
  EXPECT_EQ(plan.nodes().size(), 4U);
  EXPECT_EQ(plan.nodes()[plan.ConditionOf(4)].kind, Node::Kind::kPredicate);
}

TEST(Plan, WhatDecidesCheaplyComesFirst) {
  TestProgram test;
  const uint32_t ancestor = test.Compare("proc.aname", "contains", {"nginx"});
  const uint32_t type = test.Compare("evt.type", "=", {"openat"});
  const uint32_t path = test.Compare("fd.name", "=", {"/etc/shadow"});
  test.AddRule("and", test.Combine(Node::Kind::kAnd, {ancestor, type, path}));
  test.AddRule("or", test.Combine(Node::Kind::kOr, {ancestor, path, type}));
  const Plan plan = MakePlan(test);
  const auto first_predicate = [&](uint32_t rule) {
    return plan.nodes()[plan.ChildrenOf(plan.nodes()[plan.ConditionOf(rule)])[0]].first;
  };
  EXPECT_EQ(first_predicate(0), 2U);  // Seldom holds.
  EXPECT_EQ(first_predicate(1), 1U);  // Often holds.
}

// Of nine comparisons the first one nearly always decides: the whole costs little more than that.
TEST(Plan, WhatDecidesAtItsBeginningIsCheap) {
  TestProgram test;
  std::vector<uint32_t> folders;
  for (int i = 0; i < 9; ++i) {
    folders.push_back(test.Combine(
        Node::Kind::kNot,
        {test.Compare("proc.exepath", "startswith", {"/" + std::string(1, "abcdefghi"[i])})}));
  }
  const uint32_t long_and = test.Combine(Node::Kind::kAnd, folders);
  std::vector<uint32_t> parts;
  for (int i = 0; i < 9; ++i) {
    parts.push_back(
        test.Compare("fd.name", "contains", {"/a-rather-long-part" + std::to_string(i)}));
  }
  const uint32_t long_or = test.Combine(Node::Kind::kOr, parts);
  test.AddRule("r", test.Combine(Node::Kind::kAnd, {long_or, long_and}));
  const Plan plan = MakePlan(test);
  const auto children = plan.ChildrenOf(plan.nodes()[plan.ConditionOf(0)]);
  EXPECT_EQ(plan.nodes()[children[0]].kind, Node::Kind::kAnd);
}

TEST(Plan, AFieldHasOneSlot) {
  TestProgram test;
  test.Compare("proc.aname[1]", "=", {"a"});
  test.Compare("proc.aname[2]", "=", {"a"});
  test.Compare("proc.aname[1]", "=", {"b"});
  const Plan plan = MakePlan(test);
  EXPECT_EQ(plan.fields().size(), 2U);
  EXPECT_EQ(plan.SlotOf(0), plan.SlotOf(2));
  EXPECT_EQ(plan.fields()[plan.SlotOf(1)].argument, "2");
}

}  // namespace
}  // namespace vedette
