// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/loss_meter.h"

#include <gtest/gtest.h>

#include <vector>

namespace vedette {
namespace {

TEST(LossMeter, EachGrowthIsReportedOnceWithItsStretchOfTime) {
  LossMeter meter(100);
  std::array<LossMeter::Losses, WIRE_KIND_LIMIT> losses = {};
  std::vector<wire_lost> records;
  const auto emit = [&](const wire_lost& record) { records.push_back(record); };

  meter.Update(200, losses, emit);
  EXPECT_TRUE(records.empty());

  losses[WIRE_file_open].ring_full[WIRE_LANE_BULK] = 7;
  losses[WIRE_process_exec].scratch_busy = 1;
  meter.Update(300, losses, emit);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].lost_kind, unsigned{WIRE_process_exec});
  EXPECT_EQ(records[0].stage, unsigned{WIRE_LOST_scratch_busy});
  EXPECT_EQ(records[1].lost_kind, unsigned{WIRE_file_open});
  EXPECT_EQ(records[1].lost_lane, unsigned{WIRE_LANE_BULK});
  EXPECT_EQ(records[1].count, 7u);
  EXPECT_EQ(records[1].from_ns, 200u);
  EXPECT_EQ(records[1].to_ns, 300u);

  meter.Update(400, losses, emit);
  EXPECT_EQ(records.size(), 2u);
  losses[WIRE_file_open].ring_full[WIRE_LANE_BULK] = 9;
  meter.Update(500, losses, emit);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[2].count, 2u);
  EXPECT_EQ(records[2].from_ns, 400u);
}

}  // namespace
}  // namespace vedette
