// SPDX-License-Identifier: Apache-2.0
// The rest of it is done by the kernel; tests/enforce runs it in guests.
#include "sensor/source/decisions.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(DecisionMark, SaysWhereAReaderStandsAndWhatItHasToldAsLost) {
  DecisionLosses told = {};
  told[WIRE_file_open].ring_full[WIRE_LANE_CRITICAL] = 7;
  told[WIRE_file_link].scratch_busy = 1;
  uint64_t position = 0;
  DecisionLosses read = {};
  ASSERT_TRUE(ReadDecisionMark(WriteDecisionMark(1234567890123, told), position, read));
  EXPECT_EQ(position, 1234567890123U);
  EXPECT_EQ(read[WIRE_file_open].ring_full[WIRE_LANE_CRITICAL], 7U);
  EXPECT_EQ(read[WIRE_file_link].scratch_busy, 1U);
  EXPECT_EQ(WriteDecisionMark(position, read), WriteDecisionMark(position, told));
}

TEST(DecisionMark, WhatIsNoneChangesNothing) {
  for (const char* bad : {"", "x", "5 1:2:3", "5 99999:1:1:1", "5 1:2:3:4 ", "-5", "5 1:a:3:4"}) {
    uint64_t position = 42;
    DecisionLosses told = {};
    told[1].scratch_busy = 3;
    EXPECT_FALSE(ReadDecisionMark(bad, position, told)) << bad;
    EXPECT_EQ(position, 42U) << bad;
    EXPECT_EQ(told[1].scratch_busy, 3U) << bad;
  }
}

TEST(DecisionMark, KeysAreTold) {
  EXPECT_TRUE(Decisions::IsKey("decisions 6f1c 12"));
  EXPECT_FALSE(Decisions::IsKey("sink 12"));
}

}  // namespace
}  // namespace vedette
