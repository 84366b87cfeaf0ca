// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/dns_message.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace vedette {
namespace {

std::string U16(uint16_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
}

std::string Header(uint16_t flags, uint16_t questions, uint16_t answers) {
  return U16(0x1234) + U16(flags) + U16(questions) + U16(answers) + U16(0) + U16(0);
}

// Labels of a name that is given with dots.
std::string Name(const std::string& dotted) {
  std::string name;
  size_t at = 0;
  while (at <= dotted.size()) {
    const size_t dot = std::min(dotted.find('.', at), dotted.size());
    name += static_cast<char>(dot - at) + dotted.substr(at, dot - at);
    at = dot + 1;
  }
  return name + std::string(1, '\0');
}

std::string Pointer(size_t to) { return U16(static_cast<uint16_t>(0xc000 | to)); }

std::string Question(const std::string& name, uint16_t type) {
  return Header(0x0100, 1, 0) + name + U16(type) + U16(1);
}

std::string Answer(const std::string& name, uint16_t type, const std::string& data) {
  return name + U16(type) + U16(1) + std::string(4, '\0') +
         U16(static_cast<uint16_t>(data.size())) + data;
}

TEST(DnsMessage, AQuestion) {
  const auto message = ParseDnsMessage(Question(Name("www.example.com"), 28));
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->name(), "www.example.com");
  EXPECT_EQ(message->type, 28);
  EXPECT_FALSE(message->is_answer);
  EXPECT_EQ(message->address_count, 0u);
}

TEST(DnsMessage, AnAnswerWithAddresses) {
  const std::string v6(15, '\0');
  const auto message = ParseDnsMessage(Header(0x8180, 1, 3) + Name("a.example") + U16(1) + U16(1) +
                                       Answer(Pointer(12), 5, Name("b.example")) +
                                       Answer(Pointer(12), 1, "\x0a\x01\x02\x03") +
                                       Answer(Name("b.example"), 28, v6 + "\x01"));
  ASSERT_TRUE(message.has_value());
  EXPECT_TRUE(message->is_answer);
  EXPECT_EQ(message->rcode, 0);
  EXPECT_EQ(message->name(), "a.example");
  ASSERT_EQ(message->address_count, 2u);
  EXPECT_FALSE(message->addresses[0].is_v6);
  EXPECT_EQ(message->addresses[0].bytes[0], 10);
  EXPECT_TRUE(message->addresses[1].is_v6);
  EXPECT_EQ(message->addresses[1].bytes[15], 1);
}

TEST(DnsMessage, ARefusalTellsItsCode) {
  const auto message = ParseDnsMessage(Header(0x8183, 1, 0) + Name("no.example") + U16(1) + U16(1));
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->rcode, 3);
}

TEST(DnsMessage, WhatIsNoMessage) {
  const std::string whole = Question(Name("example.com"), 1);
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseDnsMessage(whole.substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(ParseDnsMessage(Header(0, 0, 0) + Name("x") + U16(1) + U16(1)).has_value());
  EXPECT_FALSE(ParseDnsMessage(Question("\x40x", 1)).has_value());  // A label type of no use.
  EXPECT_FALSE(ParseDnsMessage(Question("\x05x", 1)).has_value());  // Longer than there is.
}

TEST(DnsMessage, PointersThatLeadNowhereEnd) {
  EXPECT_FALSE(ParseDnsMessage(Question(Pointer(12), 1)).has_value());   // To itself.
  EXPECT_FALSE(ParseDnsMessage(Question(Pointer(500), 1)).has_value());  // Behind the end.
  // Two that point at each other, with a label between them.
  EXPECT_FALSE(ParseDnsMessage(Question("\x01"
                                        "a" +
                                            Pointer(16) + Pointer(12),
                                        1))
                   .has_value());
}

TEST(DnsMessage, AnswersThatAreCutGiveWhatIsThere) {
  const std::string whole = Header(0x8180, 1, 2) + Name("a.example") + U16(1) + U16(1) +
                            Answer(Pointer(12), 1, "\x01\x02\x03\x04") +
                            Answer(Pointer(12), 1, "\x05\x06\x07\x08");
  EXPECT_EQ(ParseDnsMessage(whole)->address_count, 2u);
  EXPECT_EQ(ParseDnsMessage(whole.substr(0, whole.size() - 1))->address_count, 1u);
  EXPECT_EQ(ParseDnsMessage(whole.substr(0, 30))->address_count, 0u);
}

TEST(DnsMessage, AnAddressOfTheWrongSizeIsNone) {
  const auto message = ParseDnsMessage(Header(0x8180, 1, 1) + Name("a") + U16(1) + U16(1) +
                                       Answer(Pointer(12), 1, "\x01\x02\x03"));
  EXPECT_EQ(message->address_count, 0u);
}

TEST(DnsMessage, MoreAddressesThanThereIsRoomForAreLeftOut) {
  std::string bytes = Header(0x8180, 1, 100) + Name("a") + U16(1) + U16(1);
  for (int i = 0; i < 100; ++i) bytes += Answer(Pointer(12), 1, "\x01\x02\x03\x04");
  EXPECT_EQ(ParseDnsMessage(bytes)->address_count, DnsMessage::kAddressesMax);
}

TEST(DnsMessage, ANameNeverForgesAnotherOne) {
  const std::string hostile{
      "\x05"
      "a.b\0c"
      "\x03"
      "com"
      "\x00",
      11};
  const auto message = ParseDnsMessage(Question(hostile, 1));
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->name(), "a?b?c.com");
}

TEST(DnsMessage, ANameThatIsTooLongIsCut) {
  std::string name;
  for (int i = 0; i < 8; ++i) name += '\x3f' + std::string(63, 'x');
  const auto message = ParseDnsMessage(Question(name + std::string(1, '\0'), 1));
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->name().size(), DnsMessage::kNameMax);
}

// The root's name is empty: there is a message, and no name.
TEST(DnsMessage, TheRoot) {
  const auto message = ParseDnsMessage(Question(std::string(1, '\0'), 2));
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->name(), "");
  EXPECT_EQ(message->type, 2);
}

}  // namespace
}  // namespace vedette
