// SPDX-License-Identifier: Apache-2.0
//
// What wants more than rows: of the fleet's copy of a host's history the same commands say what
// they say of its store. Question 20 of docs/forensics.md is the hunt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "cli/io.h"
#include "tests/fleet/clickhouse.h"
#include "tests/fleet/host.h"
#include "tests/fleet/way.h"

namespace vedette {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

constexpr char kRules[] = R"(- rule: Shadow was read
  desc: Of the story of each host
  condition: evt.type in (open, openat, openat2) and fd.name = /etc/shadow and proc.pname = bash
  output: "%proc.name read %fd.name, started by %proc.pname, in %proc.cmdline"
  priority: WARNING
- rule: Program from a temporary folder
  desc: The same
  condition: evt.type in (execve, execveat) and proc.exepath startswith /tmp/
  output: "%proc.exepath %proc.args was started by %proc.pname"
  priority: CRITICAL
)";

class FleetHistoryTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!ClickHouse::Exists()) GTEST_SKIP() << "clickhouse-server is missing: setup/servers.sh";
    server_ = std::make_unique<ClickHouse>(folder_.path());
    server_->Start();
    server_->MakeTables();
    std::string why;
    way_ = MakeWay(WayName(), *server_, folder_.path(), why);
    if (way_ == nullptr) GTEST_SKIP() << why;
    for (int i = 1; i <= 2; ++i) hosts_.push_back(std::make_unique<Host>(i, folder_.path()));
    for (const auto& host : hosts_) {
      host->Start(*way_);
      host->Live(0, 2);
      host->Kill();  // So that there are two runs.
      host->Start(*way_);
      host->Live(1, 2);
    }
    const absl::Time end = absl::Now() + absl::Minutes(2);
    for (const auto& host : hosts_) {
      while (!host->IsDone() && absl::Now() < end) absl::SleepFor(absl::Milliseconds(20));
      ASSERT_TRUE(host->IsDone()) << host->name() << " has not delivered everything";
      host->Stop();
    }
    // What is between may hold some of it yet.
    const auto there = [&](const char* what) {
      return std::stoull(
          server_->Run(absl::StrCat("SELECT count(DISTINCT id) FROM vedette.", what)));
    };
    uint64_t events = hosts_.size(), alerts = 0;  // A gap each.
    for (const auto& host : hosts_) {
      events += host->events();
      alerts += host->alerts();
    }
    while ((there("events") < events || there("alerts") < alerts) && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(100));
    }
    rules_ = folder_.File("rules.yaml");
    ASSERT_TRUE(WriteFileAtomically(rules_, kRules).ok());
  }

  std::string Run(std::vector<std::string> arguments, const std::vector<std::string>& more,
                  ExitCode expected = ExitCode::kDone) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    CapturedIo io;
    EXPECT_EQ(RunCommandLine(arguments, io), expected) << absl::StrJoin(arguments, " ") << "\n"
                                                       << io.error();
    said_ = io.error();
    return io.out();
  }
  std::string OfFleet(const std::vector<std::string>& arguments, bool one_host = true,
                      ExitCode expected = ExitCode::kDone) {
    std::vector<std::string> more = {"--fleet", server_->address()};
    if (one_host) more.insert(more.end(), {"--host", hosts_[0]->name()});
    return Run(arguments, more, expected);
  }
  std::string OfHost(const std::vector<std::string>& arguments, size_t host = 0) {
    return Run(arguments, {"--store", hosts_[host]->store()});
  }

  // Lines of JSON, with the ids of alerts: the fleet's are the host's.
  static std::multiset<std::string> Lines(const std::string& text) {
    std::multiset<std::string> lines;
    for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      const ordered_json row = ordered_json::parse(line.begin(), line.end(), nullptr, false);
      EXPECT_TRUE(row.is_object()) << line;
      lines.insert(row.dump());
    }
    return lines;
  }

  const TemporaryDirectory folder_;
  std::unique_ptr<ClickHouse> server_;
  std::unique_ptr<Way> way_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::string rules_, said_;
};

