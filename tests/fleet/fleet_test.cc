// SPDX-License-Identifier: Apache-2.0
//
// Many hosts deliver alerts and events into one ClickHouse that is killed meanwhile, as some of
// them are: everything is there in the end, and asking all hosts at once gives what asking each
// store gives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "cli/fleet_question.h"
#include "cli/io.h"
#include "integrations/delivery/event_json.h"
#include "sensor/schema/schema.h"
#include "storage/tables.h"
#include "tests/fleet/clickhouse.h"
#include "tests/fleet/host.h"
#include "tests/fleet/questions.h"
#include "tests/fleet/way.h"

namespace vedette {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

constexpr int kParts = 6;

int Hosts() {
  const char* text = getenv("VEDETTE_FLEET_HOSTS");
  int hosts = 5;
  if (text != nullptr) CHECK(absl::SimpleAtoi(text, &hosts));
  return hosts;
}

std::string Vedette(std::vector<std::string> arguments, const std::vector<std::string>& more,
                    ExitCode expected = ExitCode::kDone) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  CapturedIo io;
  EXPECT_EQ(RunCommandLine(arguments, io), expected) << absl::StrJoin(arguments, " ") << "\n"
                                                     << io.error();
  return expected == ExitCode::kDone ? io.out() : io.error();
}

// As texts, with what a store calls NULL and the fleet 0 or empty made alike.
std::string Plain(const ordered_json& value) {
  if (value.is_null()) return "";
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  return text == "0" ? "" : text;
}

using Rows = std::multiset<std::string>;

// Rows of an answer; `keys` empty: all columns, in their order.
Rows RowsOf(const std::string& answer, const std::string& host, std::set<std::string> keys) {
  Rows rows;
  for (const absl::string_view line : absl::StrSplit(answer, '\n', absl::SkipEmpty())) {
    const auto row = ordered_json::parse(line.begin(), line.end(), nullptr, false);
    EXPECT_TRUE(row.is_object()) << line;
    std::string text = host.empty() ? "" : absl::StrCat(host, "|");
    for (const auto& [key, value] : row.items()) {
      const bool is_host = key == "host" || key == "hostname";
      if (is_host || keys.empty() || keys.contains(key)) absl::StrAppend(&text, Plain(value), "|");
    }
    rows.insert(text);
  }
  return rows;
}

std::set<std::string> KeysOf(const std::string& answer) {
  std::set<std::string> keys;
  const std::string line = answer.substr(0, answer.find('\n'));
  const auto row = ordered_json::parse(line, nullptr, false);
  if (row.is_object()) {
    for (const auto& [key, value] : row.items()) keys.insert(key);
  }
  return keys;
}

class FleetTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!ClickHouse::Exists()) GTEST_SKIP() << "clickhouse-server is missing: setup/servers.sh";
    server_ = std::make_unique<ClickHouse>(folder_.path());
    server_->Start();
    server_->MakeTables();
    std::string why;
    way_ = MakeWay(WayName(), *server_, folder_.path(), why);
    if (way_ == nullptr) GTEST_SKIP() << why;
  }

  // All hosts live, and what they deliver to dies now and then.
  void LiveAndDeliver() {
    for (int i = 1; i <= Hosts(); ++i) hosts_.push_back(std::make_unique<Host>(i, folder_.path()));
    for (const auto& host : hosts_) host->Start(*way_);
    for (int part = 0; part < kParts; ++part) {
      for (const auto& host : hosts_) host->Live(part, kParts);
      absl::SleepFor(absl::Milliseconds(300));
      if (part == 1 || part == 4) {
        server_->Kill();
        absl::SleepFor(absl::Milliseconds(500));
        server_->Start();
      }
      if (part == 3) way_->BreakOff();
      if (part != 2) continue;
      for (size_t i = 0; i < hosts_.size(); i += 3) {
        hosts_[i]->Kill();
        hosts_[i]->Start(*way_);
      }
    }
    const absl::Time end = absl::Now() + absl::Minutes(10);
    for (const auto& host : hosts_) {
      while (!host->IsDone() && absl::Now() < end) absl::SleepFor(absl::Milliseconds(20));
      EXPECT_TRUE(host->IsDone()) << host->name() << " has not delivered everything";
      EXPECT_EQ(host->lost(), 0U) << host->name();
    }
    uint64_t sent = 0;
    for (const auto& host : hosts_) sent += host->events() + host->alerts();
    while (Arrived() < sent && absl::Now() < end) absl::SleepFor(absl::Milliseconds(200));
    for (const auto& host : hosts_) host->Stop();  // Of fifty, their threads cost most of the time.
  }

  // Events and alerts, each once.
  uint64_t Arrived() {
    return Number("SELECT count(DISTINCT id) FROM vedette.events WHERE kind != 'gap'") +
           Number("SELECT count(DISTINCT id) FROM vedette.alerts");
  }

  uint64_t Number(const std::string& sql) {
    uint64_t number = 0;
    EXPECT_TRUE(absl::SimpleAtoi(absl::StripAsciiWhitespace(server_->Run(sql)), &number)) << sql;
    return number;
  }

  const TemporaryDirectory folder_;
  std::unique_ptr<ClickHouse> server_;
  std::unique_ptr<Way> way_;
  std::vector<std::unique_ptr<Host>> hosts_;
};

