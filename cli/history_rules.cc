// SPDX-License-Identifier: Apache-2.0
//
// No unit test: tests/hunt compares it with the naive evaluator and with replays.
#include "cli/history_rules.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/history_limits.h"
#include "cli/store_flags.h"
#include "engine/pipeline.h"

namespace vedette {
namespace {

constexpr size_t kLimitsShown = 10;

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

}  // namespace

RulesOverHistory::RulesOverHistory(std::string what, const RuleSet& rules, StoreReader store,
                                   Io& io)
    : what_(std::move(what)),
      rules_(rules),
      io_(io),
      chooser_(rules.tables, AnyRuleNames(*rules.program, "proc.requested_by")),
      progress_(what_, io),
      store_(std::move(store)) {}

absl::StatusOr<std::unique_ptr<RulesOverHistory>> RulesOverHistory::Open(std::string what,
                                                                         HistoryQuestion question,
                                                                         const RuleSet& rules,
                                                                         Io& io) {
  ASSIGN_OR_RETURN(StoreReader store, StoreReader::Open(question.path));
  std::unique_ptr<RulesOverHistory> made(
      new RulesOverHistory(std::move(what), rules, std::move(store), io));
  made->from_ = question.from;
  made->to_ = question.to;
  question.kinds = rules.tables.wanted;
  question.chooser = &made->chooser_;
  question.lean = NeedsNobodyElse(*rules.program);
  question.digests = AnyRuleNames(*rules.program, "proc.exe_sha256");
  question.on_progress = [self = made.get()](uint64_t done) {
    self->progress_.Tell(done);
    return self->output_ == nullptr || !self->output_->Enough();
  };
  ASSIGN_OR_RETURN(made->names_, ReadStoredNames(question.path));
  ASSIGN_OR_RETURN(made->history_, History::Open(std::move(question)));
  return made;
}

absl::Status RulesOverHistory::RunIn(const HistoryRun& run,
                                     const std::vector<KnownCombination>& known,
                                     HistoryOutput& output) {
  Pipeline pipeline(HostOf(run, names_), output);
  pipeline.Restore(known);
  pipeline.SetProgram(rules_.program);
  output.BeginRun(run.run);
  RETURN_IF_ERROR(history_->Read(run, [&](const HistoryRecord& record) {
    ++closer_;
    pipeline.OnRecord(record.record, static_cast<uint64_t>(record.id % kNumbersPerRun));
    return !output.Enough();
  }));
  pipeline.Finish();
  return absl::OkStatus();
}

absl::Status RulesOverHistory::Run(HistoryOutput& output) {
  TellLimits(HistoryLimits(*rules_.program, {history_->kinds(), !names_.groups.empty()}), io_);
  uint64_t events = 0;
  size_t segments = 0;
  for (const HistoryRun& run : history_->runs()) {
    events += static_cast<uint64_t>(run.events);
    segments += run.segments;
  }
  io_.PrintError(absl::StrCat(what_, ": ", rules_.alerting,
                              rules_.alerting == 1 ? " rule" : " rules", " over ", events,
                              " events in ", segments, " segments\n"));
  progress_.Begin(events);
  output_ = &output;
  std::vector<KnownCombination> known;
  for (const HistoryRun& run : history_->runs()) {
    if (output.Enough()) break;
    const bool is_own = run.recording.empty();
    RETURN_IF_ERROR(RunIn(run, is_own ? known : std::vector<KnownCombination>(), output));
    std::vector<KnownCombination> learned = output.TakeKnown();
    if (is_own) std::move(learned.begin(), learned.end(), std::back_inserter(known));
  }
  return absl::OkStatus();
}

std::string RulesOverHistory::LookedThrough() const {
  return absl::StrCat("looked through ", history_->events_done(), " events, at ", closer_,
                      " of them closer, in ",
                      absl::FormatDuration(absl::Floor(progress_.Passed(), absl::Milliseconds(1))));
}

void RulesOverHistory::TellMissing() {
  if (history_->processes_by_row() > 0) {
    io_.PrintError(absl::StrCat(
        "note: of ", history_->processes_by_row(),
        " processes that ran when this time begins the store has only the row in `processes`: of "
        "them rules know program, arguments, directory and user\n"));
  }
  if (history_->events_gone() > 0) {
    io_.PrintError(absl::StrCat("note: ", history_->events_gone(),
                                " events were dropped for their age while this ran\n"));
  }
  io_.PrintError(
      "note: only what the store has kept can be found; `recording` in the configuration"
      " says what it keeps\n");
  WarnOfDamage(history_->damaged(), io_);
  WarnOfGaps(store_, io_, from_, to_);
}

}  // namespace vedette
