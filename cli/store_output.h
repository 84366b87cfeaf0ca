// SPDX-License-Identifier: Apache-2.0
//
// Where the daemon's events, alerts and gaps go: to the store and, once committed, to the sinks.
#ifndef VEDETTE_CLI_STORE_OUTPUT_H_
#define VEDETTE_CLI_STORE_OUTPUT_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "cli/activity.h"
#include "cli/stored_container.h"
#include "cli/suppressor.h"
#include "engine/pipeline.h"
#include "integrations/dispatcher.h"
#include "storage/event_store.h"

namespace vedette {

// What the store knew when it was opened, for Pipeline::Restore.
inline std::vector<KnownCombination> TakeKnown(EventStore& store) {
  std::vector<KnownCombination> known;
  for (SeenCombination& seen : store.TakeSeen()) {
    known.push_back({std::move(seen.rule), std::move(seen.fields), std::move(seen.combination),
                     seen.first_ns, seen.last_ns, seen.expires_ns, false});
  }
  return known;
}

inline StoredProcessNote ToStore(const ProcessNote& note) {
  StoredProcessNote stored;
  stored.exec_id = note.exec_id;
  if (note.digest.has_value()) {
    const bool known = note.digest->state == DigestState::kOk;
    stored.exe_sha256 = known ? HexOf(note.digest->sha256) : "";
    stored.exe_sha256_state = std::string(DigestStateName(note.digest->state));
  }
  if (note.request != nullptr) {
    stored.requested_by_exec_id = note.request->exec_id;
    stored.requested_via = note.request->socket;
    stored.requested_candidates = note.request->candidates;
  }
  return stored;
}

// Those that are to be told.
inline std::vector<Alert> WithoutSuppressed(std::vector<Alert> alerts) {
  std::erase_if(alerts, [](const Alert& alert) { return !alert.suppressed_by.empty(); });
  return alerts;
}

// Lives on the pipeline thread.
class StoreOutput : public PipelineOutput {
 public:
  // All outlive this, or the next SetStore(). Without a store alerts go straight to the sinks.
  // `wall_minus_boot_ns`: as times of events are reckoned.
  StoreOutput(EventStore* store, Dispatcher& sinks, Clock& clock, int64_t wall_minus_boot_ns)
      : store_(store), sinks_(sinks), clock_(clock), wall_minus_boot_ns_(wall_minus_boot_ns) {}

  // A new store does not know of the suppressions that are in force yet.
  void SetStore(EventStore* store) {
    store_ = store;
    if (store == nullptr) return;
    for (const SuppressionAct& act : suppressor_.in_force()) store->OfferSuppression(act);
  }

  void OnEvent(const Event& event, bool keep) override {
    activity_.OnEvent(event);
    if (keep && store_ != nullptr) {
      store_->OfferEvent(event.view.bytes(), event.number, event.time);
    }
  }

  void OnPrehistory(absl::Span<const std::byte> record, uint64_t number, absl::Time time) override {
    if (store_ != nullptr) store_->OfferEvent(record, number, time);
  }

  // The store hands it to the sinks once it is committed. One that the store has no room for is
  // told all the same, suppressed or not: nobody could find it later.
  void OnAlert(Alert alert) override {
    activity_.OnAlert(alert, SinceEvent(alert));
    if (store_ != nullptr) alert.suppressed_by = suppressor_.Cover(alert);
    const bool covered = !alert.suppressed_by.empty();
    if (store_ != nullptr && store_->OfferAlert(alert)) {
      if (covered) ++suppressed_;
      return;
    }
    alert.suppressed_by.clear();
    sinks_.Offer(std::move(alert));
  }

  bool OnCombination(const KnownCombination& known) override {
    if (store_ == nullptr) return true;
    return store_->OfferSeen({.rule = known.rule,
                              .fields = known.fields,
                              .combination = known.combination,
                              .first_ns = known.first_ns,
                              .last_ns = known.last_ns,
                              .expires_ns = known.expires_ns,
                              .forgotten = known.forgotten});
  }

  void OnGap(const RecordGap& gap) override {
    if (store_ == nullptr) return;
    store_->OfferGap({.from = gap.from,
                      .to = gap.to,
                      .kind = std::string(gap.kind),
                      .stage = std::string(gap.stage),
                      .count = gap.count});
  }

  // They have no number of their own, and the store wants each number once.
  void OnProcessSeen(const Event& event) override {
    if (store_ != nullptr) store_->OfferEvent(event.view.bytes(), next_seen_++, event.time);
  }

  void OnProcessNote(const ProcessNote& note) override {
    if (store_ != nullptr) store_->OfferNote(ToStore(note));
  }

  // Also late: what was told without it is completed in the store.
  void OnContainer(absl::string_view id, const ContainerInfo& info) override {
    if (store_ != nullptr) store_->OfferContainer(ToStore(id, info));
  }

  // From the act that the alert is about to now, by the clock of both; any thread.
  absl::Duration SinceEvent(const Alert& alert) const {
    return absl::FromUnixNanos(wall_minus_boot_ns_) + clock_.SinceBoot() - alert.time;
  }
  Activity& activity() { return activity_; }
  // Alerts that are stored and told to nobody.
  uint64_t suppressed() const { return suppressed_; }
  Suppressor& suppressor() { return suppressor_; }

 private:
  EventStore* store_;
  Dispatcher& sinks_;
  Clock& clock_;
  const int64_t wall_minus_boot_ns_;
  Activity activity_;
  Suppressor suppressor_;
  uint64_t suppressed_ = 0;
  uint64_t next_seen_ = uint64_t{9'000'000'000'000};  // Far above any event's number.
};

}  // namespace vedette

#endif  // VEDETTE_CLI_STORE_OUTPUT_H_
