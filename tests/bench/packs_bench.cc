// SPDX-License-Identifier: Apache-2.0
//
// What all the shipped rules cost: to load, and for each event, beside fifteen of them.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "cli/config/config.h"
#include "engine/match/matcher.h"
#include "engine/pipeline.h"
#include "rules/classify/classifier.h"
#include "rules/classify/tables.h"
#include "rules/lang/load.h"
#include "tests/bench/bench.h"
#include "tests/bench/trace.h"
#include "tests/replay/sample.h"
#include "tests/rules/judged.h"

namespace vedette {
namespace {

constexpr double kLoadSecondsMax = 0.2;
const char kFirst[] = "the first rule of each pack";

// As the daemon has it in force, with what it records unless told otherwise.
struct InForce {
  explicit InForce(const std::vector<RuleSource>& sources) {
    std::vector<NamedCondition> recording;
    for (const auto& [name, condition] : Config().recording) recording.push_back({name, condition});
    LoadResult result = LoadRules(sources, recording);
    CHECK(result.program != nullptr) << result.diagnostics.ToText();
    program = std::move(result.program);
    tables = BuildTables(*program, 1);
    alerting = static_cast<size_t>(
        std::count_if(program->rules.begin(), program->rules.end(),
                      [](const Rule& rule) { return !rule.recording && !rule.step_of; }));
  }
  std::unique_ptr<Matcher> NewMatcher() const {
    auto matcher = std::make_unique<Matcher>(program);
    for (const KindTables& kind : tables.kinds) {
      matcher->SetSurvivorRules(tables.generation, kind.kind, kind.rules_by_term);
    }
    return matcher;
  }

  std::shared_ptr<const Program> program;
  ClassifierTables tables;
  size_t alerting = 0;
};

// All but the first rule of each pack are switched off by a file of their own, as by a user.
std::vector<RuleSource> FirstOfEachPack(const Program& all) {
  std::vector<RuleSource> sources = ShippedRules();
  std::set<std::string> packs;
  std::string off;
  for (const Rule& rule : all.rules) {
    if (rule.recording || rule.step_of || packs.insert(rule.file).second) continue;
    absl::StrAppend(&off, "- rule: ", rule.name, "\n  enabled: false\n");
  }
  sources.push_back({"off.yaml", off});
  return sources;
}

using Records = std::vector<RecordBytes>;

struct Nothing : PipelineOutput {
  void OnEvent(const Event& event, bool) override { Use(event.number); }
  void OnAlert(Alert alert) override { Use(alert.exec_id); }
  void OnGap(const RecordGap&) override {}
};

// Decode, enrich and match.
double PipelineNanoseconds(const Records& records, const InForce& rules) {
  Nothing out;
  Pipeline pipeline(SampleHost(), out);
  pipeline.SetMatcher(rules.NewMatcher());
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
  const InForce all(ShippedRules()), first(FirstOfEachPack(*all.program));
  TraceEvents events;

  // The same events for both: what leaves the kernel because of all packs.
  const Classifier for_all(all.tables), for_first(first.tables);
  Records kept_all, kept_first;
  for (RecordBytes record : events.records()) {
    if (!Judge(for_all, record)) continue;
    kept_all.push_back(record);
    Judge(for_first, record);
    kept_first.push_back(std::move(record));
  }
  rows.push_back(Alternate(
      "packs/an event through the engine", kFirst,
      [&] { return PipelineNanoseconds(kept_all, all); },
      [&] { return PipelineNanoseconds(kept_first, first); }));
  SetGoalAtMost(rows.back(), 1.3);
  rows.back().note = absl::StrCat(
      all.alerting, " rules and ", first.alerting, "; decode, enrich and match ", kept_all.size(),
      " of the ", events.records().size(), " records of a build, judged as in the kernel");

  Matcher match_all(all.program), match_first(first.program);
  rows.push_back(Alternate(
      "packs/matching, not judged before", kFirst,
      [&] { return MatchNanoseconds(events, match_all); },
      [&] { return MatchNanoseconds(events, match_first); }));
  rows.back().note = "as in a replay, where no kernel has judged: all events of the build";
  return rows;
}

}  // namespace vedette
