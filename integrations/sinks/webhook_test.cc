// SPDX-License-Identifier: Apache-2.0
//
// Bodies of webhooks; http_sinks_test.cc holds their delivery against a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "integrations/format/sample_alert.h"
#include "integrations/sinks/registry.h"
#include "integrations/testing/http_peer.h"

namespace vedette {
namespace {

using nlohmann::json;

json ParsedJson(absl::string_view text) { return json::parse(text, nullptr, false); }

std::string TextAt(const json& value, const char* key) {
  return value.is_object() && value.contains(key) && value[key].is_string()
             ? value[key].get<std::string>()
             : "";
}

std::string Hmac(const std::string& key, absl::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest, &size);
  return {reinterpret_cast<const char*>(digest), size};
}

absl::Time Soon() { return absl::Now() + absl::Seconds(10); }

std::unique_ptr<Sink> MakeFor(SinkOptions options, const std::string& url) {
  options["url"] = url;
  auto sink = MakeSink("webhook", options);
  if (!sink.ok()) ADD_FAILURE() << sink.status();
  return *std::move(sink);
}

// One that answers the same to everything.
std::string BodyFor(const SinkOptions& options, const Alert& alert, PeerRequest* whole = nullptr) {
  HttpPeer peer([](const PeerRequest&) { return PeerAnswer{}; });
  const auto sink = MakeFor(options, peer.url());
  EXPECT_TRUE(sink->Deliver({&alert, 1}, Soon()).ok());
  const auto requests = peer.requests();
  if (requests.size() != 1) return "";
  if (whole != nullptr) *whole = requests[0];
  return requests[0].body;
}

// What a process can name becomes longer when it is escaped, and a body with a text that is too
// long is refused as a whole: then nobody would be told.
TEST(WebhookTest, EscapedTextsStayBelowWhatChatsTake) {
  Alert alert = SampleAlert();
  std::string controls;
  for (int i = 0; i < 3000; ++i) controls += i % 2 == 0 ? "\x1b" : "\xe2\x80\xae";
  alert.message = alert.object = alert.processes[0].command_line = controls;
  const json slack = ParsedJson(BodyFor({{"preset", "slack"}}, alert));
  for (const json& block : slack["blocks"]) {
    if (block.contains("text")) {
      EXPECT_LE(TextAt(block["text"], "text").size(), 3000U);
    }
    for (const json& field : block.value("fields", json::array())) {
      EXPECT_LE(TextAt(field, "text").size(), 2000U);
    }
  }
  EXPECT_LE(BodyFor({{"preset", "teams"}}, alert).size(), 28U << 10);
  EXPECT_LE(BodyFor({{"preset", "mattermost"}}, alert).size(), 16'383U);
  setenv("VEDETTE_TEST_ROUTING", "key", 1);
  const json duty = ParsedJson(
      BodyFor({{"preset", "pagerduty"}, {"routing_key", "env:VEDETTE_TEST_ROUTING"}}, alert));
  EXPECT_LE(TextAt(duty["payload"], "summary").size(), 1024U);
}

TEST(WebhookTest, PresetsShowTextsAsTheyAre) {
  Alert alert = HostileAlert();
  alert.message = "<!channel> @all [x](http://evil) `` ``` *b* &amp; " + alert.message;
  const json slack = ParsedJson(BodyFor({{"preset", "slack"}}, alert));
  EXPECT_EQ(TextAt(slack, "text").find('<'), std::string::npos);
  for (const json& block : slack["blocks"]) {
    EXPECT_TRUE(!block.contains("text") || block["text"]["type"] == "plain_text");
    for (const json& field : block.value("fields", json::array())) {
      EXPECT_EQ(field["type"], "plain_text");
    }
  }
  EXPECT_LE(TextAt(slack["blocks"][0]["text"], "text").size(), 600U);
  const std::string mattermost =
      TextAt(ParsedJson(BodyFor({{"preset", "mattermost"}}, alert)), "text");
  EXPECT_TRUE(absl::StartsWith(mattermost, "```\n"));
  EXPECT_EQ(mattermost.find("```", 4), mattermost.size() - 3) << "one block, to the end";
  const json teams = ParsedJson(BodyFor({{"preset", "teams"}}, alert));
  for (const json& block : teams["attachments"][0]["content"]["body"]) {
    EXPECT_EQ(block["type"], "RichTextBlock");
    EXPECT_EQ(block["inlines"][0]["type"], "TextRun");
  }
  setenv("VEDETTE_TEST_KEY", "R0UT1NG", 1);
  const json pager = ParsedJson(
      BodyFor({{"preset", "pagerduty"}, {"routing_key", "env:VEDETTE_TEST_KEY"}}, SampleAlert()));
  EXPECT_EQ(pager["routing_key"], "R0UT1NG");
  EXPECT_EQ(pager["dedup_key"], SampleAlert().id);
  EXPECT_EQ(pager["payload"]["severity"], "critical");
  EXPECT_EQ(pager["payload"]["source"], "web-1");
}

TEST(WebhookTest, BodiesAreSignedAndTemplatesFilled) {
  setenv("VEDETTE_TEST_KEY", "k3y", 1);
  PeerRequest request;
  const std::string body = BodyFor({{"template", "{\"m\": \"{{message}}\"}"},
                                    {"hmac_key", "env:VEDETTE_TEST_KEY"},
                                    {"headers", "X-Team: soc\nX-Other: 1"}},
                                   SampleAlert(), &request);
  EXPECT_EQ(TextAt(ParsedJson(body), "m"), SampleAlert().message);
  EXPECT_EQ(request.Header("x-vedette-signature-256"),
            "sha256=" + absl::BytesToHexString(Hmac("k3y", body)));
  EXPECT_EQ(request.Header("x-team"), "soc");
}

}  // namespace
}  // namespace vedette
