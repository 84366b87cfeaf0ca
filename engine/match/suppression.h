// SPDX-License-Identifier: Apache-2.0
//
// Folds repeats of an alert, and tells how many they were. This knows neither events nor rules.
#ifndef VEDETTE_ENGINE_MATCH_SUPPRESSION_H_
#define VEDETTE_ENGINE_MATCH_SUPPRESSION_H_

#include <cstdint>
#include <functional>

#include "absl/strings/string_view.h"
#include "engine/match/alert.h"
#include "engine/match/bounded_groups.h"

namespace vedette {

// Not thread-safe. Holds at most 16 MiB of open windows, 4 MiB of one rule; the oldest window is
// closed early where there is no room, and its summary goes out then: nothing is folded in silence.
class Suppression {
 public:
  static constexpr GroupLimits kLimits = {16 << 20, 4 << 20};
  using OnSummary = std::function<void(Alert)>;

  // `on_summary` is called during the calls below; it must not call back.
  explicit Suppression(OnSummary on_summary, GroupLimits limits = kLimits);

  struct Repeat {
    uint64_t owner;  // The rule.
    absl::string_view group;
    int64_t time_ns;
    int64_t window_ns;  // Of all windows of the owner.
  };

  // True: the alert is a repeat, and is counted. False: it begins a window; Begin() must follow.
  bool Fold(const Repeat& repeat);
  void Begin(const Repeat& repeat, const Alert& alert);

  // Closes the windows that have ended at this time, with a summary for each that had repeats.
  void Expire(uint64_t owner, int64_t window_ns, int64_t now_ns);
  // Closes all: of a rule that is gone, or at the end.
  void Close(uint64_t owner);
  void CloseAll();

  size_t bytes() const { return windows_.bytes(); }
  size_t size() const { return windows_.size(); }
  uint64_t evictions() const { return windows_.evictions(); }

 private:
  struct Window {
    int64_t begin_ns = 0;
    uint64_t repeats = 0;
    int64_t first_ns = 0, last_ns = 0;  // Of the repeats.
    Alert alert;                        // The one that is repeated.
  };
  using Windows = BoundedGroups<Window>;

  void Tell(const Window& window);
  void End(Windows::Entry& entry);

  const OnSummary on_summary_;
  Windows windows_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_SUPPRESSION_H_
