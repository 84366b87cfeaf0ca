// SPDX-License-Identifier: Apache-2.0
#include "cli/daemon_metrics.h"

#include "rules/lang/program.h"
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
  void Seconds(const std::string& name, const std::string& help, absl::Duration value,
               Labels labels = {}) {
    list_.push_back(
        {name, help, Metric::Type::kCounter, std::move(labels), absl::ToDoubleSeconds(value)});
  }
  void Gauge(const std::string& name, const std::string& help, double value, Labels labels = {}) {
    list_.push_back({name, help, Metric::Type::kGauge, std::move(labels), value});
  }
  void Latency(const std::string& name, const std::string& help, const LatencyCounts& latency,
               Labels labels) {
    list_.push_back({name, help, Metric::Type::kHistogram, std::move(labels), 0, latency});
  }
  std::vector<Metric> Take() { return std::move(list_); }

 private:
  std::vector<Metric> list_;
};

double Whole(uint64_t value) { return static_cast<double>(value); }

uint64_t LostOf(const KindTotals& k) {
  return k.counted.ring_full[0] + k.counted.ring_full[1] + k.counted.scratch_busy +
         k.counted.limited + k.skipped;
}

void AddSensor(const DaemonState& state, Metrics& metrics) {
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
       LostOf},
  };
  for (const Stage& stage : kStages) {
    for (const KindInfo& info : Kinds()) {
      if ((ActKinds() & KindBit(info.kind)) == 0) continue;
      metrics.Counter(stage.name, stage.help, stage.value(state.counts.sensor[info.kind]),
                      {{"kind", std::string(info.name)}});
    }
  }
  const SensorSum sum = SumOf(state.counts.sensor);
  const double waiting =
      sum.submitted > sum.acts ? static_cast<double>(sum.submitted - sum.acts) : 0;
  metrics.Gauge("vedette_ring_waiting", "Records in the rings.", waiting);
  for (const HookStatus& hook : state.hooks) {
    metrics.Gauge("vedette_hook_up", "1 if the attached hook runs.", hook.runs ? 1 : 0,
                  {{"hook", hook.section}, {"kind", hook.kind}});
  }
}

void AddRules(const DaemonState& state, Metrics& metrics) {
  metrics.Counter("vedette_events_matched_total", "Events for which a rule held.",
                  state.counts.pipeline.kept);
  metrics.Counter("vedette_records_malformed_total", "Records that were refused.",
                  state.counts.pipeline.malformed);
  metrics.Counter("vedette_alerts_total", "Alerts.", state.counts.pipeline.alerts);
  metrics.Counter("vedette_alerts_suppressed_total", "Alerts that were stored and not told.",
                  state.counts.suppressed);
  metrics.Counter("vedette_alerts_folded_total", "Repeats that became no alert of their own.",
                  state.counts.pipeline.temporal.folded);
  const std::string help = "Time from an act to its alert.";
  metrics.Latency("vedette_alert_latency_seconds", help, state.latency_matched,
                  {{"stage", "matched"}});
  metrics.Latency("vedette_alert_latency_seconds", help, state.latency_stored,
                  {{"stage", "stored"}});
  for (const auto& [rule, hits] : state.rule_hits) {
    metrics.Counter("vedette_rule_alerts_total", "Alerts of a rule; of those that had any.",
                    hits.alerts,
                    {{"rule", rule}, {"priority", std::string(PriorityName(hits.priority))}});
  }
  for (const RuleCostStatus& rule : state.rule_costs) {
    metrics.Counter("vedette_rule_evaluations_total",
                    "How often a condition was evaluated; of the dearest rules.",
                    rule.cost.evaluations, {{"rule", rule.rule}});
  }
  for (const RuleCostStatus& rule : state.rule_costs) {
    metrics.Seconds("vedette_rule_cost_seconds_total",
                    "Time that a condition took, estimated from one event in 64.", rule.cost.about,
                    {{"rule", rule.rule}});
  }
}

void AddContainers(const DaemonState& state, Metrics& metrics) {
  for (const SourceCounts& source : state.container_sources) {
    const std::pair<const char*, uint64_t> kResults[] = {{"found", source.found},
                                                         {"unknown", source.unknown},
                                                         {"failed", source.failed},
                                                         {"skipped", source.skipped}};
    for (const auto& [result, count] : kResults) {
      metrics.Counter("vedette_container_lookups_total", "How runtimes were asked for containers.",
                      count, {{"source", source.source}, {"result", result}});
    }
  }
  for (const SourceCounts& source : state.container_sources) {
    metrics.Gauge("vedette_container_source_up", "0 if the last attempt failed.",
                  source.is_failing ? 0 : 1, {{"source", source.source}});
  }
  metrics.Gauge("vedette_containers", "Containers that are remembered.",
                Whole(state.containers_known));
  const PipelineCounts& pipeline = state.counts.pipeline;
  metrics.Counter("vedette_events_waited_total", "Events that waited for what a container is.",
                  pipeline.waited);
  metrics.Counter("vedette_events_waited_vainly_total", "Of these: until the time was up.",
                  pipeline.waited_vainly);
}

