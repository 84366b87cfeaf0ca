// SPDX-License-Identifier: Apache-2.0
//
// Steps in order: which chains have begun, and which event completes one. docs/rule-extensions.md
// has the meaning; this knows neither events nor rules.
#ifndef VEDETTE_ENGINE_MATCH_SEQUENCES_H_
#define VEDETTE_ENGINE_MATCH_SEQUENCES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "engine/match/alert.h"
#include "engine/match/bounded_groups.h"

namespace vedette {

// Not thread-safe. Holds at most 16 MiB, 4 MiB of one rule; evicts the chain that has waited
// longest for its next step, and counts it. A step costs one lookup for each key.
class Sequences {
 public:
  static constexpr GroupLimits kLimits = {16 << 20, 4 << 20};
  // Events of several CPUs may arrive in the wrong order by less than this: a step that comes after
  // another one may have happened so much before it.
  static constexpr int64_t kReorderMaxNs = 2'000'000'000;

  struct Step {
    uint64_t owner;     // The rule.
    uint32_t step;      // From 0.
    uint32_t steps;     // How many the sequence has.
    int64_t within_ns;  // From the first to the last.
    int64_t time_ns;    // Of the event.
    // What it may join: of the first step the one key under which the chain begins.
    absl::Span<const std::string> keys;
  };

  struct Result {
    bool taken = false;                   // The event is part of a chain now.
    std::vector<AlertEvidence> complete;  // Of the whole chain, oldest first, or nothing.
  };

  explicit Sequences(GroupLimits limits = kLimits) : chains_(limits) {}

  // An event that is this step; `evidence` is asked for only if a chain takes it. Of an event that
  // is several steps of a sequence the last one must come first, or it would follow itself.
  Result OnStep(const Step& step, absl::FunctionRef<AlertEvidence()> evidence);
  // Forgets what can no longer be completed at this time. Bounded by what there is.
  void Expire(uint64_t owner, int64_t within_ns, int64_t now_ns);
  void Forget(uint64_t owner);
  // Whether a chain waits for a later step: else none but the first can matter.
  bool HasChains(uint64_t owner) { return chains_.Oldest(owner) != nullptr; }

  size_t bytes() const { return chains_.bytes(); }
  size_t size() const { return chains_.size(); }
  uint64_t evictions() const { return chains_.evictions(); }

 private:
  struct Chain {
    int64_t begin_ns = 0, last_ns = 0;
    std::vector<AlertEvidence> evidence;
  };
  using Chains = BoundedGroups<Chain>;

  void Put(const Step& step, const std::string& key, Chain chain);

  Chains chains_;  // By the number of steps that they have, and the key.
};

// About as much as the allocator has given for it.
size_t EvidenceBytes(const AlertEvidence& evidence);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_SEQUENCES_H_
