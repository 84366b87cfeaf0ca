// SPDX-License-Identifier: Apache-2.0
//
// How far each sink has come: its cursor over the alerts of a store, and the alerts that it would
// not take. A SQLite file of its own beside the store (`<store>.delivery`, 0600), so that delivery
// never waits for the store's writer nor the writer for delivery, and so that both outlive a store
// that is set aside.
#ifndef VEDETTE_STORAGE_DELIVERY_LOG_H_
#define VEDETTE_STORAGE_DELIVERY_LOG_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace vedette {

// Alerts (or events) up to `row` of the store `store` have been dealt with; the counts are since
// the sink was first seen: dealt with = delivered + filtered + dead, and `lost` went from the store
// (retention) before they could be delivered.
struct DeliveryCursor {
  std::string sink;   // Its name in the configuration.
  std::string store;  // Which store: rows of another one mean nothing.
  int64_t row = 0;
  // Of a sink that carries events: `row` is an event's id, and these are the other places of
  // EventCursor (event_feed.h).
  int64_t late = 0, gap = 0, drop = 0;
  uint64_t delivered = 0, filtered = 0, dead = 0, lost = 0;
  absl::Time updated = absl::UnixEpoch();
  friend bool operator==(const DeliveryCursor&, const DeliveryCursor&) = default;
};

// An alert that the sink refused for good.
struct DeadLetter {
  int64_t letter = 0;  // Number in the log, given when it is written.
  std::string sink, alert_id, rule;
  int64_t alert_row = 0;
  absl::Time time = absl::UnixEpoch();  // Of the refusal.
  std::string reason;                   // Bytes that a peer may have sent: escape when printing.
  std::string alert;                    // As JSON; kept here, for the store may let go of it.
};

// Of one sink; the oldest go. The cursor's `dead` counts them all the same.
inline constexpr size_t kDeadLettersMax = 10'000;

std::string DeliveryLogPath(absl::string_view store_path);

// Thread-safe.
class DeliveryLog {
 public:
  // Makes the file where missing. kDataLoss: damaged or of another program.
  static absl::StatusOr<std::unique_ptr<DeliveryLog>> Open(const std::string& path);
  // Only reads. kNotFound: no daemon with sinks has run on this store.
  static absl::StatusOr<std::unique_ptr<DeliveryLog>> OpenForReading(const std::string& path);
  virtual ~DeliveryLog() = default;

  // The log before this one was damaged: sinks without a cursor are not new.
  bool after_damage = false;

  // nullopt: the sink is new.
  virtual absl::StatusOr<std::optional<DeliveryCursor>> Cursor(absl::string_view sink) = 0;
  virtual absl::StatusOr<std::vector<DeliveryCursor>> Cursors() = 0;  // By name.
  // Both or neither. Survives the death of this process at once; a power cut may take the newest
  // back, and then alerts are delivered twice.
  virtual absl::Status Put(const DeliveryCursor& cursor, absl::Span<const DeadLetter> letters) = 0;
  // The newest first; of every sink if `sink` is empty.
  virtual absl::StatusOr<std::vector<DeadLetter>> DeadLetters(absl::string_view sink,
                                                              size_t limit) = 0;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_DELIVERY_LOG_H_
