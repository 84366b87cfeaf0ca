// SPDX-License-Identifier: Apache-2.0
#include "cli/stop_signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace vedette {
namespace {

TEST(StopSignals, WaitUntilTheyAreLookedAt) {
  auto signals = StopSignals::Take();
  ASSERT_TRUE(signals.ok());
  EXPECT_EQ(signals->Next(), std::nullopt);
  kill(getpid(), SIGTERM);
  kill(getpid(), SIGHUP);
  const std::optional<int> first = signals->Next(), second = signals->Next();
  EXPECT_TRUE((first == SIGTERM && second == SIGHUP) || (first == SIGHUP && second == SIGTERM));
  EXPECT_EQ(signals->Next(), std::nullopt);
}

}  // namespace
}  // namespace vedette
