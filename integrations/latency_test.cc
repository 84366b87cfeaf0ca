// SPDX-License-Identifier: Apache-2.0
#include "integrations/latency.h"

#include <gtest/gtest.h>

#include <cmath>

namespace vedette {
namespace {

TEST(LatencyTest, EachTimeFallsIntoItsBucket) {
  LatencyMeter meter;
  EXPECT_EQ(meter.Counts().Quantile(0.99), 0);
  meter.Add(absl::Microseconds(500));  // On the bound: in it.
  meter.Add(absl::Microseconds(501));
  meter.Add(-absl::Seconds(5));  // The clock was set back.
  meter.Add(absl::Hours(1));
  const LatencyCounts counts = meter.Counts();
  EXPECT_EQ(counts.buckets[0], 2U);
  EXPECT_EQ(counts.buckets[1], 1U);
  EXPECT_EQ(counts.buckets.back(), 1U);
  EXPECT_EQ(counts.count(), 4U);
  EXPECT_NEAR(counts.sum_seconds, 3600.001001, 1e-6);
}

TEST(LatencyTest, AQuantileIsABoundThatIsNotTooLow) {
  LatencyMeter meter;
  for (int i = 0; i < 99; ++i) meter.Add(absl::Milliseconds(2));
  meter.Add(absl::Milliseconds(40));
  EXPECT_EQ(meter.Counts().Quantile(0.5), 0.0025);
  EXPECT_EQ(meter.Counts().Quantile(0.99), 0.0025);
  EXPECT_EQ(meter.Counts().Quantile(1), 0.05);
  meter.Add(absl::Hours(1));
  EXPECT_TRUE(std::isinf(meter.Counts().Quantile(1)));
}

}  // namespace
}  // namespace vedette
