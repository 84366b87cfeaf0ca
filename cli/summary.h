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
  std::vector<std::string> stopped_hooks;  // RingSource::StoppedHooks().
  PipelineCounts pipeline;
  bool with_store = false;
  StoreCounts store;              // After Close().
  uint64_t suppressed = 0;        // Alerts that were stored and not told.
  std::vector<SinkCounts> sinks;  // After Close().
};

// Of two stores, one after the other.
StoreCounts Sum(StoreCounts a, const StoreCounts& b);

// The counters of the kernel's programs, added up over the kinds of acts; `own` are events that the
// sensor tells of itself.
struct SensorSum {
  uint64_t seen = 0, filtered = 0, submitted = 0, folded = 0, ring_full = 0, scratch_busy = 0,
           limited = 0, skipped = 0;
  uint64_t acts = 0, repeat_records = 0, repeats = 0, own = 0;  // Delivered.
  uint64_t lost() const { return ring_full + scratch_busy + limited + skipped; }
  uint64_t all_acts() const { return seen + skipped; }  // Those that `lost` counts, too.
  uint64_t delivered() const { return acts + repeat_records + own; }
};
SensorSum SumOf(absl::Span<const KindTotals> totals);

// What does not add up, each as a sentence; empty: in = out + counted losses at every stage.
std::vector<std::string> Imbalances(const DaemonCounts& counts);

// Each stage as a sum that a reader can check:
// "seen 10 = filtered 4 + lost 1 + events 5; events 5 = kept 2 + unmatched 3; alerts 1; stored
// events 5 = kept 2 + earlier processes 3, alerts 1, dropped 0; balanced". `filtered`: the
// kernel knew that no rule wants it; `unmatched`: user space found that no rule held; `earlier
// processes`: those that were there when the daemon began; `prehistory`: events that were not kept
// until an alert came.
std::string SummaryOf(const DaemonCounts& counts);

}  // namespace vedette

#endif  // VEDETTE_CLI_SUMMARY_H_
