// SPDX-License-Identifier: Apache-2.0
#include "cli/daemon_status.h"

#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/text.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Metrics {
 public:
  void Counter(const std::string& name, const std::string& help, uint64_t value,
               Labels labels = {}) {
    list_.push_back(
        {name, help, Metric::Type::kCounter, std::move(labels), static_cast<double>(value)});
  }
  void Gauge(const std::string& name, const std::string& help, double value, Labels labels = {}) {
    list_.push_back({name, help, Metric::Type::kGauge, std::move(labels), value});
  }
  std::vector<Metric> Take() { return std::move(list_); }

 private:
  std::vector<Metric> list_;
};

void AddSensor(const DaemonCounts& counts, Metrics& metrics) {
  struct Stage {
    const char *name, *help;
    uint64_t (*value)(const KindTotals&);
  };
  constexpr Stage kStages[] = {
      {"vedette_events_seen_total", "Acts that the kernel's programs saw.",
       [](const KindTotals& k) -> uint64_t { return k.counted.seen; }},
      {"vedette_events_filtered_total", "Acts that no rule wants, left in the kernel.",
       [](const KindTotals& k) -> uint64_t { return k.counted.filtered; }},
      {"vedette_events_delivered_total", "Events that came out of the rings.",
       [](const KindTotals& k) -> uint64_t { return k.delivered(); }},
      {"vedette_events_folded_total", "Acts that were told as repeats of another.",
       [](const KindTotals& k) -> uint64_t { return k.repeats; }},
      {"vedette_events_lost_total", "Events that were lost before they came out of the rings.",
       [](const KindTotals& k) -> uint64_t {
         return k.counted.ring_full[0] + k.counted.ring_full[1] + k.counted.scratch_busy +
                k.counted.limited + k.skipped;
       }},
  };
  for (const Stage& stage : kStages) {
    for (const KindInfo& info : Kinds()) {
      const uint64_t value = stage.value(counts.sensor[info.kind]);
      if (value == 0) continue;
      metrics.Counter(stage.name, stage.help, value, {{"kind", std::string(info.name)}});
    }
  }
}

void AddSinks(const std::vector<SinkCounts>& sinks, Metrics& metrics) {
  struct Row {
    const char *name, *help;
    uint64_t (*value)(const SinkCounts&);
    bool gauge;
  };
  constexpr Row kRows[] = {
      {"vedette_sink_delivered_total", "Alerts that the sink has confirmed.",
       [](const SinkCounts& s) { return s.delivered + s.backlog.delivered; }, false},
      {"vedette_sink_dropped_total", "Alerts that were in memory only and are lost.",
       [](const SinkCounts& s) { return s.dropped; }, false},
      {"vedette_sink_lost_total", "Alerts that retention took before they could be sent.",
       [](const SinkCounts& s) { return s.backlog.lost; }, false},
      {"vedette_sink_dead_letters_total", "Alerts that the sink refused for good.",
       [](const SinkCounts& s) { return s.backlog.dead; }, false},
      {"vedette_sink_filtered_total", "Alerts that the sink does not want.",
       [](const SinkCounts& s) { return s.filtered + s.backlog.filtered; }, false},
      {"vedette_sink_retries_total", "Attempts after the first one of a batch.",
       [](const SinkCounts& s) { return s.retried; }, false},
      {"vedette_sink_behind", "Alerts that wait for the sink.",
       [](const SinkCounts& s) { return s.waiting + s.backlog.behind; }, true},
      {"vedette_sink_up", "1 if the last attempt was answered.",
       [](const SinkCounts& s) -> uint64_t { return s.down ? 0 : 1; }, true},
  };
  for (const Row& row : kRows) {
    for (const SinkCounts& sink : sinks) {
      const Labels labels = {{"sink", sink.name}, {"type", sink.type}};
      const uint64_t value = row.value(sink);
      if (row.gauge) metrics.Gauge(row.name, row.help, static_cast<double>(value), labels);
      if (!row.gauge) metrics.Counter(row.name, row.help, value, labels);
    }
  }
}

