// SPDX-License-Identifier: Apache-2.0
//
// The example of docs/fleet.md as a reader starts it: docs/fleet/start.sh, a host with the
// configuration beside it, and questions to all hosts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "cli/config/config_files.h"
#include "cli/io.h"
#include "integrations/testing/child.h"
#include "tests/fleet/host.h"

namespace vedette {
namespace {

using testing::HasSubstr;

constexpr absl::string_view kConfigs[] = {"host-clickhouse", "host-nats", "host-kafka"};

std::string ConfigPath(absl::string_view name) {
  return absl::StrCat("docs/fleet/", name, ".yaml");
}

std::string TextOf(const std::string& path) { return ReadFile(path, 1 << 20).value_or(""); }

// The one sink of such a file, with `more` instead of what it says.
SinkOptions SinkOf(absl::string_view config, const SinkOptions& more) {
  const auto loaded = LoadConfig(ConfigPath(config));
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  if (!loaded.ok() || loaded->sinks.size() != 1) return {};
  SinkOptions options = loaded->sinks[0].options;
  options["events_every"] = "100ms";
  options.erase("heartbeat");  // Of no event: it is not in the store that is compared with.
  for (const auto& [name, value] : more) options[name] = value;
  return options;
}

std::string Ask(std::vector<std::string> arguments, uint16_t port) {
  arguments.insert(arguments.end(),
                   {"--fleet", absl::StrCat("clickhouse://127.0.0.1:", port, "/vedette")});
  CapturedIo io;
  EXPECT_EQ(RunCommandLine(arguments, io), ExitCode::kDone) << io.error();
  return io.out();
}

bool Within(absl::Duration time, const std::function<bool()>& holds) {
  const absl::Time end = absl::Now() + time;
  while (absl::Now() < end) {
    if (holds()) return true;
    absl::SleepFor(absl::Milliseconds(50));
  }
  return holds();
}

TEST(FleetExample, TheConfigurationsAreGood) {
  for (const absl::string_view config : kConfigs) {
    CapturedIo io;
    EXPECT_EQ(RunCommandLine({"config", "check", "--config", ConfigPath(config)}, io),
              ExitCode::kDone)
        << io.error();
    EXPECT_THAT(TextOf("docs/fleet.md"), HasSubstr(absl::StrCat("fleet/", config, ".yaml")));
  }
}

TEST(FleetExample, AHostIsAskedOverNats) {
  if (!ClickHouse::Exists()) GTEST_SKIP() << "clickhouse-server is missing: setup/servers.sh";
  if (FindProgram("nats-server").empty()) GTEST_SKIP() << "nats-server is missing";
  const TemporaryDirectory folder;
  const std::string log = folder.File("log"), own = folder.File("tmp");
  std::filesystem::create_directory(own);
  const uint16_t port = FreePort(), nats_port = FreePort();
  {
    Child example(
        {"/usr/bin/env", absl::StrCat("TMPDIR=", own), absl::StrCat("CLICKHOUSE_PORT=", port),
         absl::StrCat("NATS_PORT=", nats_port), "docs/fleet/start.sh"},
        log);
    ASSERT_TRUE(Within(absl::Minutes(2), [&] {
      return absl::StrContains(TextOf(log), "In other terminals");
    })) << TextOf(log);
    const SinkOptions options =
        SinkOf("host-nats", {{"address", absl::StrCat("127.0.0.1:", nats_port)}});
    Host host(1, folder.path());
    host.Start("nats", options);
    host.Live(0, 2);
    host.Live(1, 2);
    // A row that is none is in nobody's way.
    auto hostile = MakeEventSink("nats", options);
    ASSERT_TRUE(hostile.ok()) << hostile.status();
    const DeliveredEvent none = {.id = "0bad", .json = "'); DROP TABLE events; --"};
    EXPECT_TRUE(Within(absl::Minutes(2), [&] {  // Until there is a stream.
      return (*hostile)->DeliverEvents({&none, 1}, absl::Now() + absl::Seconds(30)).ok();
    }));
    // Nor is a value that begins in one message and ends in another.
    std::vector<DeliveredEvent> spanning;
    for (const absl::string_view json :
         {R"({"id":"evil","hostname":"evil","junk":[)", R"({"id":"victim1","hostname":"victim"})",
          ",", R"({"id":"victim2","hostname":"victim"})", "]}",
          R"({"id":"victim3","hostname":"victim"})"}) {
      spanning.push_back({.id = absl::StrCat("span", spanning.size()), .json = std::string(json)});
    }
    EXPECT_TRUE((*hostile)->DeliverEvents(spanning, absl::Now() + absl::Seconds(30)).ok());
    ASSERT_TRUE(Within(absl::Minutes(2), [&] { return host.IsDone(); }));
    ASSERT_TRUE(Within(absl::Minutes(2), [&] {
      return absl::StrContains(Ask({"alerts", "list"}, port), "Read of credentials");
    })) << TextOf(log);
    EXPECT_TRUE(Within(absl::Minutes(1), [&] {
      return absl::StrContains(Ask({"who-contacted", "203.0.113.1", "--json"}, port),
                               "\"host\":\"host-01\"");
    })) << TextOf(log);
    EXPECT_TRUE(Within(absl::Minutes(1), [&] {
      return absl::StrContains(TextOf(log), "a row is refused");
    })) << TextOf(log);
    const std::string rows =
        "SELECT 'rows ' || toString(uniqExact(id)) FROM events WHERE hostname = ";
    EXPECT_TRUE(Within(absl::Minutes(1), [&] {
      return absl::StrContains(Ask({"query", absl::StrCat(rows, "'victim'")}, port), "rows 3");
    })) << TextOf(log);
    EXPECT_THAT(Ask({"query", absl::StrCat(rows, "'evil'")}, port), HasSubstr("rows 0"));
    // As the page writes it.
    const std::string page = TextOf("docs/fleet.md");
    const size_t begin = page.find("\"SELECT exe_path, hostname");
    ASSERT_NE(begin, std::string::npos);
    std::string sql = page.substr(begin + 1, page.find('"', begin + 1) - begin - 1);
    sql.erase(std::remove(sql.begin(), sql.end(), '\\'), sql.end());
    EXPECT_THAT(Ask({"query", sql}, port), HasSubstr("/tmp/x"));
    host.Stop();
    example.Terminate();
  }
  EXPECT_TRUE(std::filesystem::is_empty(own)) << "it left files behind";
}

}  // namespace
}  // namespace vedette
