// SPDX-License-Identifier: Apache-2.0
#include "integrations/net/redaction.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

std::string Redacted(const Redaction& redaction, std::string text) {
  redaction.Apply(text);
  return text;
}

TEST(RedactionTest, NoneChangesNothing) {
  Redaction redaction;
  redaction.Add("");
  redaction.AddLogin("user", "");
  redaction.AddUrl("");
  redaction.AddUrl("https://host");
  EXPECT_EQ(Redacted(redaction, "a user of https://host: OK"), "a user of https://host: OK");
}

TEST(RedactionTest, TokensAndPasswordsGoWhereverTheyStand) {
  Redaction redaction;
  redaction.Add("tok-123");
  redaction.Add("tok-123-longer");
  redaction.AddLogin("vedette", "pass word");
  EXPECT_EQ(Redacted(redaction, "tok-123,tok-123-longer+tok-123"), "[secret],[secret]+[secret]");
  EXPECT_EQ(Redacted(redaction, "vedette:pass word is dmVkZXR0ZTpwYXNzIHdvcmQ="),
            "vedette:[secret] is [secret]");
}

TEST(RedactionTest, WhatIsTooShortStays) {
  Redaction redaction;
  redaction.Add("201");
  EXPECT_EQ(Redacted(redaction, R"({"status":201})"), R"({"status":201})");
}

TEST(RedactionTest, OfAUrlAllBehindTheHostGoes) {
  Redaction redaction;
  redaction.AddUrl("https://me:opensesame@hooks.example.org/services/T0000001/Bsecretpart?key=k");
  EXPECT_EQ(Redacted(redaction, "POST /services/T0000001/Bsecretpart?key=k at hooks.example.org"),
            "POST [secret] at hooks.example.org");
  EXPECT_EQ(Redacted(redaction, R"({"path":"\/services\/T0000001\/Bsecretpart"})"),
            R"({"path":"\/[secret]\/[secret]\/[secret]"})");
  EXPECT_EQ(Redacted(redaction, "opensesame"), "[secret]");
}

}  // namespace
}  // namespace vedette
