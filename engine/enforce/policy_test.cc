// SPDX-License-Identifier: Apache-2.0
#include "engine/enforce/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {
namespace {

using State = EnforcementPolicy::State;

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

Rule MakeRule(const std::string& name, ActionMode mode) {
  Rule rule;
  rule.name = name;
  rule.action = Action::kDeny;
  rule.mode = mode;
  rule.decided = true;
  return rule;
}

class PolicyTest : public ::testing::Test {
 protected:
  void Load(std::vector<Rule> rules) {
    auto program = std::make_shared<Program>();
    program->rules = std::move(rules);
    program_ = program;
    policy_.SetProgram(program_, kStart);
  }
  State StateAt(absl::Time now) const { return policy_.StateOf(program_->rules[0], now); }

  EnforcementPolicy policy_{{.count = 2, .within = absl::Minutes(1)}};
  std::shared_ptr<const Program> program_;
};

TEST_F(PolicyTest, ARuleDoesWhatItsFileSays) {
  Load({MakeRule("deny", ActionMode::kEnforce)});
  EXPECT_EQ(StateAt(kStart), State::kEnforces);
  Load({MakeRule("watch", ActionMode::kMonitor)});
  EXPECT_EQ(StateAt(kStart), State::kMonitors);
}

TEST_F(PolicyTest, WhatTheKernelCannotDecideOnlyAlerts) {
  Rule rule = MakeRule("deny", ActionMode::kMonitor);
  rule.decided = false;
  Load({rule});
  EXPECT_EQ(StateAt(kStart), State::kNotDecided);
}

TEST_F(PolicyTest, ARuleWarmsUpOnce) {
  Rule rule = MakeRule("deny", ActionMode::kEnforce);
  rule.denial.warm_up = absl::Hours(1);
  Load({rule});
  EXPECT_EQ(StateAt(kStart + absl::Minutes(59)), State::kWarmsUp);
  EXPECT_EQ(policy_.NextChange(kStart), kStart + absl::Hours(1));
  EXPECT_EQ(StateAt(kStart + absl::Hours(1)), State::kEnforces);
  policy_.SetProgram(program_, kStart + absl::Hours(2));  // A reload is no new beginning.
  EXPECT_EQ(StateAt(kStart + absl::Hours(2)), State::kEnforces);
  EXPECT_EQ(policy_.NextChange(kStart + absl::Hours(2)), absl::InfiniteFuture());
}

TEST_F(PolicyTest, WhoSpeaksEndsTheWarmUp) {
  Rule rule = MakeRule("deny", ActionMode::kEnforce);
  rule.denial.warm_up = absl::Hours(1);
  Load({rule});
  ASSERT_TRUE(policy_.SetMode("deny", ActionMode::kEnforce).ok());
  EXPECT_EQ(StateAt(kStart), State::kEnforces);
  ASSERT_TRUE(policy_.SetMode("deny", ActionMode::kMonitor).ok());
  EXPECT_EQ(StateAt(kStart), State::kMonitors);
}

TEST_F(PolicyTest, OneProcessTooManyTripsTheRule) {
  Load({MakeRule("deny", ActionMode::kEnforce)});
  EXPECT_FALSE(policy_.Count("deny", 1, kStart));
  EXPECT_FALSE(policy_.Count("deny", 1, kStart));
  EXPECT_FALSE(policy_.Count("deny", 2, kStart));
  const auto why = policy_.Count("deny", 3, kStart + absl::Seconds(1));
  ASSERT_TRUE(why);
  EXPECT_EQ(*why, "it denied more than 2 processes within 1m");
  EXPECT_EQ(StateAt(kStart), State::kTripped);
  EXPECT_FALSE(policy_.Count("deny", 4, kStart)) << "it is told once";
}

TEST_F(PolicyTest, ProcessesOfLongAgoDoNotCount) {
  Load({MakeRule("deny", ActionMode::kEnforce)});
  for (uint64_t i = 0; i < 100; ++i) {
    EXPECT_FALSE(policy_.Count("deny", i, kStart + absl::Seconds(31) * i)) << i;
  }
}

TEST_F(PolicyTest, ABudgetOfItsOwnCountsAndOffIsNone) {
  Rule wide = MakeRule("wide", ActionMode::kEnforce);
  wide.denial.budget = DenialBudget{.count = 5, .within = absl::Minutes(1)};
  Rule off = MakeRule("off", ActionMode::kEnforce);
  off.denial.budget = DenialBudget{.count = 0, .within = absl::Minutes(1)};
  Load({wide, off});
  for (uint64_t i = 0; i < 5; ++i) EXPECT_FALSE(policy_.Count("wide", i, kStart));
  EXPECT_TRUE(policy_.Count("wide", 5, kStart));
  for (uint64_t i = 0; i < 10'000; ++i) EXPECT_FALSE(policy_.Count("off", i, kStart));
}

TEST_F(PolicyTest, ATrippedRuleStaysSoUntilSomebodySpeaks) {
  Load({MakeRule("deny", ActionMode::kEnforce)});
  for (uint64_t i = 0; i < 4; ++i) policy_.Count("deny", i, kStart);
  policy_.SetProgram(program_, kStart + absl::Hours(1));
  EXPECT_EQ(StateAt(kStart + absl::Hours(1)), State::kTripped);
  ASSERT_TRUE(policy_.SetMode("deny", ActionMode::kEnforce).ok());
  EXPECT_EQ(StateAt(kStart), State::kEnforces);
  EXPECT_FALSE(policy_.Count("deny", 9, kStart)) << "the budget begins anew";
}

TEST_F(PolicyTest, AnUnknownRuleIsNamedWithTheOneThatWasMeant) {
  Load({MakeRule("Deny netcat", ActionMode::kEnforce)});
  const absl::Status status = policy_.SetMode("Deny netcta", ActionMode::kMonitor);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("did you mean \"Deny netcat\""));
}

TEST_F(PolicyTest, LinesSayWhatEachRuleDoes) {
  Load({MakeRule("deny", ActionMode::kEnforce), MakeRule("watch", ActionMode::kMonitor)});
  policy_.CountDecision("deny", true);
  policy_.CountDecision("watch", false);
  const auto lines = policy_.Lines(kStart);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(PolicyStateName(lines[0].state), "enforces");
  EXPECT_EQ(lines[0].decisions, 1U);
  EXPECT_EQ(lines[0].enforced, 1U);
  EXPECT_EQ(PolicyStateName(lines[1].state), "monitors");
  EXPECT_EQ(lines[1].enforced, 0U);
}

}  // namespace
}  // namespace vedette
