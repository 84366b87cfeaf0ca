// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

// A message about v.example whose header has the flags, and what follows its question.
RecordBuilder Message(const std::string& flags, int answers, const std::string& rest) {
  const std::string question{
      "\x01v\x07"
      "example\x00\x00\x1c\x00\x01",
      15};
  const std::string payload = "id" + flags + std::string("\0\1\0", 3) + static_cast<char>(answers) +
                              std::string(4, '\0') + question + rest;
  return RecordBuilder(WIRE_network_dns).Set("family", 2).Set("payload", payload);
}

TEST(DnsFields, AQuestionHasANameAndAType) {
  TestHost host;
  const auto question = Message(std::string("\1\0", 2), 0, "");
  EXPECT_EQ(host.Get(question, "dns.name"), "v.example");
  EXPECT_EQ(host.Get(question, "dns.type"), "AAAA");
  EXPECT_EQ(host.Get(question, "dns.rcode"), "<NA>");
  EXPECT_EQ(host.Get(question, "dns.address"), "<NA>");
}

TEST(DnsFields, AnAnswerHasACodeAndAddresses) {
  TestHost host;
  const std::string address{"\xc0\x0c\x00\x01\x00\x01....\x00\x04\x0a\x00\x00\x01", 16};
  const auto answer = Message("\x81\x80", 2, address + address);
  EXPECT_EQ(host.Get(answer, "dns.name"), "v.example");
  EXPECT_EQ(host.Get(answer, "dns.rcode"), "NOERROR");
  EXPECT_EQ(host.Get(answer, "dns.address"), "10.0.0.1,10.0.0.1");
  EXPECT_EQ(host.Get(Message("\x81\x83", 0, ""), "dns.rcode"), "NXDOMAIN");
  EXPECT_EQ(host.Get(Message("\x81\x8f", 0, ""), "dns.rcode"), "15");
}

TEST(DnsFields, WhatIsNoMessageHasNone) {
  TestHost host;
  const auto noise = RecordBuilder(WIRE_network_dns).Set("family", 2).Set("payload", "noise");
  EXPECT_EQ(host.Get(noise, "dns.name"), "<NA>");
  EXPECT_EQ(host.Get(noise, "dns.type"), "<NA>");
  EXPECT_EQ(host.Get(RecordBuilder(WIRE_network_connect), "dns.name"), "<NA>");
}

}  // namespace
}  // namespace vedette