TEST_F(FleetHistoryTest, TheSameIsSaidOfTheFleetAsOfTheHost) {
  const std::vector<std::string> tree = {"tree", "0xb"};
  EXPECT_EQ(OfFleet(tree), OfHost(tree));
  EXPECT_THAT(OfFleet(tree), HasSubstr("Read of credentials"));
  for (const char* what : {"0xd", "0xc", "0x14"}) {
    const std::vector<std::string> show = {"process", "show", what, "--json"};
    EXPECT_EQ(OfFleet(show), OfHost(show)) << what;
  }
  const std::vector<std::string> diff = {"diff", "0xb", "0x14", "--json"};
  EXPECT_EQ(Lines(OfFleet(diff)), Lines(OfHost(diff)));
  EXPECT_GE(Lines(OfHost(diff)).size(), 5U);
  const std::vector<std::string> times = {"diff", "2023-11-14T22:13:20Z..2023-11-14T22:13:21Z",
                                          "2023-11-14..2023-11-15", "--json"};
  EXPECT_EQ(Lines(OfFleet(times)), Lines(OfHost(times)));

  // Question 20: what would today's rule have said?
  const std::vector<std::string> hunt = {"hunt", rules_, "--json"};
  std::multiset<std::string> expected = Lines(OfHost(hunt, 0));
  EXPECT_EQ(Lines(OfFleet(hunt)), expected);
  const std::multiset<std::string> second = Lines(OfHost(hunt, 1));
  expected.insert(second.begin(), second.end());
  EXPECT_EQ(Lines(OfFleet(hunt, /*one_host=*/false)), expected);
  EXPECT_EQ(expected.size(), 4U);

  const std::string recording = folder_.File("fleet.vdt"), own = folder_.File("host.vdt");
  OfFleet({"record", "-o", recording});
  OfHost({"record", "-o", own});
  for (const char* run : {"", ".2"}) {
    const auto replay = [&](const std::string& file) {
      return Lines(Run({"replay", file + run, "--rules", rules_, "--output", "json"}, {}));
    };
    EXPECT_EQ(replay(recording), replay(own));
  }
}

TEST_F(FleetHistoryTest, ACaseOfTheFleetTellsWhatTheHostsTells) {
  const std::string id = absl::StrCat(kAlertOfHost, "0001");
  const std::string fleet = folder_.File("fleet.html"), own = folder_.File("own.html");
  OfFleet({"case", id.substr(0, 16), "-o", fleet}, /*one_host=*/false);
  OfHost({"case", id, "-o", own});
  const auto read = [&](const char* name) {
    const auto text = ReadFile(folder_.File(name), 1 << 24);
    EXPECT_TRUE(text.ok());
    return ordered_json::parse(*text, nullptr, false);
  };
  const ordered_json of_fleet = read("fleet.json"), of_host = read("own.json");
  for (const char* part : {"timeline", "files", "destinations", "tree", "process"}) {
    EXPECT_EQ(of_fleet[part], of_host[part]) << part;
  }
  EXPECT_TRUE(of_fleet["chain"].is_null());
  EXPECT_EQ(of_fleet["alert"]["chain_head"], of_host["alert"]["chain_head"]);
  EXPECT_EQ(of_fleet["alert"]["id"], id);
}

TEST_F(FleetHistoryTest, WhatIsNotClearIsSaid) {
  OfFleet({"tree", "0xb"}, /*one_host=*/false, ExitCode::kFailed);
  EXPECT_THAT(said_, HasSubstr("2 hosts have such a process (host-01, host-02)"));
  OfFleet({"record", "-o", folder_.File("x")}, /*one_host=*/false, ExitCode::kUsage);
  EXPECT_THAT(said_, HasSubstr("--host NAME"));
  Run({"verify"}, {"--fleet", server_->address()}, ExitCode::kUsage);
  EXPECT_THAT(said_, HasSubstr("vedette verify --head"));
  OfFleet({"case", "ffff0000"}, /*one_host=*/false, ExitCode::kFailed);
  EXPECT_THAT(said_, HasSubstr("no alert"));
  Run({"hunt", rules_}, {"--fleet", server_->address(), "--host", "nobody"}, ExitCode::kFailed);
  EXPECT_THAT(said_, HasSubstr("no events of nobody"));
  // Rows of a sender that gave no `more`.
  server_->Run(
      "INSERT INTO vedette.events (id, hostname, kind, time_ns, event_id, exec_id, pid, comm, path)"
      " VALUES ('1', 'old', 'file_open', 1, 10000000000001, '000000000000000b', 7, 'cat',"
      " '/etc/shadow')");
  Run({"hunt", rules_}, {"--fleet", server_->address(), "--host", "old"});
  EXPECT_THAT(said_, HasSubstr("without the column `more`"));
}

}  // namespace
}  // namespace vedette
