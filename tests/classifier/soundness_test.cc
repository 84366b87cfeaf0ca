// SPDX-License-Identifier: Apache-2.0
//
// The classifier in user space against the obvious evaluator.
#include "tests/classifier/soundness.h"

#include <cstdlib>
#include <random>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/classifier/random_acts.h"

namespace vedette {
namespace {

using Random = std::mt19937;

// VEDETTE_SOUNDNESS_SEEDS=500 makes it ten million pairs.
uint32_t SeedCount() {
  const char* text = std::getenv("VEDETTE_SOUNDNESS_SEEDS");
  uint32_t count = 0;
  return text != nullptr && absl::SimpleAtoi(text, &count) ? count : 50;
}

TEST(SoundnessTest, NoEventIsLostForWhichARuleHolds) {
  const SoundnessPlan plan = {.seeds = SeedCount()};
  const SoundnessTally tally = CheckRandomRules(plan, JudgeInUserSpace());
  PrintTally(absl::StrCat("seeds 1 to ", plan.seeds), tally);
  EXPECT_EQ(tally.pairs, uint64_t{plan.seeds} * plan.rules * plan.acts);
  EXPECT_GE(tally.exact, tally.pairs / 4);
  EXPECT_GE(tally.holding, tally.pairs / 10);
  EXPECT_LE(tally.surviving, tally.pairs * 3 / 4);
}

TEST(SoundnessTest, NorByWhatThoseKnowWhoDeny) {
  const SoundnessPlan plan = {
      .first_seed = 3001, .seeds = SeedCount(), .decider = Decider::kEnforcer};
  const SoundnessTally tally = CheckRandomRules(plan, JudgeInUserSpace());
  PrintTally(absl::StrCat("who deny, seeds 3001 to ", 3000 + plan.seeds), tally);
  EXPECT_GE(tally.exact, tally.pairs / 4);
  EXPECT_GE(tally.holding, tally.pairs / 10);
}

// Random conditions share their boxes; these do not, so rules have to share terms that hull them.
TEST(SoundnessTest, NorWhereRulesShareHulls) {
  Random random(2001);
  TestProgram program;
  constexpr uint32_t kRules = 700;
  for (uint32_t i = 0; i < kRules; ++i) {
    const std::string number = absl::StrCat(i);
    program.AddRule(program.And({program.Is("proc.name", "=", {"n" + number}),
                                 program.Is("user.uid", "!=", {number}),
                                 program.Is("fd.name", "startswith", {"/d/" + number})}),
                    RuleKinds(), i % 3 == 0);
  }
  std::vector<Act> acts;
  for (int i = 0; i < 200; ++i) {
    const auto n = static_cast<uint32_t>(random() % kRules);
    acts.push_back({RecordBuilder(WIRE_file_open)
                        .Set("comm", absl::StrCat("n", n))
                        .Set("uid", random() % 2 == 0 ? n : n + 1)
                        .Set("path", absl::StrCat("/d/", random() % 4 == 0 ? n + 1 : n, "/x"))
                        .Build(),
                    std::nullopt, std::nullopt, std::nullopt, 0, 0});
  }
  SoundnessTally tally;
  CheckSoundness(program, acts, JudgeInUserSpace(), tally);
  PrintTally("seed 2001", tally);
  EXPECT_GT(tally.holding, 50u);
  EXPECT_GT(tally.surviving, tally.holding);
  EXPECT_LT(tally.surviving, tally.pairs / 10);
}

TEST(SoundnessTest, NorWhereTermsAreMerged) {
  SoundnessTally tally;
  Random random(1001);
  TestProgram program;
  for (size_t rule = 0; rule < 400; ++rule) {
    program.AddRule(RandomActCondition(random, program, 3), RuleKinds(), rule % 5 == 0);
  }
  for (size_t rule = 0; rule < 3; ++rule) {
    program.AddRule(RandomActCondition(random, program, 7));
  }
  CheckSoundness(program, RandomActs(random, 40), JudgeInUserSpace(), tally);
  PrintTally("seed 1001", tally);
  EXPECT_LT(tally.holding, tally.surviving);
}

}  // namespace
}  // namespace vedette
