// SPDX-License-Identifier: Apache-2.0
//
// Rules over the history: the store's events become records again and go through the same pipeline
// as live ones, in the order in which they had come. What takes time, reading and choosing, runs
// ahead on other threads, so what is found does not depend on their number. What `vedette hunt` and
// `vedette enforce simulate` find is found here.
#ifndef VEDETTE_CLI_HISTORY_RULES_H_
#define VEDETTE_CLI_HISTORY_RULES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "cli/history_run.h"
#include "cli/hunt_chooser.h"
#include "cli/rule_set.h"
#include "engine/pipeline_output.h"
#include "storage/history.h"
#include "storage/queries.h"

namespace vedette {

constexpr int64_t kNumbersPerRun = 10'000'000'000'000;  // docs/store-format.md: ids of events.

// What is found: alerts, whose numbers are those of one run.
class HistoryOutput : public PipelineOutput {
 public:
  // The events that follow are of this run of the daemon.
  virtual void BeginRun(int64_t /*run*/) {}
  virtual bool Enough() const = 0;

  void OnEvent(const Event&, bool) override {}
  void OnGap(const RecordGap&) override {}
  bool OnCombination(const KnownCombination& known) final {
    known_.push_back(known);
    return true;
  }
  // What first_seen has learned, for the run that follows.
  std::vector<KnownCombination> TakeKnown() { return std::exchange(known_, {}); }

 private:
  std::vector<KnownCombination> known_;
};

// Used by one thread, once.
class RulesOverHistory {
 public:
  // `what` begins what it says: "hunt". Path, times and threads of the question count; the rest is
  // made from the rules, which outlive this as `io` does. Errors as StoreReader::Open and
  // History::Open.
  static absl::StatusOr<std::unique_ptr<RulesOverHistory>> Open(std::string what,
                                                                HistoryQuestion question,
                                                                const RuleSet& rules, Io& io);

  // Says on standard error what the rules ask that the history cannot answer, and over how much
  // they go; then goes through all of it, or until there is enough.
  absl::Status Run(HistoryOutput& output);
  // "looked through 12 events, at 3 of them closer, in 4ms".
  std::string LookedThrough() const;
  // Says on standard error what cannot have been found, and why.
  void TellMissing();

 private:
  RulesOverHistory(std::string what, const RuleSet& rules, StoreReader store, Io& io);
  absl::Status RunIn(const HistoryRun& run, const std::vector<KnownCombination>& known,
                     HistoryOutput& output);

  const std::string what_;
  const RuleSet& rules_;
  Io& io_;
  const HuntChooser chooser_;
  HistoryProgress progress_;
  absl::Time from_, to_;
  StoreReader store_;
  StoredNames names_;
  HistoryOutput* output_ = nullptr;  // During Run().
  uint64_t closer_ = 0;
  std::unique_ptr<History> history_;  // Asks the chooser: ends first.
};

}  // namespace vedette

#endif  // VEDETTE_CLI_HISTORY_RULES_H_
