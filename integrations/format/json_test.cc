// SPDX-License-Identifier: Apache-2.0
#include "integrations/format/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "integrations/format/golden.h"
#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

using nlohmann::json;

json Parsed(const std::string& line) {
  json value = json::parse(line, nullptr, false);
  EXPECT_FALSE(value.is_discarded()) << line;
  return value;
}

TEST(JsonTest, SampleIsTheGoldenFile) {
  ExpectGolden("alert.json", absl::StrCat(FormatJson(SampleAlert()), "\n",
                                          FormatJson(SampleSequenceAlert()), "\n"));
}

TEST(JsonTest, FalcosKeysHaveFalcosMeaning) {
  const json alert = Parsed(FormatJson(SampleAlert()));
  EXPECT_EQ(alert["hostname"], "web-1");
  EXPECT_EQ(alert["priority"], "Critical");
  EXPECT_EQ(alert["source"], "syscall");
  EXPECT_EQ(alert["time"], "2024-05-01T12:00:00.123456789Z");
  EXPECT_EQ(alert["output"],
            "12:00:00.123456789: Critical cat read /etc/shadow (user=root command=cat "
            "/etc/shadow)");
  EXPECT_EQ(alert["tags"], json({"file", "mitre_credential_access", "T1003.008"}));
}

TEST(JsonTest, TheTimeOfTheOutputIsLocalAsEvtTimeIs) {
  Alert alert = SampleAlert();
  alert.utc_offset = absl::Hours(13);
  const json there = Parsed(FormatJson(alert));
  EXPECT_EQ(there["output"].get<std::string>().substr(0, 20), "01:00:00.123456789: ");
  EXPECT_EQ(there["time"], "2024-05-01T12:00:00.123456789Z");
}

TEST(JsonTest, ValuesHaveTheirTypes) {
  const json alert = Parsed(FormatJson(SampleAlert()));
  const json& fields = alert["output_fields"];
  EXPECT_EQ(fields["proc.pid"], 4431);
  EXPECT_EQ(fields["evt.is_open_read"], true);
  EXPECT_TRUE(fields["proc.aname[4]"].is_null());
  EXPECT_EQ(fields["fd.name"], "/etc/shadow");
  EXPECT_EQ(alert["exec_id"], "8000000000000004");
  EXPECT_EQ(alert["processes"][3]["pid"], 1);
}

TEST(JsonTest, EvidenceIsThereStepByStep) {
  const json alert = Parsed(FormatJson(SampleSequenceAlert()));
  EXPECT_EQ(alert["action"], "kill");
  EXPECT_EQ(alert["mode"], "monitor");
  EXPECT_EQ(alert["attack"], json({"T1105", "T1204.002"}));
  EXPECT_EQ(alert["references"], json({"https://attack.mitre.org/techniques/T1105/"}));
  EXPECT_EQ(alert["reason"], "2 steps within 4.2s");
  ASSERT_EQ(alert["evidence"].size(), 2U);
  const json& download = alert["evidence"][0];
  EXPECT_EQ(download["step"], "download");
  EXPECT_EQ(download["time"], "2024-05-01T11:59:55.923456789Z");
  EXPECT_EQ(download["event"]["kind"], "file_open");
  EXPECT_EQ(download["event"]["number"], 102300);
  EXPECT_EQ(download["process"]["name"], "curl");
  EXPECT_EQ(download["object"], "/tmp/x");
  EXPECT_EQ(alert["repeats"], 0);
  EXPECT_TRUE(alert["repeats_of"].is_null());
}

TEST(JsonTest, UnknownIsNull) {
  const json alert = Parsed(FormatJson(Alert{}));
  EXPECT_TRUE(alert["exec_id"].is_null());
  EXPECT_TRUE(alert["object"].is_null());
  EXPECT_TRUE(alert["container"]["id"].is_null());
  EXPECT_TRUE(alert["processes"].empty());
}

TEST(JsonTest, WhatIsNotANumberIsWrittenAsText) {
  const json fields = Parsed(FormatJson(HostileAlert()))["output_fields"];
  EXPECT_EQ(fields["number"], "1}");
  EXPECT_EQ(fields["bool"], "maybe");
}

TEST(JsonTest, NumbersAreThoseOfTheGrammar) {
  for (const char* good : {"0", "-0", "17", "-1", "1.5", "1e9", "1E-9", "18446744073709551615"}) {
    EXPECT_TRUE(IsJsonNumber(good)) << good;
  }
  for (const char* bad : {"", "-", "01", "+1", "1.", ".5", "1e", "1,2", "0x1", " 1", "nan", "1 "}) {
    EXPECT_FALSE(IsJsonNumber(bad)) << bad;
  }
}

TEST(JsonTest, HostileBytesStayInsideTheirString) {
  const std::string line = FormatJson(HostileAlert());
  for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  EXPECT_EQ(line.find("\xe2\x80\xae"), std::string::npos);  // Right-to-left override.
  EXPECT_EQ(line.find("\xc2\x9b"), std::string::npos);      // CSI in one character.
  const json alert = Parsed(line);
  EXPECT_EQ(alert.size(), Parsed(FormatJson(Alert{})).size());
  const auto object = alert["object"].get<std::string>();
  EXPECT_NE(object.find("a\"}\n{\"rule\":\"x\"\r\x1b[2J"), std::string::npos);
  EXPECT_NE(object.find("\xef\xbf\xbd"), std::string::npos);
  EXPECT_NE(object.find("\xe2\x80\xae"), std::string::npos);  // The escape gives it back.
  EXPECT_NE(object.find("\xf3\xa0\x81\x81 \xc3\xa4\xf0\x9f\x90\x9f"), std::string::npos);
}

// The parser refuses what is not UTF-8, and an escape must give back what was escaped.
TEST(JsonTest, RandomBytesAlwaysParseAndValidTextComesBack) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (size_t i = random() % 12; i > 0; --i) {
      constexpr unsigned char kEdges[] = {0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0x80, 0x9f, 0xa0, 0xbf,
                                          0x90, 0xef, 0xbb, 0x22, 0x5c, 0x00, 0x41, 0xe2, 0xf3};
      text += static_cast<char>(random() % 2 == 0 ? kEdges[random() % sizeof(kEdges)] : random());
    }
    std::string line;
    AppendJsonString(text, line);
    const json value = json::parse(line, nullptr, false);
    ASSERT_TRUE(value.is_string()) << testing::PrintToString(text);
    const json::string_t plain = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    if (plain.find("\xef\xbf\xbd") != std::string::npos) continue;
    ASSERT_EQ(value.get<std::string>(), text);
  }
}

// Lines are made in pages: what is as long as one, longer, or lies across two of them.
TEST(JsonTest, LongTextsAreWhole) {
  for (size_t size = 4000; size < 4200; ++size) {
    Alert alert = SampleAlert();
    alert.message = std::string(size, 'm');
    alert.rule = std::string(size % 7, 'r') + std::string(9000, '"');
    std::string line = "before ";
    AppendJson(alert, line);
    ASSERT_EQ(line.substr(0, 7), "before ");
    const nlohmann::json parsed = nlohmann::json::parse(line.substr(7));
    ASSERT_EQ(parsed["message"], alert.message);
    ASSERT_EQ(parsed["rule"], alert.rule);
  }
}

}  // namespace
}  // namespace vedette