void AddStore(const DaemonState& state, Metrics& metrics) {
  const StoreCounts& store = state.counts.store;
  metrics.Gauge("vedette_store_up", "1 if the last write went well.",
                state.store_health.ok() ? 1 : 0);
  const Labels events = {{"of", "events"}}, alerts = {{"of", "alerts"}};
  const auto waiting = [](uint64_t offered, uint64_t written, uint64_t dropped) {
    const uint64_t done = written + dropped;
    return offered > done ? static_cast<double>(offered - done) : 0.0;
  };
  metrics.Counter("vedette_store_written_total", "Rows written.", store.events_written, events);
  metrics.Counter("vedette_store_written_total", "Rows written.", store.alerts_written, alerts);
  const std::string dropped = "Rows that could not be written.";
  metrics.Counter("vedette_store_dropped_total", dropped, store.events_dropped, events);
  metrics.Counter("vedette_store_dropped_total", dropped, store.alerts_dropped, alerts);
  const std::string queued = "Rows that wait for the disk.";
  metrics.Gauge("vedette_store_waiting", queued,
                waiting(store.events_offered, store.events_written, store.events_dropped), events);
  metrics.Gauge("vedette_store_waiting", queued,
                waiting(store.alerts_offered, store.alerts_written, store.alerts_dropped), alerts);
}

void AddSinks(const std::vector<SinkCounts>& sinks, Metrics& metrics) {
  struct Row {
    const char *name, *help;
    double (*value)(const SinkCounts&);
    bool gauge;
  };
  constexpr Row kRows[] = {
      {"vedette_sink_delivered_total",
       "Alerts (of a sink NAME/events: events) that the sink has confirmed.",
       [](const SinkCounts& s) { return Whole(s.delivered + s.backlog.delivered); }, false},
      {"vedette_sink_dropped_total", "Alerts that were in memory only and are lost.",
       [](const SinkCounts& s) { return Whole(s.dropped); }, false},
      {"vedette_sink_lost_total", "Alerts that retention took before they could be sent.",
       [](const SinkCounts& s) { return Whole(s.backlog.lost); }, false},
      {"vedette_sink_dead_letters_total", "Alerts that the sink refused for good.",
       [](const SinkCounts& s) { return Whole(s.backlog.dead); }, false},
      {"vedette_sink_filtered_total", "Alerts that the sink does not want.",
       [](const SinkCounts& s) { return Whole(s.filtered + s.backlog.filtered); }, false},
      {"vedette_sink_retries_total", "Attempts after the first one of a batch.",
       [](const SinkCounts& s) { return Whole(s.retried); }, false},
      {"vedette_sink_waiting", "Alerts that wait for the sink.",
       [](const SinkCounts& s) { return Whole(s.waiting + s.backlog.behind); }, true},
      {"vedette_sink_lag_seconds", "Age of the oldest alert that is not confirmed.",
       [](const SinkCounts& s) { return absl::ToDoubleSeconds(s.lag); }, true},
      {"vedette_sink_up", "1 if the last attempt was answered.",
       [](const SinkCounts& s) { return s.down ? 0.0 : 1.0; }, true},
  };
  for (const Row& row : kRows) {
    for (const SinkCounts& sink : sinks) {
      const Labels labels = {{"sink", sink.name}, {"type", sink.type}};
      const double value = row.value(sink);
      if (row.gauge) metrics.Gauge(row.name, row.help, value, labels);
      if (!row.gauge) metrics.Counter(row.name, row.help, static_cast<uint64_t>(value), labels);
    }
  }
  for (const SinkCounts& sink : sinks) {
    metrics.Latency("vedette_sink_latency_seconds", "Time from an act to the sink's confirmation.",
                    sink.latency, {{"sink", sink.name}, {"type", sink.type}});
  }
}

}  // namespace

std::vector<Metric> MetricsOf(const DaemonState& state) {
  Metrics metrics;
  metrics.Gauge("vedette_start_time_seconds", "When the daemon began, since 1970.",
                absl::ToDoubleSeconds(state.started - absl::UnixEpoch()));
  metrics.Gauge("vedette_memory_bytes", "Resident memory.",
                static_cast<double>(state.memory_bytes));
  metrics.Seconds("vedette_cpu_seconds_total", "CPU time of the daemon's threads.", state.cpu);
  metrics.Gauge("vedette_rules", "Rules in force.", static_cast<double>(state.rules));
  metrics.Gauge("vedette_hooks_missing", "Kinds of events, or groups of them, without a hook.",
                static_cast<double>(state.hook_warnings.size()));
  AddSensor(state, metrics);
  AddRules(state, metrics);
  AddContainers(state, metrics);
  if (state.counts.with_store) AddStore(state, metrics);
  AddSinks(state.counts.sinks, metrics);
  return metrics.Take();
}

}  // namespace vedette
