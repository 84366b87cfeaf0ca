// SPDX-License-Identifier: Apache-2.0
//
// What the kernel's classifier does, done in user space with the same tables.
#include "absl/strings/str_cat.h"
#include "rules/classify/classifier.h"
#include "tests/bench/bench.h"
#include "tests/bench/generated.h"

namespace vedette {

BenchRows BenchClassifier() {
  GeneratedEvents events(4096);
  constexpr size_t kRounds = 50;
  const auto measure = [&](const Classifier& classifier) {
    return NanosecondsPer(kRounds * events.size(), [&] {
      for (size_t round = 0; round < kRounds; ++round) {
        for (size_t i = 0; i < events.size(); ++i) {
          Use(classifier.Classify(InputOf(events.view(i))).words[0]);
        }
      }
    });
  };
  const Classifier none(BuildTables(*GeneratedProgram(0), 1));
  const Classifier ten(BuildTables(*GeneratedProgram(10), 1));
  BenchRows rows;
  rows.push_back(Alternate(
      "classifier/classify 10 rules", "no rules", [&] { return measure(ten); },
      [&] { return measure(none); }));
  for (const size_t count : {100, 1000}) {
    const Classifier many(BuildTables(*GeneratedProgram(count), 1));
    rows.push_back(Alternate(
        absl::StrCat("classifier/classify ", count, " rules"), "10 rules",
        [&] { return measure(many); }, [&] { return measure(ten); }));
    SetGoalAtMost(rows.back(), 1.1);
  }
  return rows;
}

}  // namespace vedette
