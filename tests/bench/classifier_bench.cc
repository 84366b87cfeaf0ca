// SPDX-License-Identifier: Apache-2.0
//
// What the kernel's classifier does, done in user space with the same tables; and the kernel's.
#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/classify/classifier.h"
#include "sensor/source/classifier_trial.h"
#include "tests/bench/bench.h"
#include "tests/bench/generated.h"
#include "tests/classifier/image.h"

namespace vedette {

namespace {

// An open of a path that no rule names, by a process that no rule names, in the kernel itself.
TrialAct OpenOfNoInterest() {
  TrialAct act;
  act.header.kind = WIRE_file_open;
  act.header.exec_id = 7;
  act.header.uid = 1000;
  std::memcpy(act.header.comm, "make", 4);
  act.has_path = true;
  act.path = "/usr/include/x86_64-linux-gnu/c++/12/bits/stl_vector.h";
  act.mode = CLASSIFY_READ | CLASSIFY_FILE;
  return act;
}

// Nanoseconds of the kernel's clock for one act: the least of several, for others use the machine.
double KernelNanoseconds(ClassifierTrial& trial) {
  double least = 1e9;
  for (int i = 0; i < 40; ++i) {
    const auto answer = trial.Classify(OpenOfNoInterest(), TRIAL_REPEAT_MAX);
    if (!answer.ok()) return -1;
    least = std::min(least, static_cast<double>(answer->nanoseconds) / TRIAL_REPEAT_MAX);
  }
  return least;
}

void BenchKernel(BenchRows& rows) {
  BenchRow skipped;
  skipped.name = "classifier/in the kernel";
  std::vector<std::unique_ptr<ClassifierTrial>> trials;
  const size_t counts[] = {10, 100, 1000};
  for (const size_t count : counts) {
    auto trial = ClassifierTrial::Open();
    absl::Status status = trial.status();
    if (status.ok())
      status = (*trial)->Load(1, MakeImage(BuildTables(*GeneratedProgram(count), 1)));
    if (status.ok()) status = (*trial)->Remember(7, "/usr/bin/make");
    if (!status.ok()) {
      skipped.note = absl::StrCat("skipped: ", status.message());
      rows.push_back(skipped);
      return;
    }
    trials.push_back(*std::move(trial));
  }
  rows.push_back(
      Repeat("classifier/in the kernel, 10 rules", [&] { return KernelNanoseconds(*trials[0]); }));
  for (size_t i = 1; i < trials.size(); ++i) {
    rows.push_back(Alternate(
        absl::StrCat("classifier/in the kernel, ", counts[i], " rules"), "10 rules",
        [&] { return KernelNanoseconds(*trials[i]); },
        [&] { return KernelNanoseconds(*trials[0]); }));
    SetGoalAtMost(rows.back(), 1.1);
  }
}

}  // namespace

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
  BenchKernel(rows);
  return rows;
}

}  // namespace vedette
