// SPDX-License-Identifier: Apache-2.0
#include "cli/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// 10 opens: 4 filtered, 1 lost, 5 delivered, of which 2 were kept and 1 made an alert.
DaemonCounts Sample() {
  DaemonCounts counts;
  KindTotals& opens = counts.sensor[WIRE_file_open];
  opens.counted.seen = 10;
  opens.counted.filtered = 4;
  opens.counted.ring_full[WIRE_LANE_BULK] = 1;
  opens.counted.submitted[WIRE_LANE_CRITICAL] = 5;
  opens.acts = 5;
  counts.sensor[WIRE_process_seen].acts = 3;
  counts.pipeline = {.records_in = 8,
                     .seen = 3,
                     .events = 5,
                     .unmatched = 3,
                     .kept = 2,
                     .matches = 2,
                     .alerts = 1,
                     .temporal = {.recordings = 1}};
  counts.with_store = true;
  counts.store = {
      .events_offered = 5, .events_written = 5, .alerts_offered = 1, .alerts_written = 1};
  counts.sinks.resize(1);
  counts.sinks[0].name = "console";
  counts.sinks[0].offered = counts.sinks[0].delivered = 1;
  return counts;
}

TEST(Summary, SaysThatItBalances) {
  EXPECT_THAT(Imbalances(Sample()), IsEmpty());
  EXPECT_EQ(SummaryOf(Sample()),
            "seen 10 = filtered 4 + lost 1 + events 5; events 5 = kept 2 + unmatched 3; alerts 1; "
            "stored events 5 = kept 2 + earlier processes 3, alerts 1, dropped 0; balanced");
}

TEST(Summary, TheSumsHoldWhereSomethingIsLost) {
  DaemonCounts counts = Sample();
  counts.sensor[WIRE_file_open].skipped = 2;
  counts.pipeline.events = counts.pipeline.unmatched = 4;
  counts.pipeline.kept = counts.pipeline.matches = counts.pipeline.temporal.recordings = 0;
  counts.pipeline.alerts = 0;
  counts.pipeline.malformed = counts.pipeline.malformed_reported = 1;
  counts.store = {.events_offered = 3, .events_written = 1, .events_dropped = 2};
  counts.sinks.clear();
  EXPECT_EQ(SummaryOf(counts),
            "seen 12 = filtered 4 + lost 3 + events 4 + malformed 1; events 4 = kept 0 + unmatched "
            "4; alerts 0; stored events 1 = kept 0 + earlier processes 3 - dropped 2, alerts 0, "
            "dropped 2; balanced");
}

// 7 more opens were counted as repeats, and came as 2 records; the sensor told once of itself.
TEST(Summary, RepeatsAndTheSensorsOwnEventsAreSaid) {
  DaemonCounts counts = Sample();
  KindTotals& opens = counts.sensor[WIRE_file_open];
  opens.counted.seen += 7;
  opens.counted.folded = opens.repeats = 7;
  opens.repeat_records = 2;
  counts.sensor[WIRE_sensor_hook].acts = 1;
  counts.pipeline.records_in += 3;
  counts.pipeline.events += 3;
  counts.pipeline.unmatched += 3;
  counts.stopped_hooks = {"lsm/file_open"};
  EXPECT_EQ(SummaryOf(counts),
            "seen 17 = filtered 4 + lost 1 + repeats 7 + events 5; events 8 (2 for repeats, 1 of "
            "the sensor) = kept 2 + unmatched 6; alerts 1; stored events 5 = kept 2 + earlier "
            "processes 3, alerts 1, dropped 0; hooks that do not run: lsm/file_open; balanced");
  opens.repeats = 6;
  EXPECT_THAT(Imbalances(counts), ElementsAre("the kernel counted 7 repeats and gave 6"));
}

// The enforcer's ring gave one more: it is an event that the sensor knows nothing of.
TEST(Summary, WhatTheKernelDecidedIsNoImbalance) {
  DaemonCounts counts = Sample();
  ++counts.pipeline.records_in;
  ++counts.pipeline.events;
  ++counts.pipeline.unmatched;
  EXPECT_THAT(SummaryOf(counts), HasSubstr("NOT balanced: the sensor gave"));
  counts.pipeline.decisions = 1;
  EXPECT_THAT(SummaryOf(counts), HasSubstr("events 6 (1 decided) = kept 2 + unmatched 4"));
  EXPECT_THAT(Imbalances(counts), ElementsAre());
}

TEST(Summary, SaysWhatDoesNot) {
  DaemonCounts counts = Sample();
  counts.sensor[WIRE_file_open].acts = 4;
  counts.pipeline.events = 4;
  counts.pipeline.unmatched = 2;
  counts.pipeline.records_in = 7;
  EXPECT_THAT(Imbalances(counts), ElementsAre("the rings took 5 and gave 4"));
  EXPECT_THAT(SummaryOf(counts), HasSubstr("NOT balanced: the rings took 5 and gave 4"));
}

TEST(Summary, ASinksLossIsToldWithItsReason) {
  DaemonCounts counts = Sample();
  counts.sinks[0].delivered = 0;
  counts.sinks[0].dropped = 1;
  counts.sinks[0].last_error = "no space";
  EXPECT_THAT(SummaryOf(counts), HasSubstr("sink console dropped 1 alerts: no space; balanced"));
}

}  // namespace
}  // namespace vedette
