// SPDX-License-Identifier: Apache-2.0
//
// The history of one host in one SQLite file: processes, events, alerts and gaps as rows.
#ifndef VEDETTE_STORAGE_EVENT_STORE_H_
#define VEDETTE_STORAGE_EVENT_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/match/alert.h"

namespace vedette {

// A stretch of time in which something was lost. Times by the wall clock.
struct Gap {
  absl::Time from, to;
  std::string kind;   // Name of the event kind, "" if unknown.
  std::string stage;  // LossStageName
  uint64_t count = 0;
};

struct StoreOptions {
  std::string path;
  size_t queue_bytes_max = 16 << 20;         // Memory for what waits to be written.
  absl::Duration commit_interval = absl::Milliseconds(200);  // An alert is committed at once.
  // Runs on the writer thread, after the alerts have been committed.
  std::function<void(std::vector<Alert>)> on_committed;
};

// Exact: offered = written + dropped + waiting. After Close(), waiting is 0.
struct StoreCounts {
  uint64_t events_offered = 0, events_written = 0, events_dropped = 0;
  uint64_t alerts_offered = 0, alerts_written = 0, alerts_dropped = 0;
  uint64_t gaps_written = 0;
};

// The writer: one per file and host. Offer*() never block and never wait for the disk; any thread may call them.
// A thread of its own writes in batches.
class EventStore {
 public:
  // Makes the file (0600) and its tables where missing. kFailedPrecondition: another daemon holds it, or it is of a
  // newer version; kDataLoss: it is damaged. Each error names the path and the way out.
  static absl::StatusOr<std::unique_ptr<EventStore>> Open(StoreOptions options);
  virtual ~EventStore() = default;

  // `record` is one record as EventView::Parse accepts it; copied. `time` is its wall time. False: no room; it
  // has been counted, and a gap row will say so.
  virtual bool OfferEvent(absl::Span<const std::byte> record, uint64_t number, absl::Time time) = 0;
  virtual bool OfferAlert(Alert alert) = 0;
  virtual bool OfferGap(Gap gap) = 0;

  // Writes what waits, and returns when it is on disk or has been counted as lost.
  virtual absl::Status Close() = 0;
  virtual StoreCounts Counts() const = 0;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_EVENT_STORE_H_
