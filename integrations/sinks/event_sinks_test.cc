// SPDX-License-Identifier: Apache-2.0
//
// Sinks that carry events, against a server; kafka_test and nats_test have theirs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "integrations/sinks/registry.h"
#include "integrations/testing/http_peer.h"

namespace vedette {
namespace {

using nlohmann::json;

absl::Time Soon() { return absl::Now() + absl::Seconds(10); }

std::vector<json> Lines(const std::string& text) {
  std::vector<json> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    lines.push_back(json::parse(line.begin(), line.end(), nullptr, false));
  }
  return lines;
}

std::vector<DeliveredEvent> TwoEvents() {
  std::vector<DeliveredEvent> batch;
  for (const char* id : {"00", "01"}) {
    batch.push_back({.id = id,
                     .hostname = "web-1",
                     .kind = "file_open",
                     .time = absl::FromUnixSeconds(1'700'000'000),
                     .json = absl::StrCat(R"({"id":")", id, R"(","path":"a\u000ab"})")});
  }
  return batch;
}

TEST(EventSinksTest, EventsGoWhereTheyAreToGoLineByLine) {
  struct Case {
    const char* type;
    SinkOptions options;
    const char* target;
  };
  const Case kCases[] = {
      {"clickhouse", {}, "/?query=INSERT%20INTO%20vedette.events%20FORMAT%20JSONEachRow&"},
      {"clickhouse", {{"events_table", "a.b"}}, "/?query=INSERT%20INTO%20a.b%20FORMAT"},
      {"elasticsearch", {}, "/vedette-events/_bulk"},
      {"s3", {}, "/vedette/events/web-1/2023/11/14/"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.target);
    HttpPeer peer([&](const PeerRequest&) {
      return PeerAnswer{.body = R"({"items":[{"create":{"status":201}}]})"};
    });
    SinkOptions options = c.options;
    options["url"] = peer.url();
    auto sink = MakeEventSink(c.type, options);
    ASSERT_TRUE(sink.ok()) << sink.status();
    const absl::Status sent = (*sink)->DeliverEvents(TwoEvents(), Soon());
    ASSERT_TRUE(sent.ok()) << sent;
    ASSERT_EQ(peer.requests().size(), 1U);
    const PeerRequest request = peer.requests()[0];
    EXPECT_TRUE(absl::StartsWith(request.target, c.target)) << request.target;
    if (std::string(c.type) == "s3") continue;
    std::vector<std::string> ids;
    for (const json& line : Lines(request.body)) {
      ASSERT_TRUE(line.is_object()) << request.body;
      if (line.contains("create")) continue;
      ids.push_back(line.value("id", ""));
      EXPECT_EQ(line.value("path", ""), "a\nb");
    }
    EXPECT_THAT(ids, testing::ElementsAre("00", "01"));
  }
}

TEST(EventSinksTest, AFileOfItsOwnHasALineForEach) {
  const TemporaryDirectory folder;
  auto sink = MakeEventSink(
      "file", {{"path", folder.File("alerts")}, {"events_path", folder.File("events")}});
  ASSERT_TRUE(sink.ok()) << sink.status();
  const std::vector<DeliveredEvent> batch = TwoEvents();
  ASSERT_TRUE((*sink)->DeliverEvents(batch, Soon()).ok());
  const auto text = ReadFile(folder.File("events"), 1 << 20);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, absl::StrCat(batch[0].json, "\n", batch[1].json, "\n"));
  EXPECT_FALSE(ReadFile(folder.File("alerts"), 1).ok());
}

TEST(EventSinksTest, ASinkForAlertsTakesNoEvents) {
  HttpPeer peer([](const PeerRequest&) { return PeerAnswer{}; });
  auto sink = MakeSink("loki", {{"url", peer.url()}});
  ASSERT_TRUE(sink.ok());
  EXPECT_FALSE((*sink)->DeliverEvents(TwoEvents(), Soon()).ok());
  EXPECT_TRUE(peer.requests().empty());
}

}  // namespace
}  // namespace vedette
