// SPDX-License-Identifier: Apache-2.0
#include "engine/match/suppression.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kWindow = 10 * kSecond;

class SuppressionTest : public testing::Test {
 protected:
  explicit SuppressionTest(GroupLimits limits = Suppression::kLimits)
      : suppression_([this](Alert alert) { told_.push_back(std::move(alert)); }, limits) {}

  // True: the alert goes out.
  bool Alerts(absl::string_view group, int64_t at) {
    const Suppression::Repeat repeat = {1, group, at * kSecond, kWindow};
    if (suppression_.Fold(repeat)) return false;
    Alert alert;
    alert.id = absl::StrCat(group, at);
    alert.rule = "r";
    alert.time = absl::FromUnixSeconds(at);
    alert.evidence.resize(2);
    suppression_.Begin(repeat, alert);
    return true;
  }

  std::vector<Alert> told_;
  Suppression suppression_;
};

TEST_F(SuppressionTest, RepeatsAreFoldedAndTold) {
  EXPECT_TRUE(Alerts("a", 1));
  EXPECT_FALSE(Alerts("a", 2));
  EXPECT_TRUE(Alerts("b", 3));
  EXPECT_FALSE(Alerts("a", 10));
  EXPECT_TRUE(told_.empty());
  EXPECT_TRUE(Alerts("a", 11));  // The window was from 1 to 11.
  ASSERT_EQ(told_.size(), 1U);
  const Alert& summary = told_[0];
  EXPECT_EQ(summary.repeats, 2U);
  EXPECT_EQ(summary.repeats_of, "a1");
  EXPECT_NE(summary.id, "a1");
  EXPECT_EQ(summary.id.size(), 16U);
  EXPECT_EQ(summary.rule, "r");
  EXPECT_EQ(summary.time, absl::FromUnixSeconds(10));
  EXPECT_TRUE(summary.evidence.empty());
  EXPECT_EQ(summary.reason,
            "2 repeats of a1 folded, from 1970-01-01T00:00:02.000Z to 1970-01-01T00:00:10.000Z");
}

TEST_F(SuppressionTest, TimeClosesWindows) {
  Alerts("a", 1);
  Alerts("a", 2);
  Alerts("b", 5);
  suppression_.Expire(1, kWindow, 10 * kSecond);
  EXPECT_TRUE(told_.empty());
  suppression_.Expire(1, kWindow, 11 * kSecond);
  ASSERT_EQ(told_.size(), 1U);
  suppression_.Expire(1, kWindow, 60 * kSecond);
  EXPECT_EQ(told_.size(), 1U);  // Nothing was folded into b.
  EXPECT_EQ(suppression_.size(), 0U);
}

TEST_F(SuppressionTest, TheEndTellsAll) {
  for (const char* group : {"a", "a", "b", "b", "b", "c"}) Alerts(group, 1);
  suppression_.CloseAll();
  ASSERT_EQ(told_.size(), 2U);
  EXPECT_EQ(told_[0].repeats, 1U);
  EXPECT_EQ(told_[1].repeats, 2U);
}

class SmallSuppressionTest : public SuppressionTest {
 protected:
  SmallSuppressionTest() : SuppressionTest({32 << 10, 32 << 10}) {}
};

// Whatever happens: told = alerts, or folded and told by a summary.
TEST_F(SmallSuppressionTest, NothingIsFoldedInSilence) {
  std::mt19937 random(1);
  uint64_t alerts = 0, summed = 0;
  std::set<std::string> ids;
  constexpr uint64_t kAll = 20'000;
  for (uint64_t i = 0; i < kAll; ++i) {
    const auto at = static_cast<int64_t>(i / 20);
    alerts += Alerts(absl::StrCat("g", random() % 100), at) ? 1 : 0;
    ASSERT_LE(suppression_.bytes(), 32U << 10);
    if (i % 50 == 0) suppression_.Expire(1, kWindow, at * kSecond);
  }
  suppression_.CloseAll();
  for (const Alert& summary : told_) {
    summed += summary.repeats;
    EXPECT_TRUE(ids.insert(summary.id).second);
  }
  EXPECT_EQ(alerts + summed, kAll);
  EXPECT_GT(suppression_.evictions(), 100U);
}

}  // namespace
}  // namespace vedette