TEST_F(FleetTest, EverythingArrivesAndAskingAllGivesWhatEachGives) {
  const absl::Time begin = absl::Now();
  LiveAndDeliver();
  if (HasFailure()) return;
  std::cout << Hosts() << " hosts, by " << WayName() << ": delivered in "
            << absl::ToInt64Seconds(absl::Now() - begin) << " s\n";
  uint64_t events = 0, alerts = 0;
  for (const auto& host : hosts_) {
    events += host->events();
    alerts += host->alerts();
  }
  EXPECT_EQ(Number("SELECT count(DISTINCT id) FROM vedette.events WHERE kind != 'gap'"), events);
  EXPECT_EQ(Number("SELECT count(DISTINCT id) FROM vedette.alerts"), alerts);
  const uint64_t most = Number(
      "SELECT max(n) FROM (SELECT id, count() AS n FROM vedette.events GROUP BY id UNION ALL"
      " SELECT id, count() AS n FROM vedette.alerts GROUP BY id)");
  EXPECT_LE(most, way_->times_max());
  std::cout << events << " events and " << alerts << " alerts; none more often than " << most
            << " times\n";

  const std::map<int, std::string> documented = DocumentedSql();
  const std::vector<std::string> of_fleet = {"--fleet", server_->address()};
  for (const Question& question : Questions()) {
    SCOPED_TRACE(absl::StrCat("question ", question.number, ": ", question.of_host[0]));
    const bool is_query = question.of_host[0] == "query";
    const std::vector<std::string> form =
        is_query ? std::vector<std::string>{"--format", "json", "--limit", "1000000"}
                 : std::vector<std::string>{"--json", "--limit", "1000000"};
    std::vector<std::string> ask = question.of_fleet;
    for (std::string& argument : ask) {
      if (argument != "$FLEET_SQL") continue;
      ASSERT_TRUE(documented.contains(question.number)) << "not in docs/fleet.md";
      argument = documented.at(question.number);
    }
    ask.insert(ask.end(), form.begin(), form.end());
    const std::string answer = Vedette(ask, of_fleet);
    std::set<std::string> keys;
    Rows expected;
    for (const auto& host : hosts_) {
      std::vector<std::string> of_host = question.of_host;
      of_host.insert(of_host.end(), form.begin(), form.end());
      const std::string own = Vedette(of_host, {"--store", host->store()});
      if (!is_query && keys.empty()) {  // Columns that both have; identities are written otherwise.
        const std::set<std::string> fleet_keys = KeysOf(answer);
        for (const std::string& key : KeysOf(own)) {
          if (fleet_keys.contains(key) && key != "exec_id") keys.insert(key);
        }
        EXPECT_GE(keys.size(), 4U);
      }
      const Rows rows = RowsOf(own, host->name(), keys);
      EXPECT_GE(rows.size(), question.rows_min) << host->name();
      expected.insert(rows.begin(), rows.end());
    }
    EXPECT_EQ(RowsOf(answer, "", keys), expected);
  }
}

TEST_F(FleetTest, TheNewestAlertsOfAllHosts) {
  for (int i = 1; i <= 3; ++i) {
    server_->Run(absl::StrCat(
        "INSERT INTO vedette.alerts (id, hostname, time, time_ns, rule, priority, severity) VALUES"
        " ('0",
        i, "', 'host-", i, "', ", 1'700'000'000 + i, ", ", 1'700'000'000 + i, "000000000, 'Rule ",
        i, "', 'Warning', 4)"));
  }
  const std::vector<std::string> of_fleet = {"--fleet", server_->address()};
  const auto list = [&](std::vector<std::string> more) {
    std::vector<std::string> ask = {"alerts", "list", "--output", "json"};
    ask.insert(ask.end(), more.begin(), more.end());
    std::vector<std::string> hosts;
    for (const absl::string_view line :
         absl::StrSplit(Vedette(ask, of_fleet), '\n', absl::SkipEmpty())) {
      hosts.push_back(ordered_json::parse(line.begin(), line.end())["host"]);
    }
    return hosts;
  };
  EXPECT_THAT(list({}), testing::ElementsAre("host-1", "host-2", "host-3"));
  EXPECT_THAT(list({"--limit", "2"}), testing::ElementsAre("host-2", "host-3"));
  EXPECT_THAT(list({"--rule", "rule 2"}), testing::ElementsAre("host-2"));
  EXPECT_THAT(list({"--priority", "Critical"}), testing::IsEmpty());
  EXPECT_THAT(list({"--host", "host-1"}), testing::ElementsAre("host-1"));
  EXPECT_THAT(list({"--since", "2023-11-14T22:13:23Z"}), testing::ElementsAre("host-3"));
}

