// SPDX-License-Identifier: Apache-2.0
//
// From the rules that hold for an event to alerts: sequences, thresholds, first_seen and suppress.
// Ordinary rules pass through. By the times of the events alone, so a replay says the same.
#ifndef VEDETTE_ENGINE_MATCH_TEMPORAL_RULES_H_
#define VEDETTE_ENGINE_MATCH_TEMPORAL_RULES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "engine/event.h"
#include "engine/match/alert.h"
#include "engine/match/first_seen.h"
#include "engine/match/sequences.h"
#include "engine/match/suppression.h"
#include "engine/match/thresholds.h"
#include "rules/lang/program.h"

namespace vedette {

// What became of the rules that held, beside alerts of their own: matches = alerts without
// summaries + recordings + steps + counted + known + folded.
struct TemporalCounts {
  uint64_t recordings = 0;  // Of recording rules.
  uint64_t steps = 0;       // Steps of sequences that were not complete with them.
  uint64_t counted = 0;     // Below a threshold, or within its window after it has fired.
  uint64_t known = 0;       // Seen before, or learnt in the warm-up.
  uint64_t folded = 0;      // Repeats.
  uint64_t summaries = 0;   // Alerts that say how many repeats were folded.
  // State that went for lack of room, which may have cost an alert (or, of suppress, given one).
  uint64_t sequence_evictions = 0, threshold_evictions = 0, first_seen_evictions = 0,
           suppress_evictions = 0;
  uint64_t evictions() const {
    return sequence_evictions + threshold_evictions + first_seen_evictions + suppress_evictions;
  }
};

// Not thread-safe: lives on the pipeline thread. Holds at most 64 MiB, 16 of each kind of state.
class TemporalRules {
 public:
  // Both are called during the calls below, and must not call back.
  TemporalRules(Suppression::OnSummary on_summary, Combinations::Save save);

  // State of rules that say the same as before stays; windows of those that are gone are closed.
  void SetProgram(std::shared_ptr<const Program> program);
  // What was kept of first_seen, in the order of its last time; before SetProgram.
  void Restore(absl::Span<const KnownCombination> known);
  void SaveAll() { combinations_.SaveAll(); }

  // What to do for the rules that hold, as the matcher gives them. Adds alerts, in the order of the
  // rules. True if the event is worth keeping. Clears the event's arena.
  bool Decide(const Event& event, absl::Span<const uint32_t> matched, std::vector<Alert>& alerts);

  // By rule, 1: that it holds would mean nothing now, so nobody has to find out. A sequence itself,
  // because its steps speak for it, and its later steps as long as no first one waits for them.
  absl::Span<const uint8_t> resting() const { return resting_; }

  // It is so late by the clock of the events: what has ended is told and forgotten. Cheap if it is
  // called often.
  void Advance(absl::Time now);
  // Closes all windows of suppress: nothing will come.
  void Finish() { suppression_.CloseAll(); }

  TemporalCounts counts() const;
  // A sentence for each rule that is learning at this time: "... learns until ...".
  std::vector<std::string> WarmUps(absl::Time now) const;

 private:
  // Who owns state; of another definition it is another one. 0: none.
  struct Owners {
    uint64_t detection = 0, suppression = 0;
    uint32_t step = 0;  // Of a hidden rule.
  };

  static Owners OwnersOf(const Rule& rule);
  void Begin(int64_t now_ns);
  void Rest(uint32_t sequence);
  void ForgetUnless(const std::vector<Owners>& stay);
  bool OnSteps(const Event& event, std::vector<Alert>& alerts);
  bool OnStep(const Event& event, uint32_t index, std::vector<Alert>& alerts);
  bool StepKeys(const Event& event, const Sequence& sequence, uint32_t step);
  void OnThreshold(const Event& event, uint32_t index, std::vector<Alert>& alerts);
  bool OnFirstSeen(const Event& event, uint32_t index, std::vector<Alert>& alerts);
  void Emit(const Event& event, uint32_t index, std::string reason,
            std::vector<AlertEvidence> evidence, std::vector<Alert>& alerts);

  std::shared_ptr<const Program> program_;
  std::vector<Owners> owners_;        // By rule.
  std::vector<uint32_t> with_state_;  // Rules that have an owner.
  std::vector<uint8_t> resting_;      // By rule.
  bool begun_ = true;                 // Since SetProgram an event has come.
  int64_t now_ns_ = 0, next_expiry_ns_ = 0;
  std::vector<uint32_t> steps_;  // Of the event at hand.
  std::vector<uint64_t> lineage_;
  std::vector<std::string> keys_;
  TemporalCounts counts_;
  Sequences sequences_;
  Thresholds thresholds_;
  Combinations combinations_;
  Suppression suppression_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_TEMPORAL_RULES_H_
