// SPDX-License-Identifier: Apache-2.0
#include "integrations/delivery/event_backlog.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "integrations/delivery/event_json.h"
#include "storage/event_feed.h"

namespace vedette {
namespace {

// A connection keeps decoded segments for whoever asks them again; here nobody does. So it is
// closed when there is no more, and after so many batches.
constexpr int kBatchesPerConnection = 8;

class EventBacklog : public Backlog, private FeedReceiver {
 public:
  EventBacklog(StoreBacklogOptions options, EventSelector wanted)
      : options_(std::move(options)), wanted_(std::move(wanted)) {
    cursor_.sink = options_.sink;
  }

  absl::Status Begin() {
    ASSIGN_OR_RETURN(const std::optional<DeliveryCursor> known,
                     options_.log->Cursor(options_.sink));
    RETURN_IF_ERROR(Connect());
    if (known.has_value()) {
      cursor_ = *known;
      if (cursor_.store != feed_->store()) MoveTo(feed_->store());
    } else {
      cursor_.store = feed_->store();
      if (!options_.from_oldest && !options_.log->after_damage) {
        ASSIGN_OR_RETURN(const EventCursor end, feed_->End());
        SetPlace(end);
      }
    }
    RETURN_IF_ERROR(Save({}));
    Measure();
    feed_.reset();
    return absl::OkStatus();
  }

  // What is not wanted is passed over before the first that is.
  absl::StatusOr<Batch> Next(size_t max, const AlertSelector&) override {
    const absl::Status read = ReadBatch(max);
    if (!read.ok()) {
      feed_.reset();  // Whatever is wrong with it, a new connection sees the file as it is now.
      return absl::UnavailableError(read.message());
    }
    return Batch{.events = batch_};
  }

  absl::Status Done(absl::Span<const Rejection> rejected) override {
    std::vector<DeadLetter> letters;
    for (const Rejection& one : rejected) {
      CHECK(one.index < batch_.size()) << options_.sink;
      const DeliveredEvent& event = batch_[one.index];
      letters.push_back({.sink = options_.sink,
                         .alert_id = event.id,
                         .rule = event.kind,
                         .time = options_.clock->Now(),
                         .reason = one.reason,
                         .alert = event.json});
    }
    Advance();
    cursor_.delivered += batch_.size() - rejected.size();
    cursor_.dead += rejected.size();
    batch_.clear();
    Publish();
    return Save(letters);
  }

  void Reset() override { feed_.reset(); }

  void Measure() override {
    Publish();
    if (feed_ == nullptr && !Connect().ok()) return;
    const absl::StatusOr<uint64_t> behind = feed_->Behind(Place());
    if (behind.ok()) behind_ = *behind;  // An error is Next()'s to tell.
  }

  BacklogCounts Counts() const override {
    return {.delivered = delivered_,
            .filtered = filtered_,
            .dead = dead_,
            .lost = lost_,
            .behind = behind_};
  }

 private:
  bool Wants(EventKind kind, absl::string_view object) override {
    return wanted_.Wants(kind, object);
  }
  void OnEvent(const FedEvent& event) override {
    order_.emplace_back(event.id, batch_.size());
    batch_.push_back(ToDelivered(event));
  }
  void OnGap(const FedGap& gap) override {
    order_.emplace_back(-1, batch_.size());
    batch_.push_back(ToDelivered(gap));
  }

  absl::Status Connect() {
    ASSIGN_OR_RETURN(feed_, EventFeed::Open(options_.store_path));
    batches_left_ = kBatchesPerConnection;
    return absl::OkStatus();
  }

  EventCursor Place() const {
    return {.id = cursor_.row, .late = cursor_.late, .gap = cursor_.gap, .drop = cursor_.drop};
  }
  void SetPlace(const EventCursor& place) {
    cursor_.row = place.id;
    cursor_.late = place.late;
    cursor_.gap = place.gap;
    cursor_.drop = place.drop;
  }

  // Another store: everything in it is news.
  void MoveTo(const std::string& store) {
    LOG_WARNING("sink ", options_.sink,
                ": the store is another one than before; events of the earlier one that were not "
                "delivered stay in it");
    cursor_.store = store;
    SetPlace({});
  }

  absl::Status ReadBatch(size_t max) {
    if (feed_ == nullptr) {
      RETURN_IF_ERROR(Connect());
    }
    if (feed_->store() != cursor_.store) MoveTo(feed_->store());
    while (true) {
      batch_.clear();
      order_.clear();
      ASSIGN_OR_RETURN(read_, feed_->Next(Place(), max, *this));
      if (!batch_.empty() || read_.is_last) break;
      Advance();
      RETURN_IF_ERROR(Save({}));
    }
    // Gaps first, then by arrival; kinds had been read one after the other.
    std::stable_sort(order_.begin(), order_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<DeliveredEvent> sorted;
    sorted.reserve(batch_.size());
    for (const auto& [id, at] : order_) sorted.push_back(std::move(batch_[at]));
    batch_ = std::move(sorted);
    Measure();
    if (read_.is_last || --batches_left_ <= 0) feed_.reset();
    return absl::OkStatus();
  }

  void Advance() {
    SetPlace(read_.next);
    cursor_.filtered += std::exchange(read_.filtered, 0);
    cursor_.lost += std::exchange(read_.lost, 0);
  }

  absl::Status Save(absl::Span<const DeadLetter> letters) {
    cursor_.updated = options_.clock->Now();
    return options_.log->Put(cursor_, letters);
  }

  void Publish() {
    delivered_ = cursor_.delivered;
    filtered_ = cursor_.filtered;
    dead_ = cursor_.dead;
    lost_ = cursor_.lost;
  }

  const StoreBacklogOptions options_;
  const EventSelector wanted_;
  std::unique_ptr<EventFeed> feed_;  // Null: to be opened.
  int batches_left_ = 0;
  DeliveryCursor cursor_;
  FedBatch read_;                                  // Of the last Next(), and
  std::vector<DeliveredEvent> batch_;              // what it gave,
  std::vector<std::pair<int64_t, size_t>> order_;  // by its id.
  std::atomic<uint64_t> delivered_ = 0, filtered_ = 0, dead_ = 0, lost_ = 0, behind_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Backlog>> OpenEventBacklog(StoreBacklogOptions options,
                                                          EventSelector wanted) {
  auto backlog = std::make_unique<EventBacklog>(std::move(options), std::move(wanted));
  RETURN_IF_ERROR(backlog->Begin());
  return backlog;
}

}  // namespace vedette
