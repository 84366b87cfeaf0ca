// SPDX-License-Identifier: Apache-2.0
#include "base/hex.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"

namespace vedette {
namespace {

TEST(Hex, EveryByteComesBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(BytesOfHex(absl::BytesToHexString(all)), all);
  EXPECT_EQ(BytesOfHex(""), "");
}

TEST(Hex, WhatIsNoHexIsRefused) {
  for (const char* bad : {"0", "abc", "0g", "AB", "0x10", " 1", "1 ", "-1"}) {
    EXPECT_EQ(BytesOfHex(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace vedette
