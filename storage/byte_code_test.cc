// SPDX-License-Identifier: Apache-2.0
#include "storage/byte_code.h"

#include <gtest/gtest.h>

#include <limits>

namespace vedette {
namespace {

TEST(ByteCode, NumbersComeBack) {
  constexpr int64_t kNumbers[] = {0,
                                  1,
                                  -1,
                                  63,
                                  -64,
                                  64,
                                  1 << 20,
                                  std::numeric_limits<int64_t>::max(),
                                  std::numeric_limits<int64_t>::min()};
  for (const int64_t number : kNumbers) {
    std::string bytes;
    AppendSigned(number, bytes);
    AppendFixed32(static_cast<uint32_t>(number), bytes);
    AppendVarint(static_cast<uint64_t>(number), bytes);
    ByteReader reader(bytes);
    EXPECT_EQ(reader.Signed(), number);
    EXPECT_EQ(reader.Fixed32(), static_cast<uint32_t>(number));
    EXPECT_EQ(reader.Varint(), static_cast<uint64_t>(number));
    EXPECT_TRUE(reader.ok() && reader.AtEnd());
  }
}

TEST(ByteCode, WhatIsCutOrTooLongIsAMistakeThatStays) {
  for (const absl::string_view bytes :
       {absl::string_view(""), absl::string_view("\x80"),
        absl::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
        absl::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")}) {
    ByteReader reader(bytes);
    EXPECT_EQ(reader.Varint(), 0u);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.Byte(), 0);
    EXPECT_EQ(reader.Bytes(1), "");
  }
  ByteReader reader("\x05xyz");
  EXPECT_EQ(reader.Bounded(4), 0u);
  EXPECT_FALSE(reader.ok());
  ByteReader cut("\x05xyz");
  EXPECT_EQ(cut.Bytes(cut.Bounded(5)), "");
  EXPECT_FALSE(cut.ok());
}

}  // namespace
}  // namespace vedette
