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
  EXPECT_THAT(metrics, HasSubstr("vedette_sink_behind{sink=\"siem\",type=\"syslog\"} 3\n"));
  EXPECT_THAT(metrics, HasSubstr("vedette_sink_up{sink=\"siem\",type=\"syslog\"} 1\n"));
  EXPECT_THAT(report.text, HasSubstr("vedette on web-1, up 1h"));
  EXPECT_THAT(report.text, HasSubstr("sink siem: delivered 5, behind 3, dead 1, lost 0\n"));
}

TEST(DaemonStatusTest, ProblemsShow) {
  DaemonState state = Working();
  state.store_health = absl::ResourceExhaustedError("disk full");
  state.hook_warnings = {"file_open: no hook works"};
  state.counts.sinks[0].down = true;
  state.counts.sinks[0].last_error = "refused\n";
  EXPECT_THAT(ReportOf(state).problems, ElementsAre("file_open: no hook works", "store: disk full",
                                                    "sink siem is down: refused\\x0a"));
  EXPECT_GT(ResidentBytes(), 1U << 20);
}

}  // namespace
}  // namespace vedette
