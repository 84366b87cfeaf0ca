// SPDX-License-Identifier: Apache-2.0
#include "cli/summary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace vedette {

SensorSum SumOf(absl::Span<const KindTotals> totals) {
  SensorSum sum;
  for (const KindInfo& info : Kinds()) {
    if ((RuleKinds() & KindBit(info.kind)) == 0) continue;
    const KindTotals& total = totals[info.kind];
    if ((ActKinds() & KindBit(info.kind)) == 0) {
      sum.own += total.delivered();
      continue;
    }
    sum.seen += total.counted.seen;
    sum.filtered += total.counted.filtered;
    sum.scratch_busy += total.counted.scratch_busy;
    sum.limited += total.counted.limited;
    sum.skipped += total.skipped;
    sum.folded += total.counted.folded;
    sum.acts += total.acts;
    sum.repeat_records += total.repeat_records;
    sum.repeats += total.repeats;
    for (size_t lane = 0; lane < WIRE_LANES; ++lane) {
      sum.submitted += total.counted.submitted[lane];
      sum.ring_full += total.counted.ring_full[lane];
    }
  }
  return sum;
}

std::vector<std::string> Imbalances(const DaemonCounts& counts) {
  std::vector<std::string> found;
  const SensorSum sum = SumOf(counts.sensor);
  const uint64_t known =
      sum.filtered + sum.submitted + sum.ring_full + sum.scratch_busy + sum.limited + sum.folded;
  if (sum.seen != known) {
    found.push_back(absl::StrCat("the kernel saw ", sum.seen, " and accounts for ", known));
  }
  if (sum.submitted != sum.acts) {
    found.push_back(absl::StrCat("the rings took ", sum.submitted, " and gave ", sum.acts));
  }
  if (sum.folded != sum.repeats) {
    found.push_back(
        absl::StrCat("the kernel counted ", sum.folded, " repeats and gave ", sum.repeats));
  }
  const PipelineCounts& pipeline = counts.pipeline;
  const uint64_t events = pipeline.events - pipeline.decisions;
  if (events + pipeline.malformed != sum.delivered()) {
    found.push_back(absl::StrCat("the sensor gave ", sum.delivered(), " and the pipeline had ",
                                 events, " events and ", pipeline.malformed, " malformed records"));
  }
  if (!pipeline.Balanced()) found.emplace_back("the pipeline's own counts do not add up");
  const StoreCounts& store = counts.store;
  if (counts.with_store &&
      (store.events_offered != pipeline.kept + pipeline.seen + pipeline.prehistory ||
       store.alerts_offered != pipeline.alerts ||
       store.events_offered != store.events_written + store.events_dropped ||
       store.alerts_offered != store.alerts_written + store.alerts_dropped)) {
    found.push_back(absl::StrCat("the store was offered ", store.events_offered, " events and ",
                                 store.alerts_offered, " alerts, wrote ", store.events_written,
                                 " and ", store.alerts_written, ", and dropped ",
                                 store.events_dropped, " and ", store.alerts_dropped));
  }
  for (const SinkCounts& sink : counts.sinks) {
    // Out of the store a sink may get more than this run's alerts, and later.
    const bool all = sink.from_store || sink.late ||
                     sink.offered - sink.heartbeats + counts.suppressed == pipeline.alerts;
    if (!all || sink.offered != sink.delivered + sink.dropped + sink.filtered) {
      found.push_back(absl::StrCat("sink ", sink.name, " was offered ", sink.offered, " alerts of ",
                                   pipeline.alerts, ", delivered ", sink.delivered,
                                   ", and dropped ", sink.dropped));
    }
  }
  return found;
}

