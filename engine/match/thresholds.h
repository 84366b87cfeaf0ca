// SPDX-License-Identifier: Apache-2.0
//
// How often in a sliding window: events, or different values of a field, by group. This knows
// neither events nor rules.
#ifndef VEDETTE_ENGINE_MATCH_THRESHOLDS_H_
#define VEDETTE_ENGINE_MATCH_THRESHOLDS_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "engine/match/alert.h"
#include "engine/match/bounded_groups.h"

namespace vedette {

// Not thread-safe. Holds at most 16 MiB, 4 MiB of one rule; evicts the group whose last event is
// the oldest, and counts it. An event costs at most Threshold::kCountMax comparisons of numbers.
class Thresholds {
 public:
  static constexpr GroupLimits kLimits = {16 << 20, 4 << 20};
  static constexpr size_t kEvidenceMax = 8;

  struct Occurrence {
    uint64_t owner;  // The rule.
    absl::string_view group;
    int64_t time_ns;  // Of the event, since 1970.
    int64_t within_ns;
    uint32_t count;
    uint32_t repeats;                        // So many events at once (evt.repeats).
    std::optional<absl::string_view> value;  // What must be different; none: every event counts.
  };

  explicit Thresholds(GroupLimits limits = kLimits) : groups_(limits) {}

  // Counts it. The window ends with the latest event of the group, so one that comes late counts
  // if it is in there. The evidence of the last ones, oldest first, if the count is reached now and
  // the group has not fired within the window before; else nothing. `evidence` is asked for if the
  // occurrence counts anew or fires.
  std::vector<AlertEvidence> OnOccurrence(const Occurrence& occurrence,
                                          absl::FunctionRef<AlertEvidence()> evidence);
  // Forgets groups whose last event is out of the window at this time.
  void Expire(uint64_t owner, int64_t within_ns, int64_t now_ns);
  void Forget(uint64_t owner);

  size_t bytes() const { return groups_.bytes(); }
  size_t size() const { return groups_.size(); }
  uint64_t evictions() const { return groups_.evictions(); }

 private:
  struct Counted {
    int64_t time_ns;
    uint64_t value;  // Its hash; 0 where every event counts.
  };
  struct Group {
    int64_t latest_ns = 0;
    std::optional<int64_t> fired_ns;
    std::deque<Counted> counted;  // In the window, by time; at most as many as must be reached.
    std::deque<AlertEvidence> evidence;
  };

  static bool Count(const Occurrence& occurrence, Group& group);

  BoundedGroups<Group> groups_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_THRESHOLDS_H_
