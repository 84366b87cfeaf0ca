// SPDX-License-Identifier: Apache-2.0
#include "engine/match/cover.h"

#include <gtest/gtest.h>

#include <optional>

#include "engine/match/test_program.h"

namespace vedette {
namespace {

using Predicates = std::optional<std::vector<uint32_t>>;

Predicates Of(std::vector<uint32_t> predicates) { return predicates; }
Predicates Never() { return std::vector<uint32_t>(); }

class CoverTest : public testing::Test {
 protected:
  // Of the node, which is the last one.
  Predicates Find(uint32_t node, EventKind kind = WIRE_file_open) {
    test_.AddRule("r", node);
    const auto program = test_.Share();
    const std::vector<Guess> guesses = MakeGuesses(*program);
    const Plan plan(*program, guesses);
    CoverFinder finder(*program, plan, guesses, kind);
    const auto rule = static_cast<uint32_t>(program->rules.size() - 1);
    const Cover* cover = finder.Find(plan.ConditionOf(rule));
    return cover == nullptr ? Predicates() : cover->predicates;
  }
  uint32_t And(std::vector<uint32_t> children) {
    return test_.Combine(Node::Kind::kAnd, std::move(children));
  }
  uint32_t Or(std::vector<uint32_t> children) {
    return test_.Combine(Node::Kind::kOr, std::move(children));
  }
  uint32_t Not(uint32_t child) { return test_.Combine(Node::Kind::kNot, {child}); }

  TestProgram test_;
  // As nodes and as predicates they have the same numbers.
  const uint32_t path_ = test_.Compare("fd.name", "=", {"/etc/shadow"});
  const uint32_t name_ = test_.Compare("proc.name", "=", {"nc"});
  const uint32_t other_ = test_.Compare("proc.name", "!=", {"nc"});
  const uint32_t connect_ = test_.Compare("evt.type", "=", {"connect"});
  const uint32_t port_ = test_.Compare("fd.rport", "=", {"1"});
};

TEST_F(CoverTest, OfAllTheRarest) {
  EXPECT_EQ(Find(And({name_, path_, other_})), Of({path_}));
  EXPECT_EQ(Find(And({name_, Or({path_, name_})})), Of({name_}));
}

TEST_F(CoverTest, OfAnyAllOfThem) {
  EXPECT_EQ(Find(Or({path_, name_})), Of({path_, name_}));
  EXPECT_EQ(Find(Or({path_, other_})), Predicates());
}

TEST_F(CoverTest, OfNegationsNothingButTheirNegation) {
  EXPECT_EQ(Find(Not(path_)), Predicates());
  EXPECT_EQ(Find(Not(Not(path_))), Of({path_}));
  EXPECT_EQ(Find(Not(And({Not(path_), other_}))), Predicates());
  EXPECT_EQ(Find(Not(And({Not(path_), Not(name_)}))), Of({path_, name_}));
  EXPECT_EQ(Find(Not(Or({Not(path_), other_}))), Of({path_}));
}

TEST_F(CoverTest, ConstantsAreFoundAlwaysOrNever) {
  EXPECT_EQ(Find(test_.Constant(true)), Predicates());
  EXPECT_EQ(Find(test_.Constant(false)), Never());
  EXPECT_EQ(Find(Not(test_.Constant(true))), Never());
  EXPECT_EQ(Find(Or({path_, test_.Constant(false)})), Of({path_}));
  EXPECT_EQ(Find(And({path_, test_.Constant(true)})), Of({path_}));
}

TEST_F(CoverTest, WhatTheKindDoesNotHaveNeedsNoLookingFor) {
  const uint32_t either = Or({path_, And({connect_, name_})});
  EXPECT_EQ(Find(either), Of({path_}));
  EXPECT_EQ(Find(either, WIRE_network_connect), Of({path_, name_}));
  EXPECT_EQ(Find(Or({path_, port_})), Of({path_}));
  EXPECT_EQ(Find(port_), Never());
  EXPECT_EQ(Find(port_, WIRE_network_connect), Of({port_}));
}

}  // namespace
}  // namespace vedette
