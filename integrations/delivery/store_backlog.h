// SPDX-License-Identifier: Apache-2.0
//
// A sink's backlog is the store itself: a cursor over its alerts that survives restarts. What was
// not delivered when a daemon ended, however it ended, is delivered by the next one.
#ifndef VEDETTE_INTEGRATIONS_DELIVERY_STORE_BACKLOG_H_
#define VEDETTE_INTEGRATIONS_DELIVERY_STORE_BACKLOG_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "integrations/backlog.h"
#include "storage/delivery_log.h"

namespace vedette {

struct StoreBacklogOptions {
  std::string store_path;
  std::string sink;            // Whose cursor: its name in the configuration.
  bool from_oldest = false;    // Where a sink without a cursor begins; else with what comes.
  DeliveryLog* log = nullptr;  // Outlives the backlog.
  Clock* clock = nullptr;      // As well.
};

// The store must exist: open it for writing first. Finds the place to begin, so that alerts from
// here on are not missed. Alerts of recordings that were replayed into the store are passed over.
absl::StatusOr<std::unique_ptr<Backlog>> OpenStoreBacklog(StoreBacklogOptions options);

// The log beside the store. A damaged one is set aside and a new one begins; then every sink begins
// with the oldest alert of the store, since nobody knows what it has had.
absl::StatusOr<std::unique_ptr<DeliveryLog>> OpenDeliveryLog(const std::string& store_path,
                                                             absl::Time now);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_DELIVERY_STORE_BACKLOG_H_
