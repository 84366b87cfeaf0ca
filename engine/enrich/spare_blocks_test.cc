// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/spare_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace vedette {
namespace {

TEST(SpareBlocks, WhatWasGivenBackIsTakenAgainByItsSize) {
  SpareBlocks memory;
  void* small = memory.allocate(60);
  void* large = memory.allocate(1000);
  memory.deallocate(small, 60);
  memory.deallocate(large, 1000);
  EXPECT_EQ(memory.allocate(961), large) << "961 to 1024 bytes are one size";
  EXPECT_EQ(memory.allocate(1), small);
  memory.deallocate(large, 961);
  memory.deallocate(small, 1);
}

// Under AddressSanitizer a block that is too small, or leaks, is found.
TEST(SpareBlocks, EverySizeIsWholeAndNoneLeaks) {
  SpareBlocks memory;
  for (int round = 0; round < 2; ++round) {
    std::vector<std::pair<void*, size_t>> blocks;
    for (size_t bytes = 1; bytes <= 2 * SpareBlocks::kBlockMax; ++bytes) {
      blocks.emplace_back(memory.allocate(bytes), bytes);
      std::memset(blocks.back().first, round, bytes);
    }
    for (const auto& [block, bytes] : blocks) memory.deallocate(block, bytes);
  }
}

TEST(SpareBlocks, NoMoreWaitThanItsBound) {
  SpareBlocks memory;
  std::vector<void*> blocks;
  for (size_t i = 0; i < 2 * SpareBlocks::kSparesMax; ++i) blocks.push_back(memory.allocate(64));
  for (void* block : blocks) memory.deallocate(block, 64);
  // The first ones given back wait, the others are the heap's: taken in turn, the latest first.
  for (size_t i = 0; i < SpareBlocks::kSparesMax; ++i) {
    EXPECT_EQ(memory.allocate(64), blocks[SpareBlocks::kSparesMax - 1 - i]);
  }
  for (size_t i = 0; i < SpareBlocks::kSparesMax; ++i) memory.deallocate(blocks[i], 64);
}

}  // namespace
}  // namespace vedette
