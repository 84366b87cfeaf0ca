// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bench.h"

#include <time.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

double SecondsOf(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double Quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

}  // namespace

double ThreadSeconds() { return SecondsOf(CLOCK_THREAD_CPUTIME_ID); }
double ProcessSeconds() { return SecondsOf(CLOCK_PROCESS_CPUTIME_ID); }

double NanosecondsPer(size_t operations, absl::FunctionRef<void()> work) {
  const double before = ThreadSeconds();
  work();
  return 1e9 * (ThreadSeconds() - before) / static_cast<double>(operations);
}

void SetGoalAtMost(BenchRow& row, double ratio_max) {
  row.goal = absl::StrCat("<= ", ratio_max);
  if (row.ratio) row.met = *row.ratio <= ratio_max;
}

void SetGoalAtLeast(BenchRow& row, double ratio_min) {
  row.goal = absl::StrCat(">= ", ratio_min);
  if (row.ratio) row.met = *row.ratio >= ratio_min;
}

BenchRow Alternate(absl::string_view name, absl::string_view compared_with,
                   absl::FunctionRef<double()> ours, absl::FunctionRef<double()> baseline,
                   int repetitions) {
  ours();  // Warm-up: pages, caches, branch predictors.
  baseline();
  std::vector<double> figures, baselines, ratios;
  for (int i = 0; i < repetitions; ++i) {
    figures.push_back(ours());
    baselines.push_back(baseline());
    ratios.push_back(figures.back() / baselines.back());
  }
  BenchRow row;
  row.name = std::string(name);
  row.compared_with = std::string(compared_with);
  row.figure = Quantile(figures, 0.5);
  row.spread = (Quantile(figures, 0.75) - Quantile(figures, 0.25)) / 2 / *row.figure;
  row.baseline = Quantile(baselines, 0.5);
  row.ratio = Quantile(ratios, 0.5);
  return row;
}

BenchRow Repeat(absl::string_view name, absl::FunctionRef<double()> ours, int repetitions) {
  BenchRow row = Alternate(
      name, "", ours, [] { return 1.0; }, repetitions);
  row.baseline.reset();
  row.ratio.reset();
  return row;
}

}  // namespace vedette
