// SPDX-License-Identifier: Apache-2.0
//
// What all the shipped rules cost: to load, and for each event, beside fifteen of them.
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "engine/match/matcher.h"
#include "engine/pipeline.h"
#include "rules/classify/tables.h"
#include "rules/lang/load.h"
#include "tests/bench/bench.h"
#include "tests/bench/generated.h"
#include "tests/bench/trace.h"
#include "tests/replay/sample.h"

namespace vedette {
namespace {

constexpr size_t kRecords = 50'000;
constexpr double kLoadSecondsMax = 0.2;
const char kFirst[] = "the first rule of each pack";

// The others are switched off by a file of their own, as a user would.
std::shared_ptr<const Program> FirstOfEachPack() {
  std::vector<RuleSource> sources = ShippedRules();
  std::set<std::string> packs;
  std::string off;
  const std::shared_ptr<const Program> all = ShippedProgram();
  for (const Rule& rule : all->rules) {
    if (rule.step_of.has_value() || packs.insert(rule.file).second) continue;
    absl::StrAppend(&off, "- rule: ", rule.name, "\n  enabled: false\n");
  }
  sources.push_back({"off.yaml", off});
  LoadResult result = LoadRules(sources);
  CHECK(result.program != nullptr) << result.diagnostics.ToText();
  return std::move(result.program);
}

struct Nothing : PipelineOutput {
  void OnEvent(const Event& event, bool) override { Use(event.number); }
  void OnAlert(Alert alert) override { Use(alert.exec_id); }
  void OnGap(const RecordGap&) override {}
};

// Decode, enrich and match.
double PipelineNanoseconds(const std::vector<RecordBytes>& records,
                           const std::shared_ptr<const Program>& program) {
  Nothing out;
  Pipeline pipeline(SampleHost(), out);
  pipeline.SetProgram(program);
  return NanosecondsPer(records.size(), [&] {
    for (const RecordBytes& record : records) pipeline.OnRecord(record);
  });
}

double MatchNanoseconds(TraceEvents& events, Matcher& matcher) {
  return NanosecondsPer(events.size(), [&] {
    for (size_t i = 0; i < events.size(); ++i) Use(matcher.Match(events.At(i)).size());
  });
}

BenchRow BenchLoad() {
  const std::vector<RuleSource> sources = ShippedRules();
  size_t count = 0;
  BenchRow row = Repeat(
      "packs/load",
      [&] {
        const double begin = ThreadSeconds();
        const LoadResult result = LoadRules(sources);
        CHECK(result.program != nullptr);
        const ClassifierTables tables = BuildTables(*result.program, 1);
        const Matcher matcher(result.program);
        count = result.program->rules.size();
        return ThreadSeconds() - begin;
      },
      5);
  row.unit.assign(1, 's');
  row.goal = absl::StrCat("<= ", kLoadSecondsMax, " s");
  row.met = *row.figure <= kLoadSecondsMax;
  row.note = absl::StrCat(
      count, " rules: parsed, checked, compiled, the kernel's tables and the index made");
  return row;
}

}  // namespace

BenchRows BenchPacks() {
  BenchRows rows = {BenchLoad()};
  const std::shared_ptr<const Program> all = ShippedProgram(), first = FirstOfEachPack();
  const std::string count = absl::StrCat(first->rules.size(), " rules, ");

  const std::vector<RecordBytes> records = GeneratedRecords(kRecords);
  rows.push_back(Alternate(
      "packs/an event through the engine", kFirst,
      [&] { return PipelineNanoseconds(records, all); },
      [&] { return PipelineNanoseconds(records, first); }));
  SetGoalAtMost(rows.back(), 1.3);
  rows.back().note = absl::StrCat(count, "decode, enrich and match");

  TraceEvents events;
  Matcher match_all(all), match_first(first);
  rows.push_back(Alternate(
      "packs/matching an event", kFirst, [&] { return MatchNanoseconds(events, match_all); },
      [&] { return MatchNanoseconds(events, match_first); }));
  rows.back().note = absl::StrCat(count, "over what a build did");
  return rows;
}

}  // namespace vedette
