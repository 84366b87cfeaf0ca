// SPDX-License-Identifier: Apache-2.0
#include "engine/match/first_seen.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

constexpr int64_t kHour = int64_t{3600} * 1'000'000'000;
constexpr int64_t kStart = 1'000 * kHour;
using Verdict = Combinations::Verdict;

// A rule that remembers for 10 days and warms up for one, and a store that keeps what it is given.
class FirstSeenTest : public testing::Test {
 protected:
  FirstSeenTest() { Open(); }

  void Open(GroupLimits limits = Combinations::kLimits) {
    combinations_ = std::make_unique<Combinations>(
        [this](const KnownCombination& known) {
          if (!takes_) return false;
          ++saves_;
          if (known.forgotten) {
            stored_.erase(known.combination);
          } else {
            stored_[known.combination] = known;
          }
          return true;
        },
        limits);
    // By last time, as a store gives it back.
    std::multimap<int64_t, KnownCombination> by_time;
    for (const auto& [key, known] : stored_) by_time.emplace(known.last_ns, known);
    for (const auto& [time, known] : by_time) combinations_->Restore(1, known);
  }
  void Begin(int64_t hour) { combinations_->Begin(1, "r", "f", kStart + hour * kHour, kRemember); }
  Verdict See(absl::string_view combination, int64_t hour) {
    return combinations_->OnSight({1, combination, kStart + hour * kHour, kRemember, 24 * kHour});
  }

  static constexpr int64_t kRemember = 240 * kHour;
  bool takes_ = true;
  int saves_ = 0;
  std::map<std::string, KnownCombination> stored_;
  std::unique_ptr<Combinations> combinations_;
};

TEST_F(FirstSeenTest, LearnsThenTells) {
  Begin(0);
  struct Case {
    const char* name;
    const char* combination;
    int64_t hour;
    Verdict verdict;
  };
  constexpr Case kCases[] = {
      {"new in the warm-up", "a", 1, Verdict::kLearnt},
      {"seen before", "a", 2, Verdict::kKnown},
      {"new, just before the end of the warm-up", "b", 23, Verdict::kLearnt},
      {"new at its end", "c", 24, Verdict::kNew},
      {"told once", "c", 25, Verdict::kKnown},
      {"what was learnt is known", "b", 30, Verdict::kKnown},
      {"seen again before it is forgotten", "a", 241, Verdict::kKnown},
      {"not seen for so long is new", "b", 270, Verdict::kNew},
      {"each sight counts", "a", 480, Verdict::kKnown},
  };
  for (const Case& test : kCases) {
    EXPECT_EQ(See(test.combination, test.hour), test.verdict) << test.name;
  }
}

TEST_F(FirstSeenTest, ARestartForgetsNothing) {
  Begin(0);
  See("a", 1);
  See("b", 30);
  Open();
  Begin(40);  // No second warm-up.
  EXPECT_EQ(combinations_->LearningSince(1), kStart);
  EXPECT_EQ(combinations_->CountOf(1), 2U);
  EXPECT_EQ(See("a", 41), Verdict::kKnown);
  EXPECT_EQ(See("b", 41), Verdict::kKnown);
  EXPECT_EQ(See("c", 41), Verdict::kNew);
}

TEST_F(FirstSeenTest, AKnownOneIsWrittenNowAndThen) {
  Begin(0);
  See("a", 1);
  const int before = saves_;
  for (int i = 0; i < 1000; ++i) See("a", 1);
  EXPECT_EQ(saves_, before);
  See("a", 3);
  EXPECT_EQ(stored_["a"].last_ns, kStart + 3 * kHour);
  EXPECT_EQ(stored_["a"].first_ns, kStart + 1 * kHour);
  EXPECT_EQ(stored_["a"].expires_ns, kStart + 243 * kHour);
}

TEST_F(FirstSeenTest, WhatTheStoreRefusesIsOfferedAgain) {
  Begin(0);
  takes_ = false;
  See("a", 1);
  EXPECT_EQ(stored_.count("a"), 0U);
  takes_ = true;
  See("a", 1);
  EXPECT_EQ(stored_.count("a"), 1U);
}

TEST_F(FirstSeenTest, WhatExpiresLeavesTheStore) {
  Begin(0);
  See("a", 1);
  See("b", 100);
  combinations_->Expire(1, kRemember, kStart + 242 * kHour);
  EXPECT_EQ(combinations_->CountOf(1), 1U);
  EXPECT_EQ(stored_.count("a"), 0U);
  EXPECT_EQ(stored_.count("b"), 1U);
}

TEST_F(FirstSeenTest, AFloodStaysBoundedHereAndInTheStore) {
  constexpr size_t kBytesMax = 32 << 10;
  Open({kBytesMax, kBytesMax});
  Begin(0);
  for (int i = 0; i < 5000; ++i) {
    See(absl::StrCat("flood ", i), 1);
    ASSERT_LE(combinations_->bytes(), kBytesMax);
  }
  EXPECT_EQ(combinations_->evictions(), 5000 - combinations_->size());
  EXPECT_EQ(stored_.size(), combinations_->size() + 1);  // With the row of the rule.
  EXPECT_EQ(combinations_->CountOf(1), combinations_->size());
}

TEST_F(FirstSeenTest, ANewStoreGetsEverything) {
  Begin(0);
  See("a", 1);
  stored_.clear();
  combinations_->SaveAll();
  EXPECT_EQ(stored_.size(), 2U);
}

// Every sight of everything is remembered and searched.
TEST_F(FirstSeenTest, AgreesWithSearchingAllOfThePast) {
  Begin(0);
  std::mt19937 random(3);
  std::vector<std::pair<std::string, int64_t>> past;
  int news = 0;
  for (int64_t hour = 0; hour < 20'000; hour += static_cast<int64_t>(random() % 20)) {
    const std::string combination = absl::StrCat(random() % 40);
    bool known = false;
    for (const auto& [other, when] : past) known |= other == combination && hour - when < 240;
    past.emplace_back(combination, hour);
    const Verdict verdict = See(combination, hour);
    const Verdict expected = known ? Verdict::kKnown : hour < 24 ? Verdict::kLearnt : Verdict::kNew;
    ASSERT_EQ(verdict, expected) << combination << " at " << hour;
    news += verdict == Verdict::kNew ? 1 : 0;
    if (random() % 10 == 0) combinations_->Expire(1, kRemember, kStart + hour * kHour);
    if (random() % 100 == 0) {
      Open();
      Begin(hour);
      // Written at most hourly: what a restart has lost is below that.
      past.erase(past.begin(),
                 past.end() - static_cast<ptrdiff_t>(std::min<size_t>(past.size(), 500)));
    }
  }
  EXPECT_GT(news, 100);
}

}  // namespace
}  // namespace vedette
