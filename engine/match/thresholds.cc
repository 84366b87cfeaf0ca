// SPDX-License-Identifier: Apache-2.0
#include "engine/match/thresholds.h"

#include <algorithm>
#include <utility>

#include "engine/match/sequences.h"
#include "engine/match/stable_hash.h"

namespace vedette {
namespace {

uint64_t HashOf(absl::string_view value) {
  StableHash hash;
  hash.Add(value);
  return hash.Finish();
}

}  // namespace

// Into its place by time. False if a value was in the window already, and is now only newer.
bool Thresholds::Count(const Occurrence& occurrence, Group& group) {
  std::deque<Counted>& counted = group.counted;
  Counted entry{occurrence.time_ns, occurrence.value ? HashOf(*occurrence.value) : 0};
  bool is_new = true;
  if (occurrence.value) {
    const auto known = std::find_if(counted.begin(), counted.end(), [&](const Counted& other) {
      return other.value == entry.value;
    });
    if (known != counted.end()) {
      is_new = known->time_ns <= group.latest_ns - occurrence.within_ns;
      entry.time_ns = std::max(entry.time_ns, known->time_ns);
      counted.erase(known);
    }
  }
  const auto at =
      std::upper_bound(counted.begin(), counted.end(), entry,
                       [](const Counted& a, const Counted& b) { return a.time_ns < b.time_ns; });
  // More than must be reached would go again.
  const size_t times = occurrence.value ? 1 : std::clamp(occurrence.repeats, 1u, occurrence.count);
  counted.insert(at, times, entry);
  while (!counted.empty() && counted.front().time_ns <= group.latest_ns - occurrence.within_ns) {
    counted.pop_front();
  }
  while (counted.size() > occurrence.count) counted.pop_front();
  return is_new;
}

std::vector<AlertEvidence> Thresholds::OnOccurrence(const Occurrence& occurrence,
                                                    absl::FunctionRef<AlertEvidence()> evidence) {
  auto& entry = groups_.FindOrAdd(occurrence.owner, occurrence.group);
  Group& group = entry.value;
  const bool is_first = group.counted.empty() && !group.fired_ns;
  group.latest_ns = is_first ? occurrence.time_ns : std::max(group.latest_ns, occurrence.time_ns);
  const bool is_new = Count(occurrence, group);
  // Evidence is dear, and what comes longer before the last one would be gone by then.
  if (is_new && group.counted.size() + kEvidenceMax > occurrence.count) {
    group.evidence.push_back(evidence());
    if (group.evidence.size() > std::min<size_t>(kEvidenceMax, occurrence.count)) {
      group.evidence.pop_front();
    }
  }
  size_t bytes = group.counted.size() * sizeof(Counted);
  for (const AlertEvidence& one : group.evidence) bytes += EvidenceBytes(one);
  groups_.MakeNewest(entry);
  groups_.Resize(entry, bytes);

  if (group.counted.size() < occurrence.count) return {};
  if (group.fired_ns && group.latest_ns - *group.fired_ns < occurrence.within_ns) return {};
  group.fired_ns = group.latest_ns;
  std::vector<AlertEvidence> in_window;
  for (const AlertEvidence& one : group.evidence) {
    const int64_t age_ns = group.latest_ns - absl::ToUnixNanos(one.time);
    if (age_ns < occurrence.within_ns) in_window.push_back(one);
  }
  if (!is_new) in_window.push_back(evidence());  // A value that was counted: still the last event.
  return in_window;
}

void Thresholds::Expire(uint64_t owner, int64_t within_ns, int64_t now_ns) {
  while (auto* oldest = groups_.Oldest(owner)) {
    const Group& group = oldest->value;
    if (now_ns - Sequences::kReorderMaxNs - group.latest_ns < within_ns) return;
    groups_.Erase(*oldest);
  }
}

void Thresholds::Forget(uint64_t owner) {
  while (auto* oldest = groups_.Oldest(owner)) groups_.Erase(*oldest);
}

}  // namespace vedette
