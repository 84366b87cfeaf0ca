// SPDX-License-Identifier: Apache-2.0
//
// An event of the store as sinks send it: one line of JSON with the columns of its table, by their
// names there. What is NULL is left out. Besides:
//
//   id        32 hex digits: the run of the daemon on its host, and the event's number in it; the
//             same each time
//   hostname  where it happened; `kind` what, as in `events` of the store; `object` as there
//   time      UTC with nanoseconds; `time_ns` as in the store
//   event_id  what the store calls `id`
//
// Identities (*exec_id) are 16 hex digits, as alerts have them; other numbers are numbers. Of a
// process that begins there are `parent_name` and `process_start_ns` as well (and its program, if
// it was forked), of a DNS message `dns_name` in place of its bytes. A gap is a line of the kind
// `gap` with `gap_stage`, `gap_kind`, `gap_count` (0: nobody knows) and `gap_end_ns`.
//
// A text that is not valid UTF-8, and bytes that are no text, are there as NAME_hex as well: with
// that the event's record can be made again (integrations/fleet/fleet_event.h).
#ifndef VEDETTE_INTEGRATIONS_DELIVERY_EVENT_JSON_H_
#define VEDETTE_INTEGRATIONS_DELIVERY_EVENT_JSON_H_

#include "integrations/sink.h"
#include "storage/event_feed.h"

namespace vedette {

// Pure, any thread.
DeliveredEvent ToDelivered(const FedEvent& event);
DeliveredEvent ToDelivered(const FedGap& gap);

// Columns of vedette.events in docs/clickhouse.sql that are columns of events on their host.
bool IsFleetColumn(absl::string_view name);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_DELIVERY_EVENT_JSON_H_
