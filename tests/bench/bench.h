// SPDX-License-Identifier: Apache-2.0
//
// What the benchmarks share: a figure is measured together with what it is compared with, in
// alternation in the same run, so that a busy machine slows both; medians are given, with the
// spread. Times are CPU time unless a row says otherwise.
#ifndef VEDETTE_TESTS_BENCH_BENCH_H_
#define VEDETTE_TESTS_BENCH_BENCH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace vedette {

// One line of the table. A row without a figure says in `note` why it has none.
struct BenchRow {
  std::string name;  // "engine/decode"
  std::string unit = "ns";
  std::optional<double> figure, spread;  // Spread: half of the middle half, as part of 1.
  std::string compared_with;
  std::optional<double> baseline, ratio;  // Figure by baseline.
  std::string goal;                       // "<= 3", of the ratio unless it says more.
  std::optional<bool> met;
  std::string note;
};

// Where a goal is about the ratio.
void SetGoalAtMost(BenchRow& row, double ratio_max);
void SetGoalAtLeast(BenchRow& row, double ratio_min);

// Medians of both, and of the ratio of each pair. Each call gives one measurement.
BenchRow Alternate(absl::string_view name, absl::string_view compared_with,
                   absl::FunctionRef<double()> ours, absl::FunctionRef<double()> baseline,
                   int repetitions = 7);
// Without a comparison.
BenchRow Repeat(absl::string_view name, absl::FunctionRef<double()> ours, int repetitions = 7);

// CPU time of this thread, and of this process with all its threads.
double ThreadSeconds();
double ProcessSeconds();

// Nanoseconds of this thread's CPU time per operation of `work`, which does `operations`.
double NanosecondsPer(size_t operations, absl::FunctionRef<void()> work);

// Keeps the compiler from leaving out what made the value.
inline void Use(uint64_t value) { asm volatile("" : : "r"(value) : "memory"); }

// How often operator new was called in this process (allocations.cc).
uint64_t Allocations();

// The areas; each in the file of its name.
using BenchRows = std::vector<BenchRow>;
BenchRows BenchSensor();
BenchRows BenchHooks();    // sensor_bench.cc
BenchRows BenchFolding();  // fold_bench.cc
BenchRows BenchEngine();
BenchRows BenchMatch();
BenchRows BenchPacks();  // packs_bench.cc
BenchRows BenchClassifier();
BenchRows BenchStore();
BenchRows BenchQuestions();  // questions.cc
BenchRows BenchDelivery();
BenchRows BenchLatency();  // latency_bench.cc

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_BENCH_H_