std::vector<Metric> MetricsOf(const DaemonState& state) {
  const DaemonCounts& counts = state.counts;
  Metrics metrics;
  metrics.Gauge("vedette_start_time_seconds", "When the daemon began, since 1970.",
                absl::ToDoubleSeconds(state.started - absl::UnixEpoch()));
  metrics.Gauge("vedette_memory_bytes", "Resident memory.",
                static_cast<double>(state.memory_bytes));
  metrics.Gauge("vedette_rules", "Rules in force.", static_cast<double>(state.rules));
  metrics.Gauge("vedette_hooks_missing", "Kinds of events that no hook supplies.",
                static_cast<double>(state.hook_warnings.size()));
  AddSensor(counts, metrics);
  metrics.Counter("vedette_events_matched_total", "Events for which a rule held.",
                  counts.pipeline.kept);
  metrics.Counter("vedette_records_malformed_total", "Records that were refused.",
                  counts.pipeline.malformed);
  metrics.Counter("vedette_alerts_total", "Alerts.", counts.pipeline.alerts);
  metrics.Counter("vedette_alerts_folded_total", "Repeats that became no alert of their own.",
                  counts.pipeline.temporal.folded);
  if (counts.with_store) {
    metrics.Gauge("vedette_store_up", "1 if the last write went well.",
                  state.store_health.ok() ? 1 : 0);
    metrics.Counter("vedette_store_written_total", "Rows written.", counts.store.events_written,
                    {{"of", "events"}});
    metrics.Counter("vedette_store_written_total", "Rows written.", counts.store.alerts_written,
                    {{"of", "alerts"}});
    metrics.Counter("vedette_store_dropped_total", "Rows that could not be written.",
                    counts.store.events_dropped, {{"of", "events"}});
    metrics.Counter("vedette_store_dropped_total", "Rows that could not be written.",
                    counts.store.alerts_dropped, {{"of", "alerts"}});
  }
  AddSinks(counts.sinks, metrics);
  return metrics.Take();
}

std::vector<std::string> ProblemsOf(const DaemonState& state) {
  std::vector<std::string> problems;
  for (const std::string& warning : state.hook_warnings) problems.push_back(EscapeControl(warning));
  if (!state.store_health.ok()) {
    problems.push_back(absl::StrCat("store: ", EscapeControl(state.store_health.message())));
  }
  for (const SinkCounts& sink : state.counts.sinks) {
    if (!sink.down) continue;
    problems.push_back(absl::StrCat("sink ", EscapeControl(sink.name),
                                    " is down: ", EscapeControl(sink.last_error)));
  }
  return problems;
}

std::string TextOf(const DaemonState& state) {
  const SensorSum sum = SumOf(state.counts.sensor);
  std::string text = absl::StrCat(
      "vedette on ", EscapeControl(state.hostname), ", up ",
      absl::FormatDuration(absl::Trunc(state.now - state.started, absl::Seconds(1))), ", mode ",
      state.mode, ", ", state.rules, " rules, ", state.memory_bytes >> 20, " MiB\n");
  absl::StrAppend(&text, "events: seen ", sum.all_acts(), ", lost ", sum.lost(), ", matched ",
                  state.counts.pipeline.kept, ", alerts ", state.counts.pipeline.alerts, "\n");
  absl::StrAppend(
      &text, "store: ", state.store_path.empty() ? "none" : EscapeControl(state.store_path), "\n");
  for (const SinkCounts& sink : state.counts.sinks) {
    absl::StrAppend(&text, "sink ", EscapeControl(sink.name), ": delivered ",
                    sink.delivered + sink.backlog.delivered, ", behind ",
                    sink.waiting + sink.backlog.behind, ", dead ", sink.backlog.dead, ", lost ",
                    sink.dropped + sink.backlog.lost, "\n");
  }
  return text;
}

}  // namespace

StatusReport ReportOf(const DaemonState& state) {
  return {.time = state.now,
          .text = TextOf(state),
          .problems = ProblemsOf(state),
          .metrics = MetricsOf(state)};
}

uint64_t ResidentBytes() {
  const auto text = ReadFile("/proc/self/statm", 4096);
  if (!text.ok()) return 0;
  const std::vector<std::string> words = absl::StrSplit(*text, ' ');
  uint64_t pages = 0;
  if (words.size() < 2 || !absl::SimpleAtoi(words[1], &pages)) return 0;
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace vedette
