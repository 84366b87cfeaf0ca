// SPDX-License-Identifier: Apache-2.0
#include "engine/match/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/match/test_program.h"

namespace vedette {
namespace {

using Rules = std::vector<uint32_t>;

RecordBuilder Open(absl::string_view comm, absl::string_view path) {
  return RecordBuilder(WIRE_file_open).Set("comm", comm).Set("path", path);
}

Rules MatchOne(Matcher& matcher, TestHost& host, const RecordBuilder& record) {
  host.arena.Clear();
  const auto matched = matcher.Match(host.MakeEvent(record));
  return {matched.begin(), matched.end()};
}

TEST(Matcher, EvaluatesTrees) {
  TestProgram test;
  const uint32_t cat = test.Compare("proc.name", "=", {"cat"});
  const uint32_t shadow = test.Compare("fd.name", "=", {"/etc/shadow"});
  const uint32_t passwd = test.Compare("fd.name", "=", {"/etc/passwd"});
  const uint32_t either = test.Combine(Node::Kind::kOr, {shadow, passwd});
  test.AddRule("and", test.Combine(Node::Kind::kAnd, {cat, either}));
  test.AddRule("or", either);
  test.AddRule("not", test.Combine(Node::Kind::kNot, {either}));
  test.AddRule("true", test.Constant(true));
  test.AddRule("false", test.Constant(false));
  Matcher matcher(test.Share());
  TestHost host;
  EXPECT_EQ(MatchOne(matcher, host, Open("cat", "/etc/shadow")), (Rules{0, 1, 3}));
  EXPECT_EQ(MatchOne(matcher, host, Open("dog", "/etc/passwd")), (Rules{1, 3}));
  EXPECT_EQ(MatchOne(matcher, host, Open("cat", "/etc/hosts")), (Rules{2, 3}));
}

TEST(Matcher, KnowsWhatEachRuleCosts) {
  TestProgram test;
  test.AddRule("opens", test.Compare("fd.name", "=", {"/x"}), KindBit(WIRE_file_open));
  test.AddRule("execs", test.Constant(true), KindBit(WIRE_process_exec));
  Matcher matcher(test.Share());
  TestHost host;
  for (int i = 0; i < 128; ++i) MatchOne(matcher, host, Open("cat", "/x"));
  EXPECT_EQ(matcher.CostOf(0).evaluations, 128U);
  EXPECT_GT(matcher.CostOf(0).about, absl::ZeroDuration());
  EXPECT_EQ(matcher.CostOf(1).evaluations, 0U);
  EXPECT_EQ(matcher.CostOf(1).about, absl::ZeroDuration());
}

TEST(Matcher, LeavesOutWhatRests) {
  TestProgram test;
  test.AddRule("wakes", test.Constant(true));
  test.AddRule("rests", test.Compare("proc.name", "=", {"cat"}));
  Matcher matcher(test.Share());
  TestHost host;
  const Event event = host.MakeEvent(Open("cat", "/"));
  const uint8_t kResting[] = {0, 1};
  EXPECT_THAT(matcher.Match(event, kResting), testing::ElementsAre(0U));
  EXPECT_EQ(matcher.CostOf(1).evaluations, 0U);
  EXPECT_THAT(matcher.Match(event), testing::ElementsAre(0U, 1U));
}

TEST(Matcher, OnlyRulesOfTheKind) {
  TestProgram test;
  test.AddRule("opens", test.Constant(true), KindBit(WIRE_file_open));
  test.AddRule("execs", test.Constant(true), KindBit(WIRE_process_exec));
  Matcher matcher(test.Share());
  TestHost host;
  EXPECT_EQ(MatchOne(matcher, host, Open("cat", "/")), (Rules{0}));
  EXPECT_EQ(MatchOne(matcher, host, RecordBuilder(WIRE_process_exec)), (Rules{1}));
  EXPECT_EQ(MatchOne(matcher, host, RecordBuilder(WIRE_process_exit)), (Rules{}));
}

TEST(Matcher, ComparesEachPredicateAtMostOnceAndOnlyWhenNeeded) {
  TestProgram test;
  const uint32_t cat = test.Compare("proc.name", "=", {"cat"});
  const uint32_t shadow = test.Compare("fd.name", "=", {"/etc/shadow"});
  for (int i = 0; i < 5; ++i) {
    test.AddRule("r", test.Combine(Node::Kind::kAnd, {cat, shadow}));
  }
  Matcher matcher(test.Share());
  TestHost host;
  MatchOne(matcher, host, Open("dog", "/etc/shadow"));
  EXPECT_EQ(matcher.counts().predicates, 1U);
  MatchOne(matcher, host, Open("cat", "/etc/shadow"));
  EXPECT_EQ(matcher.counts().predicates, 3U);
  EXPECT_EQ(matcher.counts().rules, 10U);
}

TEST(Matcher, CheapComparisonsComeFirst) {
  TestProgram test;
  const uint32_t ancestor = test.Compare("proc.aname", "contains", {"nginx"});
  const uint32_t pid = test.Compare("proc.pid", "=", {"77"});
  test.AddRule("r", test.Combine(Node::Kind::kAnd, {ancestor, ancestor, pid}));
  test.AddRule("r", test.Combine(Node::Kind::kAnd, {pid, ancestor}));
  Matcher matcher(test.Share());
  TestHost host;
  MatchOne(matcher, host, Open("cat", "/"));
  EXPECT_EQ(matcher.counts().predicates, 1U);
}

TEST(Matcher, SharedSubtreesDoNotCostTheirPaths) {
  // Each level names the one below twice: 2^60 paths, 60 nodes.
  TestProgram test;
  uint32_t node = test.Compare("proc.name", "=", {"cat"});
  for (int i = 0; i < 60; ++i) node = test.Combine(Node::Kind::kAnd, {node, node});
  test.AddRule("deep", node);
  Matcher matcher(test.Share());
  TestHost host;
  EXPECT_EQ(MatchOne(matcher, host, Open("cat", "/")), (Rules{0}));
}

class Survivors : public testing::Test {
 protected:
  Survivors() : matcher_(ThreeTrueRules()) {
    matcher_.SetSurvivorRules(7, WIRE_file_open, {{2}, {0, 2}, {}});
  }

