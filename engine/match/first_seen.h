// SPDX-License-Identifier: Apache-2.0
//
// Which combinations of values were there before, by rule, and since when the rule learns. What
// changes is given out to be kept over restarts. This knows neither events nor rules.
#ifndef VEDETTE_ENGINE_MATCH_FIRST_SEEN_H_
#define VEDETTE_ENGINE_MATCH_FIRST_SEEN_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/match/bounded_groups.h"

namespace vedette {

// A combination that a rule knows, as it is kept. Times in nanoseconds since 1970.
struct KnownCombination {
  std::string rule;
  std::string fields;       // Their names: with others the rule begins anew.
  std::string combination;  // Empty: the rule itself; `first_ns` is when it began to learn.
  int64_t first_ns = 0, last_ns = 0;
  int64_t expires_ns = 0;  // Not seen until then it is forgotten.
  bool forgotten = false;  // To be deleted.
};

// Not thread-safe. Holds at most 16 MiB (about 40,000 combinations), 4 MiB of one rule; evicts the
// combination that was not seen for longest, and counts it.
class Combinations {
 public:
  static constexpr GroupLimits kLimits = {16 << 20, 4 << 20};
  static constexpr int64_t kSaveIntervalNs = int64_t{3600} * 1'000'000'000;

  // False: it could not be taken, and will be offered again when the combination is next seen.
  using Save = std::function<bool(const KnownCombination&)>;

  struct Sight {
    uint64_t owner;                 // The rule.
    absl::string_view combination;  // Not empty.
    int64_t time_ns;
    int64_t remember_ns, warm_up_ns;
  };
  enum class Verdict { kKnown, kLearnt, kNew };  // kLearnt: new, but in the warm-up.

  explicit Combinations(Save save, GroupLimits limits = kLimits);

  // The rule is there, from this time on; what was restored before counts.
  void Begin(uint64_t owner, absl::string_view rule, absl::string_view fields, int64_t time_ns,
             int64_t remember_ns);
  // What was kept. In the order of `last_ns`, or the wrong ones are evicted.
  void Restore(uint64_t owner, const KnownCombination& known);

  Verdict OnSight(const Sight& sight);
  // Forgets what has expired at this time.
  void Expire(uint64_t owner, int64_t remember_ns, int64_t now_ns);
  // The rule is gone: from memory only. It may come back.
  void Forget(uint64_t owner);
  // Gives out everything again: for a store that is new.
  void SaveAll();

  int64_t LearningSince(uint64_t owner) const;  // 0: the rule is unknown.
  size_t CountOf(uint64_t owner) const;
  size_t size() const { return known_.size(); }
  size_t bytes() const { return known_.bytes(); }
  uint64_t evictions() const { return known_.evictions(); }

 private:
  struct Rule {
    std::string name, fields;
    int64_t since_ns = 0, remember_ns = 0, saved_ns = 0;
    size_t count = 0;
  };
  struct Known {
    int64_t first_ns = 0, last_ns = 0;
    int64_t saved_ns = 0;  // `last_ns` as it was given out; 0: never.
  };
  using Groups = BoundedGroups<Known>;

  bool SaveRule(Rule& rule, int64_t now_ns);
  bool SaveEntry(Groups::Entry& entry, bool forgotten);
  void Drop(Groups::Entry& entry);

  const Save save_;
  absl::flat_hash_map<uint64_t, Rule> rules_;
  Groups known_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_FIRST_SEEN_H_
