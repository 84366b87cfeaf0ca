// SPDX-License-Identifier: Apache-2.0
//
// The events of a store as a sink's backlog, with a cursor of its own beside that of its alerts:
// each event is delivered at least once, as long as the store keeps it. What retention takes first
// is counted as lost, and told to the peer as a gap (event_json.h).
#ifndef VEDETTE_INTEGRATIONS_DELIVERY_EVENT_BACKLOG_H_
#define VEDETTE_INTEGRATIONS_DELIVERY_EVENT_BACKLOG_H_

#include <memory>

#include "absl/status/statusor.h"
#include "integrations/backlog.h"
#include "integrations/delivery/store_backlog.h"
#include "integrations/sinks/selector.h"

namespace vedette {

// `options` as for alerts, the sink's name being that of the sink for events. The store must exist.
absl::StatusOr<std::unique_ptr<Backlog>> OpenEventBacklog(StoreBacklogOptions options,
                                                          EventSelector wanted);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_DELIVERY_EVENT_BACKLOG_H_
