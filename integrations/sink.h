// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_SINK_H_
#define VEDETTE_INTEGRATIONS_SINK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/match/alert.h"

namespace vedette {

// An event of the store, or a gap in them, on its way out.
struct DeliveredEvent {
  std::string id = {};  // 32 hexadecimal digits: the same each time that it is sent.
  std::string hostname = {}, kind = {};
  absl::Time time = absl::UnixEpoch();
  std::string json = {};  // One line: docs/sinks.md, Events.
  // One line: of the columns those that docs/clickhouse.sql has none of its own for.
  std::string more = {};
};

// Where alerts go. Runs on a thread of its own. kUnavailable means "try the batch again later"; any
// other error means that the batch is lost for this sink, and is counted. Deliver() returns by
// `deadline`.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual absl::Status Deliver(absl::Span<const Alert> batch, absl::Time deadline) = 0;
  // The same with events: for sinks that SinkSpec::make_events has made.
  virtual absl::Status DeliverEvents(absl::Span<const DeliveredEvent>, absl::Time /*deadline*/) {
    return absl::FailedPreconditionError("this sink carries no events");
  }
  virtual absl::Status Flush() = 0;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINK_H_
