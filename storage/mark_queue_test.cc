// SPDX-License-Identifier: Apache-2.0
#include "storage/mark_queue.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(MarkQueue, AMarkWaitsForWhatWasOfferedBeforeIt) {
  MarkQueue queue;
  queue.Offer({"ring", "3"}, {.events = 3, .alerts = 1});
  queue.Offer({"ring", "5"}, {.events = 5, .alerts = 1});
  std::vector<StoreMark> taken;
  queue.Take({.events = 3, .alerts = 0}, taken);
  EXPECT_TRUE(taken.empty()) << "the alert is still waiting";
  queue.Take({.events = 4, .alerts = 1}, taken);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].value, "3");
  queue.Take({.events = 5, .alerts = 1}, taken);
  ASSERT_EQ(taken.size(), 1U) << "of a key the last one";
  EXPECT_EQ(taken[0].value, "5");
  EXPECT_TRUE(queue.empty());
}

TEST(MarkQueue, WhatIsCommittedIsHandedOutOnceAndOfAKeyTheLastOne) {
  MarkQueue queue;
  std::vector<StoreMark> first = {{"a", "1"}, {"b", "1"}}, second = {{"a", "2"}};
  queue.Committed(first);
  queue.Committed(second);
  const std::vector<StoreMark> told = queue.TakeCommitted();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].value, "2");
  EXPECT_EQ(told[1].value, "1");
  EXPECT_TRUE(queue.TakeCommitted().empty());
}

TEST(MarkQueue, IsBoundedForOneWhoReads) {
  MarkQueue queue;
  for (uint64_t i = 0; i < 3 * MarkQueue::kMax; ++i) {
    queue.Offer({"ring", std::to_string(i)}, {.events = i, .alerts = 0});
  }
  std::vector<StoreMark> taken;
  queue.Take({.events = 3 * MarkQueue::kMax, .alerts = 0}, taken);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].value, std::to_string(3 * MarkQueue::kMax - 1));
}

}  // namespace
}  // namespace vedette
