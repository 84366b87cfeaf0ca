// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_ENGINE_PIPELINE_COUNTS_H_
#define VEDETTE_ENGINE_PIPELINE_COUNTS_H_

#include <cstdint>

#include "engine/match/temporal_rules.h"

namespace vedette {

// Exact: see Balanced().
struct PipelineCounts {
  uint64_t records_in = 0;
  uint64_t malformed = 0;  // Refused by EventView::Parse; reported in gaps.
  uint64_t lost = 0;       // `lost` records, not what they stand for.
  uint64_t seen = 0;       // process_seen records.
  uint64_t events = 0;
  uint64_t decisions = 0;  // Of them: what the kernel decided, which no ring of the sensor gave.
  uint64_t unmatched = 0;  // Events for which no rule held, or only first_seen that knew them.
  uint64_t kept = 0;       // The others.
  uint64_t matches = 0;    // Rules that held, a sequence for each step, summed over the events.
  uint64_t alerts = 0;     // With summaries of repeats.
  TemporalCounts temporal;
  uint64_t gaps = 0;               // Calls of OnGap.
  uint64_t lost_reported = 0;      // What `lost` records stand for.
  uint64_t malformed_waiting = 0;  // Not yet reported in a gap.
  uint64_t malformed_reported = 0;
  uint64_t unknown_process = 0;  // Events whose process was not in the table.
  uint64_t prehistory = 0;       // Events that were not kept, until an alert came.
  // Events that waited, or wait, for what a container is.
  uint64_t waiting = 0;        // They do now: events is without them.
  uint64_t waited = 0;         // All in all.
  uint64_t waited_vainly = 0;  // Their time was up.
  uint64_t not_waited = 0;     // There was no room.

  // Nothing has gone in that has not come out or been counted. True between any two records.
  bool Balanced() const {
    return records_in == malformed + lost + seen + events + waiting && events == unmatched + kept &&
           matches + temporal.summaries == alerts + temporal.recordings + temporal.steps +
                                               temporal.counted + temporal.known +
                                               temporal.folded &&
           kept <= matches && malformed == malformed_waiting + malformed_reported;
  }
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_PIPELINE_COUNTS_H_
