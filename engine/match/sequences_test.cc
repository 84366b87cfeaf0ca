// SPDX-License-Identifier: Apache-2.0
#include "engine/match/sequences.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace vedette {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

struct Act {
  std::string key;
  uint32_t step;  // From 0.
  int64_t at;     // Seconds.
};

// "a1@5": step 1 of key a at second 5.
Act ParseAct(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text.substr(2), '@');
  return {std::string(text.substr(0, 1)), static_cast<uint32_t>(text[1] - '1'),
          std::stoll(parts[1])};
}

// Plays the acts; what fires is listed as the names of its evidence.
std::string Play(absl::string_view acts, uint32_t steps, int64_t within, Sequences& sequences) {
  std::string fired;
  for (const absl::string_view text : absl::StrSplit(acts, ' ', absl::SkipEmpty())) {
    const Act act = ParseAct(text);
    const Sequences::Result result = sequences.OnStep({.owner = 1,
                                                       .step = act.step,
                                                       .steps = steps,
                                                       .within_ns = within * kSecond,
                                                       .time_ns = act.at * kSecond,
                                                       .keys = {&act.key, 1}},
                                                      [&] {
                                                        AlertEvidence made;
                                                        made.step = std::string(text);
                                                        return made;
                                                      });
    const std::vector<AlertEvidence>& evidence = result.complete;
    if (!evidence.empty() && !fired.empty()) fired += "; ";
    for (const AlertEvidence& one : evidence) {
      absl::StrAppend(&fired, &one == evidence.data() ? "" : " ", one.step);
    }
  }
  return fired;
}

TEST(Sequences, StepsInOrder) {
  struct Case {
    const char* name;
    const char* acts;
    uint32_t steps;
    const char* fired;
  };
  constexpr Case kCases[] = {
      {"two steps", "a1@1 a2@2", 2, "a1@1 a2@2"},
      {"three steps", "a1@1 a2@2 a3@3", 3, "a1@1 a2@2 a3@3"},
      {"the wrong order", "a2@1 a1@2", 2, ""},
      {"another key", "a1@1 b2@2", 2, ""},
      {"keys do not disturb each other", "a1@1 b1@2 b2@3 a2@4", 2, "b1@2 b2@3; a1@1 a2@4"},
      {"too late", "a1@1 a2@12", 2, ""},
      {"just in time", "a1@1 a2@11", 2, "a1@1 a2@11"},
      {"the whole counts, not each step", "a1@1 a2@9 a3@12", 3, ""},
      {"the first step again begins anew", "a1@1 a1@9 a2@12", 2, "a1@9 a2@12"},
      {"it fires once", "a1@1 a2@2 a2@3", 2, "a1@1 a2@2"},
      {"and again with a new beginning", "a1@1 a2@2 a1@3 a2@4", 2, "a1@1 a2@2; a1@3 a2@4"},
      {"steps in the middle may repeat", "a1@1 a2@2 a2@3 a3@4", 3, "a1@1 a2@2 a3@4"},
      {"a later chain takes over", "a1@1 a2@2 a1@3 a2@4 a3@12", 3, "a1@3 a2@4 a3@12"},
      {"a missing step", "a1@1 a3@2", 3, ""},
      {"events of two CPUs in the wrong order", "a1@5 a2@4", 2, "a1@5 a2@4"},
      {"out of order by too much", "a1@9 a2@6", 2, ""},
  };
  for (const Case& test : kCases) {
    Sequences sequences;
    EXPECT_EQ(Play(test.acts, test.steps, 10, sequences), test.fired) << test.name;
  }
}

TEST(Sequences, AStepJoinsAnyOfItsKeys) {
  Sequences sequences;
  EXPECT_EQ(Play("a1@1 b1@3", 2, 10, sequences), "");
  const std::vector<std::string> keys = {"x", "a", "b"};
  const Sequences::Result result = sequences.OnStep({.owner = 1,
                                                     .step = 1,
                                                     .steps = 2,
                                                     .within_ns = 10 * kSecond,
                                                     .time_ns = 4 * kSecond,
                                                     .keys = keys},
                                                    [] { return AlertEvidence(); });
  EXPECT_TRUE(result.taken);
  ASSERT_EQ(result.complete.size(), 2U);
  EXPECT_EQ(result.complete[0].step, "b1@3");  // The chain that began last speaks for all.
  EXPECT_EQ(sequences.size(), 0U);
}

