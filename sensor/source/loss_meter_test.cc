// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/loss_meter.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(LossMeter, EachGrowthIsReportedOnceWithItsStretchOfTime) {
  LossMeter meter(100);
  std::array<LossMeter::Losses, WIRE_KIND_LIMIT> losses = {};
  EXPECT_TRUE(meter.Update(200, losses).empty());

  losses[WIRE_file_open].ring_full[WIRE_LANE_BULK] = 7;
  losses[WIRE_process_exec].scratch_busy = 1;
  auto records = meter.Update(300, losses);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].lost_kind, unsigned{WIRE_process_exec});
  EXPECT_EQ(records[0].stage, unsigned{WIRE_LOST_scratch_busy});
  EXPECT_EQ(records[1].lost_kind, unsigned{WIRE_file_open});
  EXPECT_EQ(records[1].lost_lane, unsigned{WIRE_LANE_BULK});
  EXPECT_EQ(records[1].count, 7u);
  EXPECT_EQ(records[1].from_ns, 200u);
  EXPECT_EQ(records[1].to_ns, 300u);

  EXPECT_TRUE(meter.Update(400, losses).empty());
  losses[WIRE_file_open].ring_full[WIRE_LANE_BULK] = 9;
  losses[WIRE_file_open].skipped = 3;
  records = meter.Update(500, losses);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].count, 2u);
  EXPECT_EQ(records[0].from_ns, 400u);
  EXPECT_EQ(records[1].count, 3u);
  EXPECT_EQ(records[1].stage, unsigned{WIRE_LOST_skipped});
}

}  // namespace
}  // namespace vedette
