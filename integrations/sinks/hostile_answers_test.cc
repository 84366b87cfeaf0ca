// SPDX-License-Identifier: Apache-2.0
//
// Servers that answer what they should not, too late or too much: a sink says what is wrong, goes
// on where it was, and neither ends the daemon nor waits for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "integrations/format/sample_alert.h"
#include "integrations/sinks/registry.h"
#include "integrations/testing/http_peer.h"

namespace vedette {
namespace {

using testing::HasSubstr;

absl::Time Soon() { return absl::Now() + absl::Seconds(60); }

absl::Status DeliverTo(const char* type, const std::string& answer, int status = 200) {
  HttpPeer peer([&](const PeerRequest&) { return PeerAnswer{.status = status, .body = answer}; });
  auto sink = MakeSink(type, {{"url", peer.url()}});
  if (!sink.ok()) return sink.status();
  const Alert alert = SampleAlert();
  return (*sink)->Deliver({&alert, 1}, Soon());
}

TEST(HostileAnswers, ElasticsearchItemsOfOtherTypesAreNoAnswer) {
  const std::string deep = absl::StrCat(std::string(400'000, '['), std::string(400'000, ']'));
  for (const std::string& item :
       {std::string("1"), std::string("null"), std::string(R"({"create":5})"),
        std::string(R"({"create":{"status":"201"}})"), std::string(R"({"index":{"status":201}})"),
        absl::StrCat(R"({"create":{"status":)", deep, "}}"), deep}) {
    const absl::Status status =
        DeliverTo("elasticsearch", absl::StrCat(R"({"items":[)", item, "]}"));
    EXPECT_TRUE(absl::IsUnavailable(status)) << item.substr(0, 40) << ": " << status;
  }
  for (const std::string& error : {deep, std::string("7"), std::string(R"({"type":[1]})")}) {
    const absl::Status status =
        DeliverTo("elasticsearch",
                  absl::StrCat(R"({"items":[{"create":{"status":400,"error":)", error, "}}]}"));
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << error.substr(0, 40) << ": " << status;
  }
}

TEST(HostileAnswers, ElasticsearchSaysWhyADocumentWasRefused) {
  const absl::Status status =
      DeliverTo("elasticsearch", R"({"items":[{"create":{"status":400,)"
                                 R"("error":{"type":"mapper\u001b","reason":"no date"}}}]})");
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("no date"));
  EXPECT_EQ(std::string(status.message()).find('\x1b'), std::string::npos);
}

// Many refusals with their reasons are more than 1 MiB: that is an answer, not an outage.
TEST(HostileAnswers, ElasticsearchRefusesAWholeBatchAtLength) {
  const std::string item = absl::StrCat(R"({"create":{"status":400,"error":{"reason":")",
                                        std::string(1500, 'x'), R"("}}})");
  std::string answer = R"({"items":[)";
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&answer, i == 0 ? "" : ",", item);
  EXPECT_TRUE(absl::IsInvalidArgument(DeliverTo("elasticsearch", answer + "]}")));
}

TEST(HostileAnswers, SplunkAndOpenTelemetryOfOtherTypes) {
  const std::string deep = absl::StrCat(std::string(400'000, '['), std::string(400'000, ']'));
  for (const std::string& answer : {std::string("[]"), std::string(R"({"ackId":-1})"),
                                    absl::StrCat(R"({"ackId":)", deep, "}"), deep}) {
    EXPECT_TRUE(absl::IsUnavailable(DeliverTo("splunk_hec", answer)));
  }
  for (const std::string& answer :
       {std::string("[]"), std::string(R"({"partialSuccess":7})"), deep,
        absl::StrCat(R"({"partialSuccess":)", deep, "}"),
        std::string(R"({"partialSuccess":{"rejectedLogRecords":0}})")}) {
    EXPECT_TRUE(DeliverTo("otlp", answer).ok()) << answer.substr(0, 40);
  }
}

// Older servers say 500 to a row that they cannot read: the row is refused, and the sink goes on.
TEST(HostileAnswers, ClickHouseCannotReadARow) {
  const absl::Status unreadable =
      DeliverTo("clickhouse", "Code: 27, e.displayText() = DB::Exception: Cannot parse input", 500);
  EXPECT_TRUE(absl::IsInvalidArgument(unreadable)) << unreadable;
  for (const char* answer : {"Code: 241, e.displayText() = DB::Exception: Memory limit exceeded",
                             "Code: 27x", "Code: ", "", "Code: 99999999999999999999999, x"}) {
    EXPECT_TRUE(absl::IsUnavailable(DeliverTo("clickhouse", answer, 500))) << answer;
  }
}

// Indexers may take longer than one attempt: the batch is there once, and its acknowledgement is
// asked for again.
TEST(HostileAnswers, SplunkAcknowledgesLate) {
  std::atomic<int> batches = 0, asked = 0;
  HttpPeer peer([&](const PeerRequest& request) {
    if (absl::StrContains(request.target, "/ack")) {
      const bool done = ++asked > 3;
      return PeerAnswer{.body = absl::StrCat(R"({"acks":{"5":)", done ? "true" : "false", "}}")};
    }
    ++batches;
    return PeerAnswer{.body = R"({"ackId":5})"};
  });
  auto sink = MakeSink("splunk_hec", {{"url", peer.url()}});
  ASSERT_TRUE(sink.ok());
  const Alert alert = SampleAlert();
  absl::Status status = absl::UnavailableError("");
  for (int i = 0; i < 50 && !status.ok(); ++i) {
    status = (*sink)->Deliver({&alert, 1}, absl::Now() + absl::Milliseconds(200));
  }
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(batches, 1);
  Alert next = alert;
  next.id = "another";
  EXPECT_TRUE((*sink)->Deliver({&next, 1}, Soon()).ok());
  EXPECT_EQ(batches, 2);
}

TEST(HostileAnswers, AProxysPasswordIsRefusedAndNotRepeated) {
  const auto check = [](const char* proxy) {
    return CheckSink("loki", {{"url", "https://h"}, {"proxy", proxy}});
  };
  const absl::Status status = check("http://user:hunter2@proxy:3128");
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_EQ(std::string(status.message()).find("hunter2"), std::string::npos);
  EXPECT_FALSE(check("socks5://proxy:1080").ok());
  EXPECT_TRUE(check("http://proxy:3128").ok());
  EXPECT_TRUE(check("proxy:3128").ok());
  EXPECT_TRUE(check("").ok());
}

}  // namespace
}  // namespace vedette
