// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/creators.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/enrich/spare_blocks.h"

namespace vedette {
namespace {

using Creators = std::shared_ptr<const Creator>;

TEST(Creators, TheNearestComesFirstAndTheFarIsShared) {
  SpareBlocks memory;
  const Creators shell = WithCreated(nullptr, 7, 70, memory);
  const Creators one = WithCreated(shell, 8, 80, memory);
  const Creators other = WithCreated(shell, 9, 90, memory);
  EXPECT_EQ(one->pid, 8U);
  EXPECT_EQ(one->start_ns, 80U);
  EXPECT_EQ(one->depth, 2U);
  EXPECT_EQ(one->before, shell);
  EXPECT_EQ(other->before, shell);
}

TEST(Creators, WhoForksWithoutEndKeepsTheNearest) {
  SpareBlocks memory;
  Creators creators;
  for (uint32_t pid = 1; pid <= 10'000; ++pid) {
    creators = WithCreated(creators, pid, uint64_t{pid} * 10, memory);
    ASSERT_LE(creators->depth, 2 * Creator::kNearestMin);
    const Creator* at = creators.get();
    uint32_t count = 0;
    for (; at != nullptr; at = at->before.get()) {
      ASSERT_EQ(at->pid, pid - count);
      ASSERT_EQ(at->start_ns, at->pid * uint64_t{10});
      ++count;
    }
    ASSERT_EQ(count, creators->depth);
    ASSERT_GE(count, std::min(pid, Creator::kNearestMin));
  }
}

}  // namespace
}  // namespace vedette