TEST_F(FleetTest, WhatIsNamedIsNeverReadAsSqlAndNothingIsWritten) {
  server_->Run(
      "INSERT INTO vedette.events (hostname, kind, time_ns, exec_id, path) VALUES"
      " ('h', 'file_open', 1, '000000000000000b', unhex('2F27293B202D2D5C'))");
  const std::string hostile = "');DROP TABLE vedette.events;--\\";
  const std::vector<std::string> of_fleet = {"--fleet", server_->address()};
  EXPECT_EQ(Vedette({"who-touched", hostile, "--csv"}, of_fleet),
            "host,time,kind,name,pid,uid,path,exec_id\n");
  EXPECT_THAT(Vedette({"who-touched", "/');" + std::string(" --\\"), "--json"}, of_fleet),
              HasSubstr("\"host\":\"h\""));
  EXPECT_THAT(Vedette({"who-contacted", hostile + "."}, of_fleet, ExitCode::kUsage),
              HasSubstr("is neither an address"));
  EXPECT_EQ(Vedette({"gaps", "--host", hostile, "--json"}, of_fleet), "");
  EXPECT_THAT(Vedette({"timeline", hostile}, of_fleet, ExitCode::kFailed), HasSubstr("no process"));
  EXPECT_EQ(Vedette({"alerts", "list", "--rule", hostile, "--output", "json"}, of_fleet), "");
  EXPECT_THAT(Vedette({"query", "DROP TABLE events"}, of_fleet, ExitCode::kFailed),
              HasSubstr("readonly"));
  EXPECT_THAT(Vedette({"query", "SELECT nothing"}, of_fleet, ExitCode::kFailed),
              HasSubstr("nothing"));
  EXPECT_EQ(Number("SELECT count() FROM vedette.events"), 1U);
  EXPECT_THAT(Vedette({"gaps"}, {"--fleet", "clickhouse://u:hunter2@h/vedette"}, ExitCode::kFailed),
              testing::AllOf(HasSubstr("CLICKHOUSE_PASSWORD"), testing::Not(HasSubstr("hunter2"))));
}

// A column that the table has must be one that a store has, with the same kind of value.
TEST_F(FleetTest, TheTableOfEventsHasColumnsOfTheStore) {
  const std::string columns = server_->Run(
      "SELECT name, type FROM system.columns WHERE database = 'vedette' AND table = 'events'");
  const std::set<std::string> ours = {"id",
                                      "hostname",
                                      "kind",
                                      "time",
                                      "event_id",
                                      "object",
                                      "gap_stage",
                                      "gap_kind",
                                      "gap_count",
                                      "gap_end_ns",
                                      "dns_name",
                                      "parent_name",
                                      "process_start_ns",
                                      "more"};
  std::map<std::string, bool> is_text_in_store;
  for (const KindInfo& kind : Kinds()) {
    for (const EventColumn& column : EventColumns(kind.kind)) {
      is_text_in_store[column.name] = column.IsText();
    }
  }
  size_t compared = 0;
  for (const absl::string_view line : absl::StrSplit(columns, '\n', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> column = absl::StrSplit(line, '\t');
    // What has no column is in `more`: nothing is there twice, and nothing is in neither.
    const bool is_row = column.first == "object" || column.first == "id" || column.first == "time";
    if (is_text_in_store.contains(column.first) && !is_row && column.first != "time_ns") {
      EXPECT_TRUE(IsFleetColumn(column.first)) << column.first;
    }
    if (ours.contains(column.first)) continue;
    ASSERT_TRUE(is_text_in_store.contains(column.first)) << column.first;
    const bool is_text = is_text_in_store[column.first] || column.first.ends_with("exec_id");
    EXPECT_EQ(column.second == "String", is_text) << column.first;
    ++compared;
  }
  EXPECT_GT(compared, 30U);
  // `who-touched` and `who-contacted` ask the same of the fleet as of a store.
  const std::set<absl::string_view> paths(FleetPathColumns().begin(), FleetPathColumns().end());
  for (const KindInfo& kind : Kinds()) {
    for (const Member& member : kind.members) {
      if (member.shape == MemberShape::kText && member.type == FieldType::kPath) {
        EXPECT_TRUE(paths.contains(member.name)) << kind.name << "." << member.name;
      }
      if (member.type == FieldType::kAddress) {
        EXPECT_TRUE(member.name == "remote_address" || member.name == "local_address");
      }
    }
  }
  for (const absl::string_view path : paths) {
    EXPECT_THAT(columns, HasSubstr(absl::StrCat(path, "\tString\n")));
  }
}

}  // namespace
}  // namespace vedette
