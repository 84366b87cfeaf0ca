// SPDX-License-Identifier: Apache-2.0
#include "engine/match/first_seen.h"

#include <algorithm>
#include <utility>

namespace vedette {

Combinations::Combinations(Save save, GroupLimits limits)
    : save_(std::move(save)), known_(limits, [this](Groups::Entry& entry) {
        SaveEntry(entry, /*forgotten=*/true);
        const auto rule = rules_.find(entry.owner);
        if (rule != rules_.end()) --rule->second.count;
      }) {}

void Combinations::Begin(uint64_t owner, absl::string_view rule, absl::string_view fields,
                         int64_t time_ns, int64_t remember_ns) {
  Rule& entry = rules_[owner];
  entry.name = std::string(rule);
  entry.fields = std::string(fields);
  entry.remember_ns = remember_ns;
  if (entry.since_ns != 0) return;
  entry.since_ns = time_ns;
  SaveRule(entry, time_ns);
}

void Combinations::Restore(uint64_t owner, const KnownCombination& known) {
  Rule& rule = rules_[owner];
  rule.name = known.rule;
  rule.fields = known.fields;
  rule.remember_ns = known.expires_ns - known.last_ns;
  if (known.combination.empty()) {
    rule.since_ns = known.first_ns;
    rule.saved_ns = known.last_ns;
    return;
  }
  Groups::Entry& entry = known_.FindOrAdd(owner, known.combination);
  if (entry.value.first_ns == 0) ++rule.count;
  entry.value = {known.first_ns, known.last_ns, known.last_ns};
  known_.MakeNewest(entry);
  known_.Resize(entry, 0);
}

Combinations::Verdict Combinations::OnSight(const Sight& sight) {
  Rule& rule = rules_[sight.owner];
  if (sight.time_ns - rule.saved_ns >= kSaveIntervalNs) SaveRule(rule, sight.time_ns);
  Groups::Entry& entry = known_.FindOrAdd(sight.owner, sight.combination);
  Known& known = entry.value;
  const bool was_there = known.first_ns != 0;
  if (!was_there) ++rule.count;
  const bool is_known = was_there && sight.time_ns - known.last_ns < sight.remember_ns;
  if (!is_known) known = {sight.time_ns, sight.time_ns, 0};
  known.last_ns = std::max(known.last_ns, sight.time_ns);
  known_.MakeNewest(entry);
  known_.Resize(entry, 0);
  // Where what is remembered is short, a restart must not find it older than half of that.
  const int64_t interval_ns = std::min(kSaveIntervalNs, sight.remember_ns / 2);
  if (known.saved_ns == 0 || known.last_ns - known.saved_ns >= interval_ns) {
    SaveEntry(entry, /*forgotten=*/false);
  }
  if (is_known) return Verdict::kKnown;
  const bool warming_up = sight.time_ns - rule.since_ns < sight.warm_up_ns;
  return warming_up ? Verdict::kLearnt : Verdict::kNew;
}

void Combinations::Expire(uint64_t owner, int64_t remember_ns, int64_t now_ns) {
  while (Groups::Entry* oldest = known_.Oldest(owner)) {
    if (now_ns - oldest->value.last_ns < remember_ns) return;
    SaveEntry(*oldest, /*forgotten=*/true);
    Drop(*oldest);
  }
}

void Combinations::Forget(uint64_t owner) {
  while (Groups::Entry* oldest = known_.Oldest(owner)) known_.Erase(*oldest);
  rules_.erase(owner);
}

void Combinations::SaveAll() {
  for (auto& [owner, rule] : rules_) SaveRule(rule, rule.saved_ns);
  known_.ForEach([this](Groups::Entry& entry) {
    entry.value.saved_ns = 0;  // What is not taken now is offered when it is next seen.
    SaveEntry(entry, /*forgotten=*/false);
  });
}

int64_t Combinations::LearningSince(uint64_t owner) const {
  const auto rule = rules_.find(owner);
  return rule == rules_.end() ? 0 : rule->second.since_ns;
}

size_t Combinations::CountOf(uint64_t owner) const {
  const auto rule = rules_.find(owner);
  return rule == rules_.end() ? 0 : rule->second.count;
}

bool Combinations::SaveRule(Rule& rule, int64_t now_ns) {
  if (!save_(
          {rule.name, rule.fields, "", rule.since_ns, now_ns, now_ns + rule.remember_ns, false})) {
    return false;
  }
  rule.saved_ns = now_ns;
  return true;
}

bool Combinations::SaveEntry(Groups::Entry& entry, bool forgotten) {
  const auto rule = rules_.find(entry.owner);
  if (rule == rules_.end()) return false;
  Known& known = entry.value;
  const KnownCombination saved = {rule->second.name, rule->second.fields,
                                  entry.key,         known.first_ns,
                                  known.last_ns,     known.last_ns + rule->second.remember_ns,
                                  forgotten};
  if (!save_(saved)) return false;
  known.saved_ns = known.last_ns;
  return true;
}

void Combinations::Drop(Groups::Entry& entry) {
  const auto rule = rules_.find(entry.owner);
  if (rule != rules_.end()) --rule->second.count;
  known_.Erase(entry);
}

}  // namespace vedette
