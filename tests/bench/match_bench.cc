// SPDX-License-Identifier: Apache-2.0
//
// From an event to the rules that hold: the matcher over a recorded mix of events, beside the naive
// walk and the usual design, and what a reload has to make.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "engine/match/matcher.h"
#include "rules/classify/tables.h"
#include "tests/bench/bench.h"
#include "tests/bench/bucketed_walk.h"
#include "tests/bench/instructions.h"
#include "tests/bench/published_style.h"
#include "tests/bench/trace.h"
#include "tests/oracle/naive_eval.h"
#include "tests/replay/sample.h"

namespace vedette {
namespace {

constexpr size_t kCounts[] = {100, 1000, 10'000};
const char kNaive[] = "naive walk of every tree";
const char kBucketed[] = "walk of the event type's trees";

using Walk = absl::FunctionRef<size_t(const Event& event)>;

// Of each event, every n-th one, so that the slow ones see the same mix.
double NanosecondsOf(TraceEvents& events, size_t step, Walk walk) {
  return NanosecondsPer((events.size() + step - 1) / step, [&] {
    for (size_t i = 0; i < events.size(); i += step) Use(walk(events.At(i)));
  });
}

struct Matching {
  Matching(TraceEvents& events_in, std::shared_ptr<const Program> program_in)
      : events(events_in), program(std::move(program_in)), matcher(program), bucketed(program) {}

  BenchRow Compare(const std::string& name, const char* with, size_t step, Walk walk) {
    BenchRow row = Alternate(
        name, with,
        [&] {
          return NanosecondsOf(events, 1,
                               [&](const Event& event) { return matcher.Match(event).size(); });
        },
        [&] { return NanosecondsOf(events, step, walk); }, 5);
    row.ratio = 1 / *row.ratio;
    row.note = "ratio: how many times faster";
    return row;
  }
  BenchRow CompareBucketed(const std::string& name, size_t step) {
    return Compare(name, kBucketed, step,
                   [&](const Event& event) { return bucketed.Match(event).size(); });
  }
  BenchRow CompareNaive(const std::string& name, size_t step) {
    return Compare(name, kNaive, step,
                   [&](const Event& event) { return NaiveMatch(*program, event).size(); });
  }

  TraceEvents& events;
  std::shared_ptr<const Program> program;
  Matcher matcher;
  BucketedWalk bucketed;
};

BenchRow Growth(const std::string& name, const std::string& unit, double figure, double of_fewest) {
  BenchRow row;
  row.name = name;
  row.unit = unit;
  row.figure = figure;
  row.compared_with = "100 rules";
  row.baseline = of_fewest;
  row.ratio = figure / of_fewest;
  SetGoalAtMost(row, 2);
  return row;
}

// From the text of the files to what is put in force.
BenchRow BenchLoad() {
  BenchRow row = Repeat(
      "match/load 10000 rules",
      [] {
        const double begin = ThreadSeconds();
        const auto program = PublishedStyleProgram(10'000);
        const ClassifierTables tables = BuildTables(*program, 1);
        const Matcher matcher(program);
        return ThreadSeconds() - begin;
      },
      3);
  row.unit = "s";
  row.goal = "<= 2 s";
  row.met = *row.figure <= 2;
  row.note = "parsed, checked, compiled, the kernel's tables and the index made";
  return row;
}

void BenchInstructions(double events, BenchRows& rows) {
  const auto counts = RunBelowCallgrind();
  if (!counts.ok()) {
    BenchRow row;
    row.name = "match/instructions";
    row.note = std::string(counts.status().message());
    rows.push_back(std::move(row));
    return;
  }
  const auto of = [&](size_t count) {
    const auto found = counts->find(absl::StrCat(count));
    return found == counts->end() ? 0.0 : static_cast<double>(found->second) / events;
  };
  for (const size_t count : kCounts) {
    BenchRow row =
        Growth(absl::StrCat("match/", count, " rules, instructions"), "", of(count), of(100));
    row.note = "for each event, counted by callgrind";
    rows.push_back(std::move(row));
  }
}

}  // namespace

BenchRows BenchMatch() {
  BenchRows rows;
  TraceEvents events;
  Matching shipped(events, ShippedProgram());
  rows.push_back(shipped.CompareBucketed("match/shipped rules", 10));
  std::optional<double> of_fewest;
  for (const size_t count : kCounts) {
    Matching matching(events, PublishedStyleProgram(count));
    const std::string name = absl::StrCat("match/", count, " rules");
    const size_t step = count / 20 + 1;
    rows.push_back(matching.CompareBucketed(name, step));
    if (count == 1000) SetGoalAtLeast(rows.back(), 25);
    if (count == 10'000) SetGoalAtLeast(rows.back(), 300);
    const double figure = *rows.back().figure;
    rows.push_back(matching.CompareNaive(name, step));
    if (!of_fewest) of_fewest = figure;
    if (count != 10'000) continue;
    rows.push_back(Growth("match/10000 rules, growth", "ns", figure, *of_fewest));
  }
  rows.push_back(BenchLoad());
  BenchInstructions(static_cast<double>(events.size()), rows);
  return rows;
}

// One pass warms up, the second one is counted.
int CountInstructions() {
  TraceEvents events;
  for (const size_t count : kCounts) {
    Matcher matcher(PublishedStyleProgram(count));
    for (size_t i = 0; i < 2 * events.size(); ++i) {
      const Event& event = events.At(i % events.size());
      if (i >= events.size()) BeginCounted();
      Use(matcher.Match(event).size());
      if (i >= events.size()) EndCounted();
    }
    NameCounted(absl::StrCat(count));
  }
  return 0;
}

}  // namespace vedette
