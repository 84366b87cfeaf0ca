// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_SINK_H_
#define VEDETTE_INTEGRATIONS_SINK_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/match/alert.h"

namespace vedette {

// Where alerts go. Runs on a thread of its own. kUnavailable means "try the batch again later"; any
// other error means that the batch is lost for this sink, and is counted. Deliver() returns by
// `deadline`.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual absl::Status Deliver(absl::Span<const Alert> batch, absl::Time deadline) = 0;
  virtual absl::Status Flush() = 0;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINK_H_