  static std::shared_ptr<const Program> ThreeTrueRules() {
    TestProgram test;
    for (int i = 0; i < 3; ++i) test.AddRule("r", test.Constant(true));
    return test.Share();
  }

  Rules Match(uint32_t generation, std::vector<uint64_t> words, EventKind kind = WIRE_file_open) {
    RecordBuilder record(kind);
    record.header().generation = generation;
    words.resize(WIRE_SURVIVOR_WORDS);
    std::copy(words.begin(), words.end(), record.header().survivors);
    return MatchOne(matcher_, host_, record);
  }

  TestHost host_;
  Matcher matcher_;
};

TEST_F(Survivors, SelectRules) {
  EXPECT_EQ(Match(7, {1}), (Rules{2}));
  EXPECT_EQ(Match(7, {2}), (Rules{0, 2}));
  EXPECT_EQ(Match(7, {3}), (Rules{0, 2}));  // Once each, in order.
  EXPECT_EQ(Match(7, {4}), (Rules{}));
  EXPECT_EQ(Match(7, {0}), (Rules{}));
}

TEST_F(Survivors, WhatIsNotKnownIsEvaluatedInFull) {
  const Rules all = {0, 1, 2};
  EXPECT_EQ(Match(8, {1}), all);  // Another rule set.
  EXPECT_EQ(Match(0, {1}), all);
  EXPECT_EQ(Match(7, {8}), all);  // A term that was not announced.
  EXPECT_EQ(Match(7, {0, 1}), all);
  EXPECT_EQ(Match(7, {~0ULL, ~0ULL, ~0ULL, ~0ULL}), all);  // Not judged.
  EXPECT_EQ(Match(7, {1}, WIRE_process_exec), all);        // No terms for this kind.
}

TEST_F(Survivors, ANewGenerationReplacesTheOld) {
  matcher_.SetSurvivorRules(8, WIRE_process_exec, {{1}});
  EXPECT_EQ(Match(8, {1}, WIRE_process_exec), (Rules{1}));
  EXPECT_EQ(Match(7, {1}), (Rules{0, 1, 2}));
  EXPECT_EQ(Match(8, {1}), (Rules{0, 1, 2}));
}

TEST(MatcherDeathTest, BrokenProgramsEndAtOnce) {
  TestProgram test;
  test.AddRule("loop", test.Combine(Node::Kind::kNot, {0}));
  EXPECT_DEATH(Matcher(test.Share()), "child");
}

}  // namespace
}  // namespace vedette
