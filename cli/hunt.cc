// SPDX-License-Identifier: Apache-2.0
//
// No unit test: tests/hunt compares it with the naive evaluator and with replays.
//
// Rules over the history: the store's events become records again and go through the same pipeline
// as live ones, in the order in which they had come. What takes time, reading and choosing, runs
// ahead on other threads, so what is found does not depend on their number.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/heap.h"
#include "base/status_macros.h"
#include "cli/alert_printer.h"
#include "cli/command.h"
#include "cli/fleet_copy.h"
#include "cli/history_limits.h"
#include "cli/history_run.h"
#include "cli/hunt_chooser.h"
#include "cli/question.h"
#include "cli/rule_paths.h"
#include "cli/rule_set.h"
#include "cli/store_flags.h"
#include "engine/pipeline.h"
#include "storage/history.h"

namespace vedette::commands {
namespace {

constexpr size_t kLimitsShown = 10;
constexpr int64_t kNumbersPerRun = 10'000'000'000'000;  // docs/store-format.md: ids of events.

struct Options : HistoryFlags {
  std::vector<std::string> rules;
  std::string fleet, host;
  uint64_t limit = 10'000;
  bool json = false;
};

// Prints the alerts of one run, whose events have the store's ids.
class HuntOutput : public PipelineOutput {
 public:
  HuntOutput(const Options& options, Io& io) : options_(options), io_(io) {}

  void BeginRun(int64_t run) { first_id_ = run * kNumbersPerRun; }
  void OnEvent(const Event&, bool) override {}
  void OnGap(const RecordGap&) override {}
  bool OnCombination(const KnownCombination& known) override {
    known_.push_back(known);
    return true;
  }
  void OnAlert(Alert alert) override {
    if (++alerts_ > options_.limit) return;
    const auto to_id = [this](uint64_t& number) { number += static_cast<uint64_t>(first_id_); };
    to_id(alert.event_number);
    for (AlertEvidence& evidence : alert.evidence) to_id(evidence.event_number);
    PrintAlert(alert, options_.json, io_);
  }

  bool Enough() const { return io_.closed() || alerts_ > options_.limit; }
  uint64_t alerts() const { return std::min(alerts_, options_.limit); }
  bool has_more() const { return alerts_ > options_.limit; }
  // What first_seen has learned, for the run that follows.
  std::vector<KnownCombination> TakeKnown() { return std::exchange(known_, {}); }

