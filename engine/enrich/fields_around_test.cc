// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

// The event is at 2024-05-01T12:00:01Z.
TEST(EvtAround, IsTheDistanceInMillisecondsAPartCountingAsOne) {
  TestHost host;
  const RecordBuilder record =
      RecordBuilder(WIRE_process_fork).Set("exec_id", 1).Set("time_ns", 1'000'000'000);
  EXPECT_EQ(host.Get(record, "evt.around[1714564801000000000]"), "0");
  EXPECT_EQ(host.Get(record, "evt.around[1714564800995000000]"), "5");
  EXPECT_EQ(host.Get(record, "evt.around[1714564801005000000]"), "5");
  EXPECT_EQ(host.Get(record, "evt.around[1714564801005000001]"), "6");
  EXPECT_EQ(host.Get(record, "evt.around[1714564800994999999]"), "6");
}

}  // namespace
}  // namespace vedette
