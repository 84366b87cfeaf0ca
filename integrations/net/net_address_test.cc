// SPDX-License-Identifier: Apache-2.0
#include "integrations/net/net_address.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(NetAddressTest, GoodOnes) {
  EXPECT_EQ(ParseAddress("a.b-c:514")->host, "a.b-c");
  EXPECT_EQ(ParseAddress("a:0514")->port, "514");
  EXPECT_EQ(ParseAddress("[::1]:6514")->host, "::1");
  EXPECT_EQ(ParseAddress("127.0.0.1:1")->host, "127.0.0.1");
}

TEST(NetAddressTest, BadOnes) {
  for (const char* text : {"", "a", "a:", ":1", "a:0", "a:65536", "::1:514", "a b:1", "a/b:1",
                           "a\n:1", "[]:1", "a:1x", "u@h:1"}) {
    EXPECT_FALSE(ParseAddress(text).ok()) << text;
  }
}

}  // namespace
}  // namespace vedette