 private:
  const Options& options_;
  Io& io_;
  int64_t first_id_ = 0;
  uint64_t alerts_ = 0;
  std::vector<KnownCombination> known_;
};

absl::StatusOr<RuleSet> LoadRules(const Options& options, Io& io) {
  RuleInputs inputs;
  ASSIGN_OR_RETURN(inputs.paths, ChooseRulePaths(options.rules, Config(), OwnExecutable()));
  RuleSetOrWhyNot loaded = LoadRuleSet(inputs, 1);
  io.PrintError(loaded.diagnostics);
  return std::move(loaded.rules);
}

bool AnyRuleNames(const Program& program, absl::string_view prefix) {
  return std::any_of(program.rules.begin(), program.rules.end(), [&](const Rule& rule) {
    const auto fields = FieldsOfRule(program, rule);
    return std::any_of(fields.begin(), fields.end(),
                       [&](absl::string_view field) { return absl::StartsWith(field, prefix); });
  });
}

// Fields that need nobody but who did the event, its ancestors, its earlier programs and its
// container. Others may look for a process by its number, or for what happened before.
bool IsOwnField(absl::string_view name) {
  static constexpr absl::string_view kFamilies[] = {"fd.", "fs.", "user.", "group.", "thread."};
  static constexpr absl::string_view kEvent[] = {
      "evt.type",   "evt.time",     "evt.rawtime", "evt.datetime", "evt.num",     "evt.dir",
      "evt.res",    "evt.rawres",   "evt.failed",  "evt.is_",      "evt.kind",    "evt.cpu",
      "evt.source", "evt.category", "evt.verdict", "evt.repeats",  "evt.hostname"};
  static constexpr absl::string_view kOfOthers[] = {
      "sid", "sname", "pgid", "requested_by", "is_container", "container_helper"};
  const auto begins = [&](absl::string_view prefix) { return absl::StartsWith(name, prefix); };
  if (begins("proc.")) {
    return std::none_of(std::begin(kOfOthers), std::end(kOfOthers),
                        [&](absl::string_view part) { return absl::StrContains(name, part); });
  }
  return std::any_of(std::begin(kFamilies), std::end(kFamilies), begins) ||
         std::any_of(std::begin(kEvent), std::end(kEvent), begins);
}

bool NeedsNobodyElse(const Program& program) {
  return std::all_of(program.rules.begin(), program.rules.end(), [&](const Rule& rule) {
    const auto fields = FieldsOfRule(program, rule);
    return std::all_of(fields.begin(), fields.end(), IsOwnField);
  });
}

void TellLimits(const std::vector<std::string>& limits, Io& io) {
  for (size_t i = 0; i < std::min(limits.size(), kLimitsShown); ++i) {
    io.PrintError(absl::StrCat("note: ", limits[i], "\n"));
  }
  if (limits.size() > kLimitsShown) {
    io.PrintError(
        absl::StrCat("note: and ", limits.size() - kLimitsShown, " more such rules and fields\n"));
  }
}

struct Read {
  uint64_t all = 0, records = 0, matched_against = 0;
};

absl::Status HuntInRun(const HistoryRun& run, const StoredNames& names, History& history,
                       const std::shared_ptr<const Program>& program,
                       const std::vector<KnownCombination>& known, HuntOutput& output, Read& read) {
  Pipeline pipeline(HostOf(run, names), output);
  pipeline.Restore(known);
  pipeline.SetProgram(program);
  output.BeginRun(run.run);
  RETURN_IF_ERROR(history.Read(run, [&](const HistoryRecord& record) {
    ++read.records;
    pipeline.OnRecord(record.record, static_cast<uint64_t>(record.id % kNumbersPerRun));
    return !output.Enough();
  }));
  pipeline.Finish();
  read.matched_against += pipeline.counts().events;
  return absl::OkStatus();
}

// How many alerts it has found.
absl::StatusOr<uint64_t> HuntInStore(const Options& options, const RuleSet& rules, Io& io) {
  const Program& program = *rules.program;
  ASSIGN_OR_RETURN(HistoryQuestion question, QuestionOf(options, absl::Now()));
  const HuntChooser chooser(rules.tables, AnyRuleNames(program, "proc.requested_by"));
  HuntOutput output(options, io);
  HistoryProgress progress("hunt", io);
  question.kinds = rules.tables.wanted;
  question.chooser = &chooser;
  question.lean = NeedsNobodyElse(program);
  question.digests = AnyRuleNames(program, "proc.exe_sha256");
  question.on_progress = [&](uint64_t done) {
    progress.Tell(done);
    return !output.Enough();
  };
  ASSIGN_OR_RETURN(StoreReader store, StoreReader::Open(question.path));
  ASSIGN_OR_RETURN(const StoredNames names, ReadStoredNames(question.path));
  ASSIGN_OR_RETURN(const auto history, History::Open(question));
  TellLimits(HistoryLimits(program, {history->kinds(), !names.groups.empty()}), io);
  Read read;
  size_t segments = 0;
  for (const HistoryRun& run : history->runs()) {
    read.all += static_cast<uint64_t>(run.events);
    segments += run.segments;
  }
  io.PrintError(absl::StrCat("hunt: ", rules.alerting, rules.alerting == 1 ? " rule" : " rules",
                             " over ", read.all, " events in ", segments, " segments\n"));
  progress.Begin(read.all);
  std::vector<KnownCombination> known;
  for (const HistoryRun& run : history->runs()) {
    if (output.Enough()) break;
    const bool is_own = run.recording.empty();
    RETURN_IF_ERROR(HuntInRun(run, names, *history, rules.program,
                              is_own ? known : std::vector<KnownCombination>(), output, read));
    std::vector<KnownCombination> learned = output.TakeKnown();
    if (is_own) std::move(learned.begin(), learned.end(), std::back_inserter(known));
  }
  io.PrintError(absl::StrCat(
      "hunt: ", output.alerts(), output.alerts() == 1 ? " alert" : " alerts", "; looked through ",
      history->events_done(), " events, at ", read.records, " of them closer, in ",
      absl::FormatDuration(absl::Floor(progress.Passed(), absl::Milliseconds(1))), "\n"));
  if (output.has_more()) {
    io.PrintError(absl::StrCat("note: stopped after ", options.limit,
                               " alerts; --limit N goes on, or make the rules narrower\n"));
  }
  if (history->processes_by_row() > 0) {
    io.PrintError(absl::StrCat(
        "note: of ", history->processes_by_row(),
        " processes that ran when this time begins the store has only the row in `processes`: of "
        "them rules know program, arguments, directory and user\n"));
  }
  if (history->events_gone() > 0) {
    io.PrintError(absl::StrCat("note: ", history->events_gone(),
                               " events were dropped for their age while this ran\n"));
  }
  io.PrintError(
      "note: only what the store has kept can be found; `recording` in the configuration"
      " says what it keeps\n");
  WarnOfDamage(history->damaged(), io);
  WarnOfGaps(store, io, question.from, question.to);
  return output.alerts();
}

// One host after the other, each with what it has sent.
absl::Status HuntInFleet(Options options, const RuleSet& rules, Io& io) {
  ASSIGN_OR_RETURN(const TimeRange times, TimesOf(options.time, absl::Now()));
  ASSIGN_OR_RETURN(FleetReader fleet, FleetReader::Open(options.fleet));
  ASSIGN_OR_RETURN(const std::vector<std::string> hosts, FleetHosts(fleet, options.host, times));
  for (const std::string& host : hosts) {
    if (io.closed()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::unique_ptr<FleetCopy> copy,
                     FleetCopy::Make(fleet, {.host = host,
                                             .events = FleetEventsOf(rules.tables.wanted, times),
                                             .alerts = "0"}));
    copy->TellLimits(io);
    options.store = copy->store();
    ASSIGN_OR_RETURN(const uint64_t alerts, HuntInStore(options, rules, io));
    if (alerts >= options.limit) return absl::OkStatus();
    options.limit -= alerts;
  }
  return absl::OkStatus();
}

absl::Status Hunt(const Options& options, Io& io) {
  KeepFreedMemory();
  ASSIGN_OR_RETURN(const RuleSet rules, LoadRules(options, io));
  if (!options.fleet.empty()) return HuntInFleet(options, rules, io);
  return HuntInStore(options, rules, io).status();
}

}  // namespace

void hunt(Command& command) {
  auto options = std::make_shared<Options>();
  command.Option("rules", options->rules, "RULES",
                 "Rule files, and folders of them; else those of `vedette run`");
  AddHistoryFlags(command, *options);
  AddFleetFlags(command, options->fleet, options->host);
  command.Number("--limit", options->limit, {1, ~uint64_t{0}},
                 "At most so many (10000 unless given)");
  AddJsonFlag(command, options->json);
  command.Examples({
      {"vedette hunt today.yaml --since 30d", "What would today's rule have said this month?"},
      {"vedette hunt --between 3h..2h --json | jq .rule", "All rules, over an hour"},
      {"vedette hunt today.yaml --since 7d --fleet clickhouse://ch.example.org/vedette",
       "The same of every host that delivers there"},
  });
  command.Runs([options](Io& io) {
    const absl::Status status = Hunt(*options, io);
    return status.ok() ? ExitCode::kDone : io.Fail(status);
  });
}

}  // namespace vedette::commands
