// SPDX-License-Identifier: Apache-2.0
#include "integrations/backoff.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(BackoffTest, DoublesUpToTheMaximumAndStaysInItsUpperHalf) {
  Backoff backoff({.min = absl::Milliseconds(100), .max = absl::Seconds(1)}, 1);
  for (const int step_ms : {100, 200, 400, 800, 1000, 1000, 1000}) {
    const absl::Duration pause = backoff.Next();
    EXPECT_GE(pause, absl::Milliseconds(step_ms) / 2);
    EXPECT_LE(pause, absl::Milliseconds(step_ms));
  }
}

TEST(BackoffTest, BeginsAgainAfterASuccess) {
  Backoff backoff({.min = absl::Milliseconds(100), .max = absl::Hours(1)}, 1);
  for (int i = 0; i < 10; ++i) backoff.Next();
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Milliseconds(100));
}

TEST(BackoffTest, HostsDiffer) {
  const Backoff::Limits limits = {.min = absl::Seconds(1), .max = absl::Seconds(1)};
  EXPECT_NE(Backoff(limits, 1).Next(), Backoff(limits, 2).Next());
}

TEST(BackoffTest, MaximumBelowMinimumIsTheMinimum) {
  Backoff backoff({.min = absl::Seconds(1), .max = absl::ZeroDuration()}, 1);
  EXPECT_GE(backoff.Next(), absl::Milliseconds(500));
}

}  // namespace
}  // namespace vedette