namespace {

std::string StoredText(const DaemonCounts& counts) {
  const StoreCounts& store = counts.store;
  return absl::StrCat(
      "stored events ", store.events_written, " = kept ", counts.pipeline.kept,
      " + earlier processes ", counts.pipeline.seen,
      counts.pipeline.prehistory > 0 ? absl::StrCat(" + prehistory ", counts.pipeline.prehistory)
                                     : "",
      store.events_dropped > 0 ? absl::StrCat(" - dropped ", store.events_dropped) : "",
      ", alerts ", store.alerts_written, ", dropped ", store.events_dropped + store.alerts_dropped);
}

// "seen 10 = filtered 4 + lost 1 + events 5": what became of every act.
std::string ActsText(const SensorSum& sum, const PipelineCounts& pipeline) {
  std::string text =
      absl::StrCat("seen ", sum.all_acts(), " = filtered ", sum.filtered, " + lost ", sum.lost());
  if (sum.folded > 0) absl::StrAppend(&text, " + repeats ", sum.folded);
  absl::StrAppend(&text, " + events ", sum.acts - std::min(sum.acts, pipeline.malformed));
  if (pipeline.malformed > 0) absl::StrAppend(&text, " + malformed ", pipeline.malformed);
  return text;
}

// "events 5": with what else is among them.
std::string EventsText(const SensorSum& sum, const PipelineCounts& pipeline) {
  std::vector<std::string> others;
  if (sum.repeat_records > 0) others.push_back(absl::StrCat(sum.repeat_records, " for repeats"));
  if (sum.own > 0) others.push_back(absl::StrCat(sum.own, " of the sensor"));
  if (pipeline.decisions > 0) others.push_back(absl::StrCat(pipeline.decisions, " decided"));
  return absl::StrCat("events ", pipeline.events, others.empty() ? "" : " (",
                      absl::StrJoin(others, ", "), others.empty() ? "" : ")");
}

}  // namespace

StoreCounts Sum(StoreCounts a, const StoreCounts& b) {
  a.events_offered += b.events_offered;
  a.events_written += b.events_written;
  a.events_dropped += b.events_dropped;
  a.alerts_offered += b.alerts_offered;
  a.alerts_written += b.alerts_written;
  a.alerts_dropped += b.alerts_dropped;
  a.gaps_written += b.gaps_written;
  return a;
}

std::string SummaryOf(const DaemonCounts& counts) {
  const SensorSum sum = SumOf(counts.sensor);
  const PipelineCounts& pipeline = counts.pipeline;
  std::string text = absl::StrCat(ActsText(sum, pipeline), "; ", EventsText(sum, pipeline),
                                  " = kept ", pipeline.kept, " + unmatched ", pipeline.unmatched,
                                  "; alerts ", pipeline.alerts);
  if (counts.suppressed > 0) absl::StrAppend(&text, " (suppressed ", counts.suppressed, ")");
  const TemporalCounts& temporal = pipeline.temporal;
  if (temporal.folded > 0) {
    absl::StrAppend(&text, " (", temporal.folded, " repeats folded into ", temporal.summaries, ")");
  }
  if (temporal.evictions() > 0) {
    absl::StrAppend(&text, ", evicted for lack of room: sequences ", temporal.sequence_evictions,
                    ", thresholds ", temporal.threshold_evictions, ", first_seen ",
                    temporal.first_seen_evictions, ", suppress ", temporal.suppress_evictions);
  }
  if (counts.with_store) absl::StrAppend(&text, "; ", StoredText(counts));
  for (const SinkCounts& sink : counts.sinks) {
    if (sink.dropped > 0) {
      absl::StrAppend(&text, "; sink ", sink.name, " dropped ", sink.dropped, " alerts",
                      sink.last_error.empty() ? "" : ": ", sink.last_error);
    }
  }
  if (!counts.stopped_hooks.empty()) {
    absl::StrAppend(&text, "; hooks that do not run: ", absl::StrJoin(counts.stopped_hooks, ", "));
  }
  for (const SinkCounts& sink : counts.sinks) {
    if (sink.backlog.behind > 0) {
      absl::StrAppend(&text, "; sink ", sink.name, " has yet to be sent ", sink.backlog.behind,
                      " alerts", sink.last_error.empty() ? "" : ": ", sink.last_error);
    }
  }
  const std::vector<std::string> imbalances = Imbalances(counts);
  absl::StrAppend(&text, imbalances.empty()
                             ? "; balanced"
                             : absl::StrCat("; NOT balanced: ", absl::StrJoin(imbalances, ", ")));
  return text;
}

}  // namespace vedette
