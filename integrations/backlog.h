// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_BACKLOG_H_
#define VEDETTE_INTEGRATIONS_BACKLOG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/match/alert.h"
#include "integrations/sink.h"
#include "integrations/sinks/selector.h"

namespace vedette {

// One of a batch that the sink refused for good, and why.
struct Rejection {
  size_t index;  // In the batch.
  std::string reason;
};

// What is sent at once: alerts, or events.
struct Batch {
  std::vector<Alert> alerts = {};
  std::vector<DeliveredEvent> events = {};
  size_t size() const { return alerts.size() + events.size(); }
  bool empty() const { return size() == 0; }
};

// What a sink has dealt with since it was first seen; behind: what waits in the store.
struct BacklogCounts {
  uint64_t delivered = 0, filtered = 0, dead = 0, lost = 0, behind = 0;
};

// Alerts or events that are on disk and wait for one sink, in the order of arrival. Lives on the
// sink's thread, Counts() excepted.
class Backlog {
 public:
  virtual ~Backlog() = default;
  // The next that `selector` wants, at most `max`, without moving on: the same again until Done().
  // Empty: there are none now. kUnavailable: try later.
  virtual absl::StatusOr<Batch> Next(size_t max, const AlertSelector& selector) = 0;
  // The batch of the last Next(), of which `rejected` are parts, has been dealt with: go on behind
  // it. An error means only that the place is not on disk: after a restart alerts would come twice.
  virtual absl::Status Done(absl::Span<const Rejection> rejected) = 0;
  // The store is another one now (or the same, opened anew).
  virtual void Reset() = 0;
  // Counts anew what is behind: alerts have come while Next() was not asked.
  virtual void Measure() = 0;
  virtual BacklogCounts Counts() const = 0;  // Any thread.
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_BACKLOG_H_
