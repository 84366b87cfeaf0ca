// SPDX-License-Identifier: Apache-2.0
#include "cli/peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ParsePeer, AddressesHoweverTheyAreWritten) {
  EXPECT_THAT(ParsePeer("203.0.113.7")->Texts(), ElementsAre("203.0.113.7", "::ffff:203.0.113.7"));
  EXPECT_THAT(ParsePeer(" [2001:DB8:0::1] ")->Texts(), ElementsAre("2001:db8::1"));
  EXPECT_TRUE(ParsePeer("203.0.113.7")->Has("::ffff:203.0.113.7"));
  EXPECT_FALSE(ParsePeer("203.0.113.7")->Has("203.0.113.70"));
}

TEST(ParsePeer, Networks) {
  const struct {
    absl::string_view network, in, out;
  } kCases[] = {
      {"10.0.0.0/8", "10.255.1.2", "11.0.0.0"},
      {"10.1.2.3/8", "::ffff:10.9.9.9", "::ffff:9.9.9.9"},
      {"10.0.0.0/9", "10.127.0.1", "10.128.0.1"},
      {"0.0.0.0/0", "8.8.8.8", "2001:db8::1"},
      {"::/0", "2001:db8::1", "no address"},
      {"2001:db8::/32", "2001:db8:ffff::", "2001:db9::"},
      {"10.1.", "10.1.9.9", "10.10.0.0"},
      {"2001:db8:", "2001:db8:7::1", "2001:db80::"},
  };
  for (const auto& [text, in, out] : kCases) {
    const auto network = ParsePeer(text);
    ASSERT_TRUE(network.ok()) << text << ": " << network.status();
    EXPECT_EQ(network->kind, Peer::Kind::kNetwork) << text;
    EXPECT_TRUE(network->Has(in)) << text;
    EXPECT_FALSE(network->Has(out)) << text;
  }
}

std::string PatternsOf(absl::string_view network) {
  return absl::StrJoin(
      ParsePeer(network)->Patterns(), " ", [](std::string* to, const Peer::Pattern& pattern) {
        absl::StrAppend(to, pattern.glob);
        if (pattern.most > 0) {
          absl::StrAppend(to, "(", pattern.skip, ":", pattern.least, "-", pattern.most, ")");
        }
      });
}

TEST(ParsePeer, NetworksAsRanges) {
  const std::vector<Peer::Range> v4 = ParsePeer("10.1.0.0/17")->Ranges();
  ASSERT_EQ(v4.size(), 2u);
  EXPECT_TRUE(v4[0].is_v4);
  EXPECT_EQ(v4[0].first, "10.1.0.0");
  EXPECT_EQ(v4[0].last, "10.1.127.255");
  EXPECT_EQ(v4[1].first, "0:0:0:0:0:ffff:a01:0");
  EXPECT_EQ(v4[1].last, "0:0:0:0:0:ffff:a01:7fff");
  const std::vector<Peer::Range> v6 = ParsePeer("2001:db8::/33")->Ranges();
  ASSERT_EQ(v6.size(), 1u);
  EXPECT_EQ(v6[0].first, "2001:db8:0:0:0:0:0:0");
  EXPECT_EQ(v6[0].last, "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff");
}

TEST(ParsePeer, NetworksAsPatterns) {
  EXPECT_EQ(PatternsOf("10.0.0.0/8"), "10.* ::ffff:10.*");
  EXPECT_EQ(PatternsOf("10.0.7.0/24"), "10.0.7.* ::ffff:10.0.7.*");
  EXPECT_EQ(PatternsOf("10.128.0.0/9"), "10.*(3:128-255) ::ffff:10.*(10:128-255)");
  EXPECT_EQ(PatternsOf("10.0.0.6/31"), "10.0.0.*(7:6-7) ::ffff:10.0.0.*(14:6-7)");
  EXPECT_EQ(PatternsOf("0.0.0.0/1"), "[0-9]*.*(0:0-127) ::ffff:[0-9]*.*(7:0-127)");
  EXPECT_EQ(PatternsOf("0.0.0.0/0"), "[0-9]*.* ::ffff:[0-9]*.*");
  EXPECT_EQ(PatternsOf("2001:db8::/32"), "2001:db8:*");
  for (const absl::string_view text :
       {"10.0.0.1/32", "2001:0::/32", "2001:db8::/33", "::/0", "2001:db8::/128", "2001:db8::1"}) {
    EXPECT_EQ(PatternsOf(text), "") << text;
  }
}

TEST(ParsePeer, Names) {
  EXPECT_EQ(ParsePeer("Example.COM.")->name, "example.com");
  EXPECT_EQ(ParsePeer("*.example.com")->name, "example.com");
  EXPECT_EQ(ParsePeer("localhost")->name, "localhost");
}

TEST(ParsePeer, NonsenseIsSaidToBeNone) {
  for (const absl::string_view text :
       {"", " ", "10.0.0.300", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "2001:db8::/129",
        "1.2.3.4.", "a b", "example..com", "-x.com", "1.2.3.4:80", "http://example.com/", "1.2",
        "x\x1b[2J"}) {
    EXPECT_EQ(ParsePeer(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_THAT(std::string(ParsePeer("x\x1b").status().message()),
              HasSubstr("\"x\\x1b\" is neither an address"));
}

}  // namespace
}  // namespace vedette
