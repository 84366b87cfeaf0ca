// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include "base/fake_clock.h"
#include "gtest/gtest.h"

namespace vedette {
namespace {

TEST(RealClock, GoesForward) {
  RealClock clock;
  const absl::Duration boot = clock.SinceBoot();
  const absl::Duration monotonic = clock.Monotonic();
  EXPECT_GT(boot, absl::ZeroDuration());
  EXPECT_GT(monotonic, absl::ZeroDuration());
  EXPECT_GE(clock.SinceBoot(), boot);
  EXPECT_GE(clock.Monotonic(), monotonic);
  EXPECT_GT(clock.Now(), absl::FromUnixSeconds(1'600'000'000));
}

TEST(FakeClock, MovesOnlyWhenTold) {
  FakeClock clock(absl::FromUnixSeconds(100), absl::Seconds(5));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(100));
  clock.Advance(absl::Seconds(2));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(102));
  EXPECT_EQ(clock.SinceBoot(), absl::Seconds(7));
  EXPECT_EQ(clock.Monotonic(), absl::Seconds(7));
}

TEST(FakeClock, SettingTheWallClockLeavesTheOthersAlone) {
  FakeClock clock(absl::FromUnixSeconds(100), absl::Seconds(5));
  clock.SetWallClock(absl::FromUnixSeconds(50));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(50));
  EXPECT_EQ(clock.SinceBoot(), absl::Seconds(5));
}

TEST(Clock, TurnsABootOffsetIntoATime) {
  FakeClock clock(absl::FromUnixSeconds(1000), absl::Seconds(100));
  EXPECT_EQ(clock.AtBootOffset(absl::Seconds(40)), absl::FromUnixSeconds(940));
}

}  // namespace
}  // namespace vedette
