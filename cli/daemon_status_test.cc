// SPDX-License-Identifier: Apache-2.0
#include "cli/daemon_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

DaemonState Working() {
  DaemonState state;
  state.now = absl::FromUnixSeconds(1'700'003'600);
  state.started = absl::FromUnixSeconds(1'700'000'000);
  state.hostname = "web-1";
  state.mode = "lsm";
  state.store_path = "/s.db";
  state.rules = 62;
  state.counts.with_store = true;
  state.counts.sensor[WIRE_file_open].counted.seen = 7;
  state.counts.sensor[WIRE_file_open].counted.ring_full[1] = 2;
  SinkCounts sink;
  sink.name = "siem";
  sink.type = "syslog";
  sink.backlog = {.delivered = 5, .filtered = 0, .dead = 1, .lost = 0, .behind = 3};
  state.counts.sinks = {sink};
  return state;
}

TEST(DaemonStatusTest, NumbersAndText) {
  const StatusReport report = ReportOf(Working());
  EXPECT_TRUE(report.problems.empty());
  const std::string metrics = FormatPrometheus(report.metrics);
  EXPECT_THAT(metrics, HasSubstr("vedette_events_seen_total{kind=\"file_open\"} 7\n"));
  EXPECT_THAT(metrics, HasSubstr("vedette_events_lost_total{kind=\"file_open\"} 2\n"));
  EXPECT_THAT(metrics, HasSubstr("vedette_sink_waiting{sink=\"siem\",type=\"syslog\"} 3\n"));
  EXPECT_THAT(metrics, HasSubstr("vedette_sink_up{sink=\"siem\",type=\"syslog\"} 1\n"));
  EXPECT_THAT(report.text, HasSubstr("vedette on web-1, up 1h"));
  EXPECT_THAT(report.text, HasSubstr("sink siem: delivered 5, behind 3, dead 1, lost 0\n"));
}

// rate() does not see a counter's step from nowhere to 1.
TEST(DaemonStatusTest, CountersAreThereBeforeTheyCount) {
  const std::string metrics = FormatPrometheus(ReportOf(DaemonState()).metrics);
  EXPECT_THAT(metrics, HasSubstr("vedette_events_lost_total{kind=\"process_exec\"} 0\n"));
}

TEST(DaemonStatusTest, RulesAndQueuesShow) {
  DaemonState state = Working();
  state.rule_hits["Read \"x\""] = {Priority::kWarning, 3};
  state.rule_costs = {{"dear", {.evaluations = 64, .about = absl::Milliseconds(5)}}};
  state.counts.store.alerts_offered = 9;
  state.counts.store.alerts_written = 7;
  state.counts.sinks[0].lag = absl::Seconds(90);
  state.latency_stored.buckets[1] = 100;
  const StatusReport report = ReportOf(state);
  const std::string metrics = FormatPrometheus(report.metrics);
  EXPECT_THAT(metrics, HasSubstr("vedette_rule_alerts_total{rule=\"Read \\\"x\\\"\",priority="));
  EXPECT_THAT(metrics, HasSubstr("vedette_rule_evaluations_total{rule=\"dear\"} 64\n"));
  EXPECT_THAT(metrics, HasSubstr("vedette_rule_cost_seconds_total{rule=\"dear\"} 0.005"));
  EXPECT_THAT(metrics, HasSubstr("vedette_store_waiting{of=\"alerts\"} 2\n"));
  EXPECT_THAT(metrics, HasSubstr("vedette_sink_lag_seconds{sink=\"siem\",type=\"syslog\"} 90\n"));
  EXPECT_THAT(report.text, HasSubstr("act to alert stored: half within 1 ms, 99 % within 1 ms\n"));
}

TEST(DaemonStatusTest, ProblemsShow) {
  DaemonState state = Working();
  state.store_health = absl::ResourceExhaustedError("disk full");
  state.hook_warnings = {"no events of kind kernel_lockdown"};
  state.hooks = {{"fexit/do_filp_open", "file_open", false}, {"lsm/bpf", "bpf", true}};
  state.counts.sinks[0].down = true;
  state.counts.sinks[0].last_error = "refused\n";
  const StatusReport report = ReportOf(state);
  EXPECT_THAT(report.problems,
              ElementsAre("hook fexit/do_filp_open has stopped: events of file_open are missing",
                          "store: disk full", "sink siem is down: refused\\x0a"));
  EXPECT_THAT(report.notes, ElementsAre("no events of kind kernel_lockdown"));
  const std::string metrics = FormatPrometheus(report.metrics);
  EXPECT_THAT(metrics,
              HasSubstr("vedette_hook_up{hook=\"fexit/do_filp_open\",kind=\"file_open\"} 0"));
  EXPECT_THAT(metrics, HasSubstr("vedette_hook_up{hook=\"lsm/bpf\",kind=\"bpf\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("vedette_store_up 0\n"));
  EXPECT_THAT(metrics, HasSubstr("vedette_sink_up{sink=\"siem\",type=\"syslog\"} 0\n"));
  EXPECT_GT(ResidentBytes(), 1U << 20);
}

}  // namespace
}  // namespace vedette
