// SPDX-License-Identifier: Apache-2.0
//
// No unit test: tests/hunt compares it with the naive evaluator and with replays.
//
// Rules over the history (history_rules.h), whose alerts are printed.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/heap.h"
#include "base/status_macros.h"
#include "cli/alert_printer.h"
#include "cli/command.h"
#include "cli/fleet_copy.h"
#include "cli/history_rules.h"
#include "cli/history_run.h"
#include "cli/question.h"
#include "cli/rule_paths.h"
#include "cli/rule_set.h"

namespace vedette::commands {
namespace {

struct Options : HistoryFlags {
  std::vector<std::string> rules;
  std::string fleet, host;
  uint64_t limit = 10'000;
  bool json = false;
};

// Prints the alerts of one run, whose events have the store's ids.
class HuntOutput : public HistoryOutput {
 public:
  HuntOutput(const Options& options, Io& io) : options_(options), io_(io) {}

  void BeginRun(int64_t run) override { first_id_ = run * kNumbersPerRun; }
  void OnAlert(Alert alert) override {
    if (++alerts_ > options_.limit) return;
    const auto to_id = [this](uint64_t& number) { number += static_cast<uint64_t>(first_id_); };
    to_id(alert.event_number);
    for (AlertEvidence& evidence : alert.evidence) to_id(evidence.event_number);
    PrintAlert(alert, options_.json, io_);
  }

  bool Enough() const override { return io_.closed() || alerts_ > options_.limit; }
  uint64_t alerts() const { return std::min(alerts_, options_.limit); }
  bool has_more() const { return alerts_ > options_.limit; }

 private:
  const Options& options_;
  Io& io_;
  int64_t first_id_ = 0;
  uint64_t alerts_ = 0;
};

absl::StatusOr<RuleSet> LoadRules(const Options& options, Io& io) {
  RuleInputs inputs;
  ASSIGN_OR_RETURN(inputs.paths, ChooseRulePaths(options.rules, Config(), OwnExecutable()));
  RuleSetOrWhyNot loaded = LoadRuleSet(inputs, 1);
  io.PrintError(loaded.diagnostics);
  return std::move(loaded.rules);
}

// How many alerts it has found.
absl::StatusOr<uint64_t> HuntInStore(const Options& options, const RuleSet& rules, Io& io) {
  ASSIGN_OR_RETURN(HistoryQuestion question, QuestionOf(options, absl::Now()));
  HuntOutput output(options, io);
  ASSIGN_OR_RETURN(const auto hunt, RulesOverHistory::Open("hunt", std::move(question), rules, io));
  RETURN_IF_ERROR(hunt->Run(output));
  io.PrintError(absl::StrCat("hunt: ", output.alerts(), output.alerts() == 1 ? " alert" : " alerts",
                             "; ", hunt->LookedThrough(), "\n"));
  if (output.has_more()) {
    io.PrintError(absl::StrCat("note: stopped after ", options.limit,
                               " alerts; --limit N goes on, or make the rules narrower\n"));
  }
  hunt->TellMissing();
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
