// SPDX-License-Identifier: Apache-2.0
//
// The daemon's last line: what went in, what came out, and whether that is the same.
#ifndef VEDETTE_CLI_SUMMARY_H_
#define VEDETTE_CLI_SUMMARY_H_

#include <array>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "engine/pipeline.h"
#include "integrations/dispatcher.h"
#include "sensor/source/ring_source.h"
#include "storage/event_store.h"

namespace vedette {

struct DaemonCounts {
  std::array<KindTotals, WIRE_KIND_LIMIT> sensor;
  PipelineCounts pipeline;
  bool with_store = false;
  StoreCounts store;              // After Close().
  std::vector<SinkCounts> sinks;  // After Close().
};

// The counters of the kernel's programs, added up over the kinds that rules can match.
struct SensorSum {
  uint64_t seen = 0, filtered = 0, submitted = 0, delivered = 0, ring_full = 0, scratch_busy = 0,
           skipped = 0;
  uint64_t lost() const { return ring_full + scratch_busy + skipped; }
};
SensorSum SumOf(absl::Span<const KindTotals> totals);

// What does not add up, each as a sentence; empty: in = out + counted losses at every stage.
std::vector<std::string> Imbalances(const DaemonCounts& counts);

// "seen 1204, filtered 800, lost 0, records 410, events 404, alerts 3; stored ...; balanced"
std::string SummaryOf(const DaemonCounts& counts);

}  // namespace vedette

#endif  // VEDETTE_CLI_SUMMARY_H_
