// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/heartbeat.h"

#include <algorithm>
#include <utility>

#include "sensor/source/own_acts.h"

namespace vedette {
namespace {

// More calls on the CPU than before? Unknown counts are no ground for suspicion.
bool Grew(const std::vector<uint64_t>& before, const std::vector<uint64_t>& after, int cpu) {
  const auto at = static_cast<size_t>(cpu);
  if (at >= before.size() || at >= after.size()) return true;
  return after[at] > before[at];
}

}  // namespace

Heartbeat::Heartbeat(HeartbeatSubject& subject) : subject_(subject) {
  const uint64_t now_ns = subject.NowNs();
  for (HeartbeatSubject::Part& part : subject.Parts()) {
    states_.push_back({.part = std::move(part), .last_run_ns = now_ns, .told_until_ns = now_ns});
  }
}

KindSet Heartbeat::ActedKinds() const {
  KindSet kinds = 0;
  for (const State& state : states_) {
    if (state.part.has_our_acts) kinds |= KindBit(state.part.kind);
  }
  return kinds & (kCheapActs | kProgramActs);
}

// Does acts of the kinds on these CPUs, on the silent ones again, up to kTries times.
void Heartbeat::Try(KindSet kinds, const std::vector<int>& cpus, Silences& silences) {
  const bool program = (kinds & kProgramActs) != 0;
  std::vector<int> left = cpus;
  for (int tries = 0; tries < kTries && !left.empty(); ++tries) {
    const HeartbeatSubject::Calls before = subject_.CountCalls(kinds);
    std::vector<int> done;
    for (const int cpu : left) {
      if (program ? subject_.RunProgramOn(cpu) : subject_.DoCheapActsOn(cpu)) done.push_back(cpu);
    }
    const HeartbeatSubject::Calls after = subject_.CountCalls(kinds);
    left.clear();
    for (const KindInfo& info : Kinds()) {
      if ((kinds & KindBit(info.kind)) == 0) continue;
      Silence& silence = silences[info.kind];
      if (tries == 0) silence.tried = done.size();
      std::vector<int> silent;
      for (const int cpu : done) {
        // Once seen to run in this beat it runs.
        const bool suspected =
            tries == 0 || std::count(silence.cpus.begin(), silence.cpus.end(), cpu) > 0;
        if (suspected && !Grew(before[info.kind], after[info.kind], cpu)) silent.push_back(cpu);
      }
      silence.cpus = std::move(silent);
      for (const int cpu : silence.cpus) {
        if (std::count(left.begin(), left.end(), cpu) == 0) left.push_back(cpu);
      }
    }
  }
}

Heartbeat::Beat Heartbeat::Look() {
  const KindSet acted = ActedKinds();
  const std::vector<int> cpus = subject_.Cpus();
  Silences silences;
  if ((acted & kCheapActs) != 0) Try(acted & kCheapActs, cpus, silences);
  if ((acted & kProgramActs) != 0 && !cpus.empty()) {
    Try(acted & kProgramActs, {cpus[beats_ % cpus.size()]}, silences);
  }
  ++beats_;
  Beat beat;
  const uint64_t now_ns = subject_.NowNs();
  for (size_t i = 0; i < states_.size(); ++i) Judge(states_[i], i, silences, now_ns, beat);
  return beat;
}

void Heartbeat::Judge(State& state, size_t index, const Silences& silences, uint64_t now_ns,
                      Beat& beat) {
  const Silence& silence = silences[state.part.kind];
  HookHealth health = HookHealth::kRunning;
  int cpu = -1;
  if (!subject_.IsAttached(index)) {
    health = HookHealth::kDetached;
  } else if (state.part.has_our_acts && !silence.cpus.empty()) {
    health = HookHealth::kSilent;
    if (silence.cpus.size() < silence.tried) cpu = silence.cpus.front();
  }
  const absl::string_view kind = FindKind(state.part.kind)->name;
  if (health != state.health) {
    beat.changes.push_back({.section = state.part.section,
                            .kind = kind,
                            .health = health,
                            .cpu = cpu,
                            .last_run_ns = state.last_run_ns,
                            .now_ns = now_ns});
  }
  if (health != HookHealth::kRunning || state.health != HookHealth::kRunning) {
    beat.holes.push_back(
        MakeLost(state.told_until_ns, now_ns, state.part.kind, WIRE_LOST_hook_stopped, 0));
  }
  state.health = health;
  state.cpu = cpu;
  state.told_until_ns = now_ns;
  if (health == HookHealth::kRunning) state.last_run_ns = now_ns;
}

}  // namespace vedette
