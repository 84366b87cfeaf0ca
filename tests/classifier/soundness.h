// SPDX-License-Identifier: Apache-2.0
//
// The invariant, by trying: random conditions over random acts. Whatever the obvious evaluator says
// holds must have survived, and where all terms of a rule are exact, nothing else may have.
#ifndef VEDETTE_TESTS_CLASSIFIER_SOUNDNESS_H_
#define VEDETTE_TESTS_CLASSIFIER_SOUNDNESS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/classify/classifier.h"
#include "rules/classify/test_program.h"
#include "tests/classifier/naive_act.h"

namespace vedette {

struct SoundnessTally {
  uint64_t pairs = 0;
  uint64_t holding = 0;
  uint64_t surviving = 0;
  uint64_t exact = 0;  // Pairs whose rule the kernel alone decides.
};

// The input that the kernel would have.
ClassifierInput InputOf(const EventView& view, const Act& act);

// Judges an act by tables that `begin` was given last.
struct Judge {
  std::function<void(const ClassifierTables& tables)> begin;
  std::function<Survivors(const EventView& view, const ClassifierInput& input)> survivors;
};
Judge JudgeInUserSpace();

// Compares the judge with the obvious evaluator; a difference is a fatal failure of the test.
void CheckSoundness(const TestProgram& program, const std::vector<Act>& acts, const Judge& judge,
                    SoundnessTally& tally, Decider decider = Decider::kObserver);

// Rules of every depth over acts, `seeds` times: rules * acts pairs each.
struct SoundnessPlan {
  uint32_t first_seed = 1;
  uint32_t seeds = 1;
  size_t rules = 40;
  size_t acts = 500;
  Decider decider = Decider::kObserver;
};
SoundnessTally CheckRandomRules(const SoundnessPlan& plan, const Judge& judge);

void PrintTally(absl::string_view name, const SoundnessTally& tally);

}  // namespace vedette

#endif  // VEDETTE_TESTS_CLASSIFIER_SOUNDNESS_H_
