// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/clock.h"
#include "base/temporary_directory.h"
#include "base/unix_socket.h"
#include "cli/command.h"
#include "cli/daemon_status.h"
#include "cli/top_view.h"
#include "integrations/status/status_server.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

DaemonState StateAt(int64_t second) {
  const auto scale = static_cast<uint64_t>(second);
  DaemonState state;
  state.started = absl::FromUnixSeconds(1'700'000'000);
  state.now = state.started + absl::Seconds(second);
  state.hostname = "web-1";
  state.mode = "lsm";
  state.counts.with_store = true;
  state.counts.sensor[WIRE_file_open].counted.seen = 1000 * scale;
  state.counts.pipeline.alerts = 5 * scale;
  state.cpu = absl::Milliseconds(30 * second);
  state.rule_hits["Read shadow"] = {Priority::kWarning, 5 * scale};
  state.rule_hits["Old"] = {Priority::kWarning, 900};
  state.rule_costs = {
      {"Read shadow", {.evaluations = 1, .about = absl::Milliseconds(10 * second)}}};
  state.latency_stored.buckets[2] = 5 * scale;
  SinkCounts sink;
  sink.name = "siem";
  sink.type = "syslog";
  sink.down = true;
  sink.last_error = "refused";
  sink.backlog.behind = 12'345;
  sink.backlog.delivered = 20 * scale;
  sink.lag = absl::Seconds(75);
  state.counts.sinks = {sink};
  state.processes = {{4711, "find\x1b[2J", 600}};
  state.processes_over = absl::Seconds(2);
  return state;
}

TopSnapshot SnapshotAt(int64_t second) {
  const auto snapshot = ParseTopSnapshot(FormatStatusJson(ReportOf(StateAt(second))));
  EXPECT_TRUE(snapshot.ok()) << snapshot.status();
  return snapshot.value_or(TopSnapshot{});
}

TEST(TopViewTest, RatesAreThoseBetweenTheReports) {
  const std::string page = RenderTop(SnapshotAt(10), SnapshotAt(12), 80, 24);
  EXPECT_THAT(page, HasSubstr("vedette on web-1, up 12s"));
  EXPECT_THAT(page, HasSubstr("seen 1000 "));
  EXPECT_THAT(page, HasSubstr("alerts/s  5.0   cpu 3.0 %"));
  EXPECT_THAT(page, HasSubstr("half 2.5 ms, 99 % 2.5 ms"));
  EXPECT_THAT(page, HasSubstr("! sink siem is down: refused"));
  EXPECT_THAT(page, testing::ContainsRegex("Read shadow  +5.0 +60 +1.00\n"));
  EXPECT_LT(page.find("Read shadow"), page.find("Old  ")) << "what happens now comes first";
  EXPECT_THAT(page, testing::ContainsRegex("find.x1b.2J +300 +4711"));
  EXPECT_THAT(page, testing::ContainsRegex("siem +DOWN +12.3k +75 +20 +240 +0 +0\n"));
}

TEST(TopViewTest, APageFitsWhateverTheScreen) {
  for (const size_t columns : {20, 80, 200}) {
    for (const size_t rows : {1, 5, 12, 24, 60}) {
      const std::string page = RenderTop(SnapshotAt(1), SnapshotAt(2), columns, rows);
      const std::vector<std::string> lines = absl::StrSplit(page, '\n');
      EXPECT_LE(lines.size(), rows + 1);
      for (const std::string& line : lines) EXPECT_LE(line.size(), columns) << line;
    }
  }
}

TEST(TopViewTest, AnotherDaemonHasNoNegativeRates) {
  EXPECT_THAT(RenderTop(SnapshotAt(100), SnapshotAt(2), 80, 24), Not(HasSubstr(" -")));
}

TEST(TopViewTest, OtherAnswersAreRefused) {
  for (const char* text : {"", "{", "[]", "7", "{\"time\": 1}"}) {
    EXPECT_FALSE(ParseTopSnapshot(text).ok()) << text;
  }
  for (const char* text :
       {"{\"metrics\": 7}",
        "{\"metrics\": [7, {}, {\"name\": 1, \"labels\": 3, \"value\": \"x\"}]}",
        "{\"metrics\": [], \"processes\": [3], \"problems\": [null], \"text\": {}}"}) {
    const auto snapshot = ParseTopSnapshot(text);
    ASSERT_TRUE(snapshot.ok()) << text;
    RenderTop(*snapshot, *snapshot, 80, 24);
  }
}

TEST(TopCommandTest, PrintsPagesForAPipe) {
  const TemporaryDirectory folder;
  const std::string path = folder.File("s");
  CapturedIo nobody;
  EXPECT_EQ(RunCommandLine({"top", "--socket", path, "--count", "1"}, nobody), ExitCode::kFailed);
  EXPECT_THAT(nobody.error(), HasSubstr("no daemon answers"));
  auto fd = ListenOnPath(path);
  ASSERT_TRUE(fd.ok()) << fd.status();
  std::vector<OwnedFd> listeners;
  listeners.push_back(*std::move(fd));
  RealClock clock;
  StatusServer server(clock, std::move(listeners));
  server.Publish(ReportOf(StateAt(3)));
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"top", "--socket", path, "--count", "1"}, io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("Read shadow"));
  EXPECT_THAT(io.out(), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace vedette
