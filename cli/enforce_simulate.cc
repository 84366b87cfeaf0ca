// SPDX-License-Identifier: Apache-2.0
#include "cli/enforce_simulate.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "cli/answer_flags.h"
#include "cli/sql_text.h"
#include "cli/store_flags.h"
#include "cli/table.h"
#include "cli/term_sql.h"
#include "cli/when.h"
#include "rules/classify/enforcement.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

constexpr size_t kHitsMax = 20;  // Of a rule, unless --all.

std::string Shown(const SqlValue& value) {
  return value.type == SqlValue::Type::kNull ? "" : std::string(value.bytes);
}

// What the rule's terms for the kind would have hit, by program and object.
std::string SqlOf(const Rule& rule, const KindInfo& kind, const std::vector<Term>& terms,
                  absl::Time since, size_t limit) {
  std::vector<std::string> any;
  for (const Term& term : terms) any.push_back(SqlOfBox(term.box, kind));
  const int64_t since_ns = since == absl::InfinitePast() ? 0 : absl::ToUnixNanos(since);
  // Not what has been decided: that is told beside what observes. Nor the daemon's beginning.
  return absl::StrCat(
      "SELECT ", SqlText(rule.name), ", ", SqlText(kind.name), ", \"comm\", ", SqlOfObject(kind),
      " AS object, count(*), count(DISTINCT \"exec_id\"), "
      "max(\"time_ns\") FROM \"",
      kind.name, "\" WHERE \"time_ns\" >= ", since_ns, " AND coalesce(\"record_flags\",0) & ",
      WIRE_FLAG_DECIDED, " = 0 AND (", absl::StrJoin(any, " OR "),
      ") GROUP BY \"comm\", object ORDER BY 5 DESC, 3, 4 "
      "LIMIT ",
      limit);
}

struct Options {
  std::vector<std::string> rules;
  std::string store, since = "7d";
  bool all = false;
};

void PrintHits(const Program& program, const std::vector<SimulatedHit>& hits, Io& io) {
  TextTable table({"rule", "acts", "processes", "program", "kind", "object", "last"});
  table.AlignRight(1);
  table.AlignRight(2);
  for (const SimulatedHit& hit : hits) {
    table.AddRow({hit.rule, absl::StrCat(hit.acts), absl::StrCat(hit.processes), hit.process,
                  hit.kind, hit.object, ShownSecond(hit.last, io.zone())});
  }
  if (!hits.empty()) io.Print(table.Render(io.screen()));
  for (const Rule& rule : program.rules) {
    if (!rule.decided) continue;
    int64_t acts = 0;
    for (const SimulatedHit& hit : hits) acts += hit.rule == rule.name ? hit.acts : 0;
    io.Print(absl::StrCat("\"", rule.name, "\" would have ",
                          rule.action == Action::kKill ? "killed for " : "denied ", acts,
                          acts == 1 ? " act" : " acts", "\n"));
  }
}

ExitCode Simulate(const Options& options, Io& io) {
  const auto since = ParseWhen(options.since, absl::Now());
  if (!since.ok()) return io.Mistake(since.status());
  const auto sources = ReadRuleSources(options.rules);
  if (!sources.ok()) return io.Fail(sources.status());
  const LoadResult loaded = LoadRules(*sources, {}, {.decidability = DecidabilityOf});
  io.PrintError(loaded.diagnostics.ToText());
  if (loaded.program == nullptr) return ExitCode::kFailed;
  if (DecidedKinds(*loaded.program) == 0) {
    io.Complain("no rule here denies or kills: say `action: deny` or `action: kill`");
    return ExitCode::kFailed;
  }
  auto store = OpenStore(options.store);
  if (!store.ok()) return io.Fail(store.status());
  const auto hits =
      SimulateEnforcement(*loaded.program, *store, *since, options.all ? ~uint32_t{0} : kHitsMax);
  if (!hits.ok()) return io.Fail(hits.status());
  PrintHits(*loaded.program, *hits, io);
  io.PrintError(
      "note: only what the store has kept can be found; `recording` in the configuration "
      "says what it keeps\n");
  WarnOfGaps(*store, io, *since);
  return ExitCode::kDone;
}

}  // namespace

absl::StatusOr<std::vector<SimulatedHit>> SimulateEnforcement(const Program& program,
                                                              StoreReader& store, absl::Time since,
                                                              size_t limit) {
  std::vector<SimulatedHit> hits;
  for (uint32_t index = 0; index < program.rules.size(); ++index) {
    const Rule& rule = program.rules[index];
    if (!rule.decided) continue;
    std::vector<SimulatedHit> of_rule;
    for (const KindInfo& kind : Kinds()) {
      if ((rule.kinds & DecidableKinds() & KindBit(kind.kind)) == 0) continue;
      const std::vector<Term> terms = DecidingTermsOf(program, kind.kind, index);
      if (terms.empty()) continue;
      const auto end = store.Query(
          SqlOf(rule, kind, terms, since, limit), {}, [](absl::Span<const std::string>) {},
          [&](absl::Span<const SqlValue> row) {
            SimulatedHit hit;
            hit.rule = Shown(row[0]);
            hit.kind = Shown(row[1]);
            hit.process = Shown(row[2]);
            hit.object = Shown(row[3]);
            hit.acts = row[4].integer;
            hit.processes = row[5].integer;
            hit.last = absl::FromUnixNanos(row[6].integer);
            of_rule.push_back(std::move(hit));
            return true;
          });
      RETURN_IF_ERROR(end.status());
    }
    std::stable_sort(of_rule.begin(), of_rule.end(),
                     [](const SimulatedHit& a, const SimulatedHit& b) { return a.acts > b.acts; });
    if (of_rule.size() > limit) of_rule.resize(limit);
    std::move(of_rule.begin(), of_rule.end(), std::back_inserter(hits));
  }
  return hits;
}

namespace commands {

void DefineEnforceSimulate(Command& parent) {
  auto options = std::make_shared<Options>();
  Command simulate =
      parent.Sub("simulate", "Show whom rules that deny or kill would have hit, by the history");
  simulate.Option("rules", options->rules, "RULES", "Files, and folders of .yaml files")
      ->required();
  AddSinceFlag(simulate, options->since, "7d");
  simulate.Flag("--all", options->all, "Every program and object, not the most frequent alone");
  AddStoreFlag(simulate, options->store);
  simulate.ShowsTimes();
  simulate.Examples({
      {"vedette enforce simulate my.yaml --since 7d", "Before `mode: enforce`"},
  });
  simulate.Runs([options](Io& io) { return Simulate(*options, io); });
}

}  // namespace commands
}  // namespace vedette