TEST(Sequences, WhatHasEndedGoes) {
  Sequences sequences;
  Play("a1@1 b1@2 c1@9", 2, 5, sequences);
  sequences.Expire(1, 5 * kSecond, 9 * kSecond);
  EXPECT_EQ(sequences.size(), 2U);  // A late event may still complete b.
  sequences.Expire(1, 5 * kSecond, 30 * kSecond);
  EXPECT_EQ(sequences.size(), 0U);
  EXPECT_EQ(sequences.evictions(), 0U);
}

TEST(Sequences, AFloodEvictsTheOldestAndStaysBounded) {
  constexpr size_t kBytesMax = 64 << 10;
  Sequences sequences({kBytesMax, kBytesMax});
  for (int i = 0; i < 10'000; ++i) {
    const std::string key = absl::StrCat(i);
    sequences.OnStep({.owner = 1,
                      .step = 0,
                      .steps = 2,
                      .within_ns = kSecond * 1000,
                      .time_ns = i,
                      .keys = {&key, 1}},
                     [] { return AlertEvidence(); });
    ASSERT_LE(sequences.bytes(), kBytesMax);
  }
  EXPECT_EQ(sequences.evictions(), 10'000 - sequences.size());
  EXPECT_GT(sequences.size(), 10U);
  const std::string first = "0", last = "9999";
  const auto ends = [&](const std::string& key) {
    return !sequences
                .OnStep({.owner = 1,
                         .step = 1,
                         .steps = 2,
                         .within_ns = kSecond * 1000,
                         .time_ns = 10'000,
                         .keys = {&key, 1}},
                        [] { return AlertEvidence(); })
                .complete.empty();
  };
  EXPECT_FALSE(ends(first));
  EXPECT_TRUE(ends(last));
}

// The first alert of a key comes with the first event that ends some run of steps in order within
// the time: every such run is tried.
bool EndsARun(const std::vector<Act>& acts, size_t end, uint32_t steps, int64_t within) {
  const Act& last = acts[end];
  if (last.step + 1 != steps) return false;
  // By the number of steps behind it, when each run that ends there began.
  std::vector<std::set<int64_t>> begins(steps);
  for (size_t i = 0; i < end; ++i) {
    const Act& act = acts[i];
    if (act.key != last.key) continue;
    if (act.step == 0) begins[0].insert(act.at);
    if (act.step > 0)
      begins[act.step].insert(begins[act.step - 1].begin(), begins[act.step - 1].end());
  }
  for (const int64_t begin : begins[steps - 2]) {
    if (last.at - begin <= within) return true;
  }
  return false;
}

TEST(Sequences, AgreeWithTryingEveryRun) {
  std::mt19937 random(11);
  int fired_runs = 0;
  for (int round = 0; round < 3000; ++round) {
    const auto steps = static_cast<uint32_t>(2 + random() % 3);
    Sequences sequences;
    std::vector<Act> acts;
    std::set<std::string> fired;
    for (int64_t at = 0; acts.size() < 40; at += static_cast<int64_t>(random() % 3)) {
      acts.push_back({std::string(1, static_cast<char>('a' + random() % 3)),
                      static_cast<uint32_t>(random() % steps), at});
      const Act& act = acts.back();
      const std::string text = absl::StrCat(act.key, act.step + 1, "@", act.at);
      const bool fires = !Play(text, steps, 10, sequences).empty();
      if (fired.contains(act.key)) continue;
      ASSERT_EQ(fires, EndsARun(acts, acts.size() - 1, steps, 10)) << text;
      if (fires) fired.insert(act.key);
    }
    fired_runs += static_cast<int>(fired.size());
  }
  EXPECT_GT(fired_runs, 1000);
}

}  // namespace
}  // namespace vedette
