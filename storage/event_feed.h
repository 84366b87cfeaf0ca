// SPDX-License-Identifier: Apache-2.0
//
// Follows the events of a store in the order in which they came into it, batch by batch, from a
// place that outlives processes: for whoever hands them on. An event is given once: by its id, if
// it came in the order of ids, or else by its row of `late_events` (arrival_rows.h). Gaps come
// between them, and what retention took before it was given comes as a gap as well. Only what the
// daemon itself has watched: recordings that were replayed into the store are passed over.
#ifndef VEDETTE_STORAGE_EVENT_FEED_H_
#define VEDETTE_STORAGE_EVENT_FEED_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sensor/schema/schema.h"
#include "storage/queries.h"

namespace vedette {

// What is in front of it has been given.
struct EventCursor {
  int64_t id = 0;    // Of an event that came in order.
  int64_t late = 0;  // A row of `late_events`,
  int64_t gap = 0;   // of `gaps`,
  int64_t drop = 0;  // and of `event_drops`.
  friend bool operator==(const EventCursor&, const EventCursor&) = default;
};

struct FedRun {
  int64_t run = 0;
  std::string hostname, boot_id = {};
  std::string key;  // 16 hex digits: of the run among those of all hosts.
};

// One event with all its columns; what it points to is valid during the call.
struct FedEvent {
  const KindInfo* kind;
  const FedRun* run;
  int64_t id, time_ns;
  absl::string_view object;             // As `events` has it.
  absl::Span<const std::string> names;  // Columns, as SQL has them.
  absl::Span<const SqlValue> values;
};

struct FedGap {
  const FedRun* run;
  int64_t row;           // Of its table.
  bool is_drop = false;  // Retention took events before they were given.
  int64_t start_ns, end_ns;
  std::string kind = {}, stage = {};
  uint64_t count = 0;
};

class FeedReceiver {
 public:
  virtual ~FeedReceiver() = default;
  // By what `events` has of it, before the rest is read.
  virtual bool Wants(EventKind kind, absl::string_view object) = 0;
  virtual void OnEvent(const FedEvent& event) = 0;  // Not in the order of ids over kinds.
  virtual void OnGap(const FedGap& gap) = 0;
};

struct FedBatch {
  EventCursor next;
  uint64_t filtered = 0;  // Not wanted.
  uint64_t lost = 0;      // Gone from the store before they were given.
  bool is_last = false;   // There was no more.
};

// Used by one thread.
class EventFeed {
 public:
  static absl::StatusOr<std::unique_ptr<EventFeed>> Open(const std::string& path);

  // Which store it is: a store is born with its first run, at a time that no other has.
  const std::string& store() const { return store_; }
  // Behind everything that is there.
  absl::StatusOr<EventCursor> End();
  // Looks at `max` events at most. Nothing given and not `is_last`: go on from `next`.
  absl::StatusOr<FedBatch> Next(const EventCursor& from, size_t max, FeedReceiver& to);
  // About how many there are behind the place.
  absl::StatusOr<uint64_t> Behind(const EventCursor& from);

 private:
  struct Looked {
    std::map<EventKind, std::map<int64_t, std::string>> wanted;  // With their objects.
    std::vector<int64_t> others;
    int64_t last_id = 0;
    size_t events() const;
    // Leaves out those that `late` has.
    void Without(const std::set<int64_t>& late);
  };

  explicit EventFeed(StoreReader reader) : reader_(std::move(reader)) {}
  using Row = absl::FunctionRef<void(absl::Span<const SqlValue>)>;
  absl::Status Ask(const std::string& sql, Row row);
  absl::StatusOr<int64_t> Integer(const std::string& sql);
  absl::Status ReadRuns();
  const FedRun* RunOf(int64_t id) const;

  absl::Status NextGaps(size_t max, FedBatch& batch, size_t& given, FeedReceiver& to);
  absl::Status NextDrops(FedBatch& batch, FeedReceiver& to);
  absl::Status NextLate(size_t max, FedBatch& batch, size_t& given, FeedReceiver& to);
  absl::Status NextInOrder(size_t max, FedBatch& batch, size_t& given, FeedReceiver& to);
  absl::StatusOr<int64_t> LastInOrder(int64_t run);
  absl::StatusOr<Looked> Look(const std::string& condition, FeedReceiver& to);
  absl::Status Give(const Looked& looked, FedBatch& batch, size_t& given, FeedReceiver& to);

  StoreReader reader_;
  std::string store_;
  std::map<int64_t, FedRun> runs_;  // The daemon's own.
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_EVENT_FEED_H_
