// SPDX-License-Identifier: Apache-2.0
// No unit test: it puts a loaded object, LossMeter, Heartbeat and MakeDrops together, which have
// theirs; tests/kernel/heartbeat_test and tests/native run it.
#include "sensor/source/self_watch.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/log.h"

namespace vedette {
namespace {

constexpr absl::Duration kInterval = absl::Seconds(1);

uint64_t BootNs() {
  return static_cast<uint64_t>(absl::ToInt64Nanoseconds(RealClock().SinceBoot()));
}

template <typename Record>
absl::Span<const std::byte> BytesOf(const Record& record) {
  return absl::MakeConstSpan(reinterpret_cast<const std::byte*>(&record), sizeof(record));
}

}  // namespace

SelfWatch::SelfWatch(SensorObject& sensor, const SelfIdentity& self,
                     const RingSourceOptions& options)
    : sensor_(sensor),
      self_(self),
      drop_threshold_(options.drop_threshold),
      heartbeat_interval_(options.heartbeat),
      losses_(BootNs()),
      next_(absl::Now() + kInterval),
      tables_seen_ns_(BootNs()) {}

void SelfWatch::End() {
  heartbeat_.reset();
  ended_ = true;
}

void SelfWatch::Report(RecordCallback each) {
  if (ended_) return ReportLosses(BootNs(), each);
  if (heartbeat_ == nullptr && heartbeat_interval_ > absl::ZeroDuration()) {
    heartbeat_ = std::make_unique<HeartbeatThread>(sensor_, heartbeat_interval_);
  }
  const absl::Time now = absl::Now();
  if (now < next_) return;
  next_ = now + kInterval;
  const uint64_t now_ns = BootNs();
  ReportLosses(now_ns, each);
  ReportTables(now_ns, each);
  ReportHooks(each);
}

void SelfWatch::ReportLosses(uint64_t now_ns, RecordCallback each) {
  std::array<LossMeter::Losses, WIRE_KIND_LIMIT> losses = {};
  const auto totals = sensor_.Totals();
  for (size_t kind = 0; kind < WIRE_KIND_LIMIT; ++kind) {
    const sensor_counters& counted = totals[kind].counted;
    for (size_t lane = 0; lane < WIRE_LANES; ++lane) {
      losses[kind].ring_full[lane] = counted.ring_full[lane];
    }
    losses[kind].scratch_busy = counted.scratch_busy;
    losses[kind].skipped = totals[kind].skipped;
    losses[kind].state_full = counted.state_full;
    losses[kind].limited = counted.limited;
  }
  const std::vector<wire_lost> holes = losses_.Update(now_ns, losses);
  for (const wire_lost& hole : holes) each(BytesOf(hole));
  for (const auto& drop : MakeDrops(self_, holes, drop_threshold_)) each(drop);
}

void SelfWatch::ReportTables(uint64_t now_ns, RecordCallback each) {
  if (sensor_.RestoreTables()) {
    each(BytesOf(MakeLost(tables_seen_ns_, now_ns, 0, WIRE_LOST_hook_stopped, 0)));
    Tell({.health = HookHealth::kChanged, .last_run_ns = tables_seen_ns_, .now_ns = now_ns}, each);
  }
  tables_seen_ns_ = now_ns;
}

void SelfWatch::ReportHooks(RecordCallback each) {
  if (heartbeat_ == nullptr) return;
  const Heartbeat::Beat beat = heartbeat_->Take();
  for (const wire_lost& hole : beat.holes) each(BytesOf(hole));
  for (const HookReport& change : beat.changes) {
    if (change.health == HookHealth::kRunning) {
      stopped_.erase(std::string(change.section));
    } else {
      stopped_[std::string(change.section)] = change.health;
    }
    Tell(change, each);
  }
}

void SelfWatch::Tell(const HookReport& report, RecordCallback each) {
  each(MakeHook(self_, report));
  const absl::Duration unseen =
      absl::Nanoseconds(static_cast<int64_t>(report.now_ns - report.last_run_ns));
  const std::string since =
      absl::StrCat(" (was last seen to run ",
                   absl::FormatDuration(absl::Trunc(unseen, absl::Milliseconds(1))), " ago)");
  switch (report.health) {
    case HookHealth::kRunning:
      LOG_WARNING("hook ", report.section, " runs again: events of kind ", report.kind,
                  " are seen again");
      return;
    case HookHealth::kDetached:
      LOG_ERROR("hook ", report.section, " has been detached", since, ": events of kind ",
                report.kind, " are missing; restart the daemon, and find out who did it");
      return;
    case HookHealth::kSilent:
      LOG_ERROR("hook ", report.section, " is attached, but is not called",
                report.cpu < 0 ? "" : absl::StrCat(" on CPU ", report.cpu), since,
                ": events of kind ", report.kind, " are missing; restart the daemon");
      return;
    case HookHealth::kChanged:
      LOG_ERROR("somebody has written to the tables of the kernel programs", since,
                "; they have been put right; find out who did it");
      return;
  }
}

std::vector<std::string> SelfWatch::StoppedHooks() const {
  std::vector<std::string> sections;
  for (const auto& [section, health] : stopped_) sections.push_back(section);
  return sections;
}

}  // namespace vedette
