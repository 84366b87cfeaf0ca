// SPDX-License-Identifier: Apache-2.0
//
// An event that comes back from the fleet (vedette.events of docs/clickhouse.sql), as the record
// that it was on its host.
#ifndef VEDETTE_INTEGRATIONS_FLEET_FLEET_EVENT_H_
#define VEDETTE_INTEGRATIONS_FLEET_FLEET_EVENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/queries.h"

namespace vedette {

struct FleetEvent {
  int64_t event_id = 0, time_ns = 0;
  std::string record;   // As EventView::Parse accepts it.
  std::string boot_id;  // Of the host's boot at that time, which is a part of alerts' ids.
  // False: the row has no `more`, as of a sender that did not give it. Then the record lacks what
  // has no column.
  bool is_whole = false;
};

// A row with all columns of the table, by their names. Everything in it is somebody else's word:
// what is no event gives kDataLoss, texts that are too long are cut.
absl::StatusOr<FleetEvent> ReadFleetEvent(const std::vector<std::string>& names,
                                          absl::Span<const SqlValue> values);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FLEET_FLEET_EVENT_H_
