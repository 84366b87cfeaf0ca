// SPDX-License-Identifier: Apache-2.0
#include "cli/enforce_simulate.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "cli/answer_flags.h"
#include "cli/history_rules.h"
#include "cli/rule_set.h"
#include "cli/store_flags.h"
#include "cli/table.h"
#include "cli/when.h"
#include "rules/classify/enforcement.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

constexpr size_t kHitsMax = 20;  // Of a rule, unless --all.

const Member* Find(const KindInfo& kind, absl::string_view name) {
  for (const Member& member : kind.members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

std::string TextOf(const EventView& view, const Member& member) {
  const Value value = view.Get(member);
  if (!value.HasValue()) return "";
  Values values;
  values.Add(value);
  std::string text;
  AppendValues(values, text);
  return text;
}

// The path that was acted on, or the peer: one that other acts of the same sort share, without the
// own port. Empty: there is none.
std::string ObjectOf(const EventView& view) {
  const KindInfo& kind = view.info();
  const bool is_exec = view.kind() == WIRE_process_exec;
  for (const absl::string_view name : {is_exec ? "exe_path" : "path", "new_path", "name"}) {
    const Member* const member = Find(kind, name);
    if (member != nullptr && !view.Text(*member).empty()) return std::string(view.Text(*member));
  }
  const Member* const address = Find(kind, "remote_address");
  const Member* const port = Find(kind, "remote_port");
  if (address != nullptr && port != nullptr) {
    const std::string text = TextOf(view, *address);
    return text.empty() ? "" : absl::StrCat(text, ":", view.Number(*port));
  }
  const Member* const target = Find(kind, "target_pid");
  return target == nullptr ? "" : absl::StrCat("process ", view.Number(*target));
}

// Its rules with Rule::decided as ones that alert on each act that they hold for. What has been
// decided then matches none: it is told beside what observes.
std::shared_ptr<const Program> AsAlerting(const Program& program) {
  auto made = std::make_shared<Program>(program);
  std::vector<Rule> decided;
  for (Rule& rule : made->rules) {
    if (!rule.decided) continue;
    rule.kinds &= DecidableKinds();
    rule.action = Action::kAlert;
    rule.decided = false;
    rule.suppress.reset();
    rule.output.clear();  // Nobody reads it, so its fields are no limits of the history.
    decided.push_back(std::move(rule));
  }
  made->rules = std::move(decided);
  return made;
}

// Counts the acts by rule, kind, program and object. Its memory grows with what is found.
class HitCounter : public HistoryOutput {
 public:
  explicit HitCounter(Io& io) : io_(io) {}

  void OnEvent(const Event& event, bool keep) override {
    if (!keep) return;
    process_ = std::string(event.view.comm());
    object_ = ObjectOf(event.view);
  }
  // Of the event before.
  void OnAlert(Alert alert) override {
    Count& count = counts_[{std::move(alert.rule), std::move(alert.event_kind), process_, object_}];
    ++count.acts;
    count.processes.insert(alert.exec_id);
    count.last = std::max(count.last, alert.time);
  }
  bool Enough() const override { return io_.closed(); }

  // By rule, in the order of the program; of each the most frequent first.
  std::vector<SimulatedHit> Hits(const Program& program) const {
    std::map<absl::string_view, size_t> places;
    for (const Rule& rule : program.rules) places.emplace(rule.name, places.size());
    std::vector<SimulatedHit> hits;
    for (const auto& [key, count] : counts_) {
      const auto& [rule, kind, process, object] = key;
      hits.push_back({rule, kind, process, object, count.acts,
                      static_cast<int64_t>(count.processes.size()), count.last});
    }
    std::stable_sort(hits.begin(), hits.end(), [&](const SimulatedHit& a, const SimulatedHit& b) {
      return std::pair(places[a.rule], -a.acts) < std::pair(places[b.rule], -b.acts);
    });
    return hits;
  }

 private:
  struct Count {
    int64_t acts = 0;
    absl::flat_hash_set<uint64_t> processes;
    absl::Time last = absl::InfinitePast();
  };
  Io& io_;
  std::string process_, object_;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, Count> counts_;
};

struct Options {
  std::vector<std::string> rules;
  std::string store, since = "7d";
  bool all = false;
};

void PrintHits(const Program& program, const std::vector<SimulatedHit>& hits, bool all, Io& io) {
  TextTable table({"rule", "acts", "processes", "program", "kind", "object", "last"});
  table.AlignRight(1);
  table.AlignRight(2);
  std::map<absl::string_view, std::pair<size_t, int64_t>> by_rule;  // Hits, acts.
  size_t left_out = 0;
  for (const SimulatedHit& hit : hits) {
    auto& [rows, acts] = by_rule[hit.rule];
    acts += hit.acts;
    if (++rows > kHitsMax && !all) {
      ++left_out;
      continue;
    }
    table.AddRow({hit.rule, absl::StrCat(hit.acts), absl::StrCat(hit.processes), hit.process,
                  hit.kind, hit.object, ShownSecond(hit.last, io.zone())});
  }
  if (!hits.empty()) io.Print(table.Render(io.screen()));
  for (const Rule& rule : program.rules) {
    if (!rule.decided) continue;
    const int64_t acts = by_rule[rule.name].second;
    io.Print(absl::StrCat("\"", rule.name, "\" would have ",
                          rule.action == Action::kKill ? "killed for " : "denied ", acts,
                          acts == 1 ? " act" : " acts", "\n"));
  }
  if (left_out > 0) {
    io.PrintError(absl::StrCat("note: of each rule the ", kHitsMax,
                               " most frequent are shown; --all shows ", left_out, " more\n"));
  }
}

absl::Status SimulateIn(const Options& options, const Program& program, absl::Time since, Io& io) {
  const RuleSet rules = MakeRuleSet(AsAlerting(program), 1);
  HistoryQuestion question;
  ASSIGN_OR_RETURN(question.path, StorePath(options.store));
  question.from = since;
  ASSIGN_OR_RETURN(const auto history,
                   RulesOverHistory::Open("simulate", std::move(question), rules, io));
  HitCounter counter(io);
  RETURN_IF_ERROR(history->Run(counter));
  PrintHits(program, counter.Hits(program), options.all, io);
  history->TellMissing();
  return absl::OkStatus();
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
  const absl::Status status = SimulateIn(options, *loaded.program, *since, io);
  return status.ok() ? ExitCode::kDone : io.Fail(status);
}

}  // namespace

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
