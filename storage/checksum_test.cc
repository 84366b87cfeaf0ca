// SPDX-License-Identifier: Apache-2.0
#include "storage/checksum.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace vedette {
namespace {

// Stores have them: they may never change. The values are those of `xxhsum -H3`, cut to 32 bits.
TEST(Checksum, IsWhatStoresHave) {
  EXPECT_EQ(Checksum(""), 0x38d394c2u);
  EXPECT_EQ(Checksum("vedette"), 0x88fe4467u);
}

TEST(Checksum, EveryBitAndWhatCameBeforeMatter) {
  std::string bytes(300, 'x');
  std::set<uint32_t> seen = {Checksum(bytes), Checksum(bytes, 1)};
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string other = bytes;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ 1 << bit % 8);
    EXPECT_TRUE(seen.insert(Checksum(other)).second) << bit;
  }
}

}  // namespace
}  // namespace vedette
