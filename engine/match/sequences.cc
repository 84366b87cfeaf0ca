// SPDX-License-Identifier: Apache-2.0
#include "engine/match/sequences.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

// Chains with this many steps behind them, joined by this key.
std::string Place(uint32_t steps_done, absl::string_view key) {
  return absl::StrCat(steps_done, ":", key);
}

}  // namespace

size_t EvidenceBytes(const AlertEvidence& evidence) {
  const AlertProcess& process = evidence.process;
  return sizeof(evidence) + evidence.step.size() + evidence.event_kind.size() +
         evidence.event_type.size() + evidence.object.size() + process.name.size() +
         process.exe_path.size() + process.command_line.size() + process.user.size();
}

Sequences::Result Sequences::OnStep(const Step& step, absl::FunctionRef<AlertEvidence()> evidence) {
  if (step.step == 0) {
    Put(step, step.keys[0], {step.time_ns, step.time_ns, {evidence()}});
    return {.taken = true, .complete = {}};
  }
  std::optional<Chain> complete;
  std::optional<AlertEvidence> made;
  for (const std::string& key : step.keys) {
    Chains::Entry* entry = chains_.Find(step.owner, Place(step.step, key));
    if (entry == nullptr) continue;
    Chain& chain = entry->value;
    if (step.time_ns - chain.begin_ns > step.within_ns) {
      chains_.Erase(*entry);
      continue;
    }
    if (step.time_ns < chain.last_ns - kReorderMaxNs) continue;
    Chain next = std::move(chain);
    chains_.Erase(*entry);
    if (!made) made = evidence();
    next.evidence.push_back(*made);
    next.last_ns = std::max(next.last_ns, step.time_ns);
    if (step.step + 1 < step.steps) {
      Put(step, key, std::move(next));
    } else if (!complete || complete->begin_ns < next.begin_ns) {
      complete = std::move(next);
    }
  }
  Result result = {.taken = made.has_value(), .complete = {}};
  if (complete) result.complete = std::move(complete->evidence);
  return result;
}

// Of two chains in the same place the one that began last can do all that the other can, for
// longer.
void Sequences::Put(const Step& step, const std::string& key, Chain chain) {
  Chains::Entry& entry = chains_.FindOrAdd(step.owner, Place(step.step + 1, key));
  if (!entry.value.evidence.empty() && entry.value.begin_ns > chain.begin_ns) return;
  entry.value = std::move(chain);
  size_t bytes = 0;
  for (const AlertEvidence& one : entry.value.evidence) bytes += EvidenceBytes(one);
  chains_.MakeNewest(entry);
  chains_.Resize(entry, bytes);
}

// The oldest by their last step: those behind them may have ended, too, and go with their turn.
void Sequences::Expire(uint64_t owner, int64_t within_ns, int64_t now_ns) {
  while (Chains::Entry* oldest = chains_.Oldest(owner)) {
    if (now_ns - kReorderMaxNs - oldest->value.begin_ns <= within_ns) return;
    chains_.Erase(*oldest);
  }
}

void Sequences::Forget(uint64_t owner) {
  while (Chains::Entry* oldest = chains_.Oldest(owner)) chains_.Erase(*oldest);
}

}  // namespace vedette
