// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/literals.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

using enum FieldType;

struct Number {
  const char* text;
  FieldType type;
  uint64_t number;
};
constexpr Number kNumbers[] = {
    {"0", kUnsigned, 0},
    {"18446744073709551615", kUnsigned, UINT64_MAX},
    {"0xff", kUnsigned, 255},
    {"+7", kUnsigned, 7},
    {"-1", kSigned, UINT64_MAX},
    {"-9223372036854775808", kSigned, uint64_t{1} << 63},
    {"9223372036854775807", kSigned, (uint64_t{1} << 63) - 1},
    {"-0x10", kSigned, ~uint64_t{15}},
    {"true", kBool, 1},
    {"false", kBool, 0},
    {"443", kPort, 443},
    {"0", kPort, 0},
    {"ssh", kPort, 22},
    {"HTTPS", kPort, 443},
    {"5000000000", kDuration, 5'000'000'000},
    {"1700000000000000000", kWallTime, 1'700'000'000'000'000'000},
};

TEST(ReadLiteral, ReadsNumbersByType) {
  for (const Number& c : kNumbers) {
    Literal literal;
    const auto error = ReadLiteral(c.text, c.type, literal);
    EXPECT_FALSE(error.has_value()) << c.text << error->message;
    EXPECT_EQ(literal.number, c.number) << c.text;
    EXPECT_EQ(literal.text, c.text);
  }
}

struct Wrong {
  const char* text;
  FieldType type;
  const char* message;
};
constexpr Wrong kWrong[] = {
    {"", kUnsigned, "\"\" is not a whole number, zero or above"},
    {"-1", kUnsigned, "\"-1\" is not a whole number, zero or above"},
    {"1.5", kUnsigned, "\"1.5\" is not a whole number, zero or above"},
    {"18446744073709551616", kUnsigned,
     "\"18446744073709551616\" is not a whole number, zero or above"},
    {"0xZZ", kUnsigned, "\"0xZZ\" is not a whole number, zero or above"},
    {"9223372036854775808", kSigned, "\"9223372036854775808\" is not a whole number of 64 bits"},
    {"--1", kSigned, "\"--1\" is not a whole number of 64 bits"},
    {"True", kBool, "\"True\" is not true or false"},
    {"65536", kPort, "\"65536\" is not a port"},
    {"no-such-service", kPort, "\"no-such-service\" is not a port or the name of a service"},
    {"5s", kDuration, "\"5s\" is not a number of nanoseconds"},
    {"today", kWallTime, "\"today\" is not a number of nanoseconds since 1970"},
    {"1.2.3", kAddress, "\"1.2.3\" is not an IP address"},
    {"10.0.0.0/8", kAddress, "\"10.0.0.0/8\" is not an IP address"},
    {"10.0.0.0/33", kNetwork, "\"10.0.0.0/33\" is not a network"},
    {"fd00::/129", kNetwork, "\"fd00::/129\" is not a network"},
    {"net", kNetwork, "\"net\" is not a network"},
};

TEST(ReadLiteral, SaysWhatIsWrong) {
  for (const Wrong& c : kWrong) {
    Literal literal;
    const auto error = ReadLiteral(c.text, c.type, literal);
    ASSERT_TRUE(error.has_value()) << c.text;
    EXPECT_EQ(error->message, c.message);
  }
}

TEST(ReadLiteral, ReadsAddressesAndNetworks) {
  Literal literal;
  ASSERT_FALSE(ReadLiteral("10.1.2.3", kAddress, literal));
  EXPECT_FALSE(literal.address.is_v6);
  EXPECT_EQ(literal.address.bytes[0], 10);
  EXPECT_EQ(literal.address.bytes[3], 3);
  EXPECT_EQ(literal.address.bytes[4], 0);
  ASSERT_FALSE(ReadLiteral("fd00::1", kAddress, literal));
  EXPECT_TRUE(literal.address.is_v6);
  EXPECT_EQ(literal.address.bytes[15], 1);
  ASSERT_FALSE(ReadLiteral("10.0.0.0/8", kNetwork, literal));
  EXPECT_EQ(literal.prefix_bits, 8);
  ASSERT_FALSE(ReadLiteral("10.0.0.1", kNetwork, literal));
  EXPECT_EQ(literal.prefix_bits, 32);
  ASSERT_FALSE(ReadLiteral("::/0", kNetwork, literal));
  EXPECT_EQ(literal.prefix_bits, 0);
}

TEST(ReadAddress, RefusesWhatIsNotOne) {
  IpAddress address;
  for (const char* const text : {"", "1.2.3.4 ", "1.2.3.4.5", ":", "::g", "localhost"}) {
    EXPECT_FALSE(ReadAddress(text, address)) << text;
  }
  EXPECT_FALSE(ReadAddress(absl::string_view("1.2.3.4\0", 8), address));
}

}  // namespace
}  // namespace vedette
