// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_SINKS_LATE_SINK_H_
#define VEDETTE_INTEGRATIONS_SINKS_LATE_SINK_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "integrations/sink.h"

namespace vedette {

using SinkMaker = std::function<absl::StatusOr<std::unique_ptr<Sink>>()>;

// What `make` gives; or, if it cannot be made now (a folder that is not there yet), a sink that is
// kUnavailable, with make's reason, until it can: each attempt to deliver tries again, on the
// sink's thread. So a sink's trouble stops neither the daemon nor the other sinks. Logs the first
// reason under `name`.
std::unique_ptr<Sink> MakeNowOrLater(const std::string& name, SinkMaker make);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINKS_LATE_SINK_H_
