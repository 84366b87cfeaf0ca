// SPDX-License-Identifier: Apache-2.0
//
// Against the real Alertmanager.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "integrations/format/sample_alert.h"
#include "integrations/net/http_client.h"
#include "integrations/sinks/registry.h"
#include "integrations/testing/child.h"

namespace vedette {
namespace {

absl::Time Soon() { return absl::Now() + absl::Seconds(10); }

TEST(AlertmanagerTest, TheRealOneShowsWhatItWasSent) {
  const std::string program = FindProgram("prometheus-alertmanager");
  if (program.empty()) GTEST_SKIP() << "prometheus-alertmanager is missing: run setup/servers.sh";
  const TemporaryDirectory folder;
  const uint16_t port = FreePort();
  ASSERT_TRUE(WriteFileAtomically(folder.File("am.yml"),
                                  "route: {receiver: none}\nreceivers: [{name: none}]\n")
                  .ok());
  const auto command = std::vector<std::string>{
      program, "--config.file=" + folder.File("am.yml"), "--storage.path=" + folder.File("data"),
      absl::StrCat("--web.listen-address=127.0.0.1:", port), "--cluster.listen-address="};
  std::optional<Child> server;
  server.emplace(command, folder.File("log"));
  ASSERT_TRUE(AwaitPort(port));
  const std::string url = absl::StrCat("http://127.0.0.1:", port);
  auto sink = MakeSink("alertmanager", {{"url", url}, {"compression", "none"}});
  ASSERT_TRUE(sink.ok());
  std::vector<Alert> batch = {SampleAlert(), HostileAlert(), SampleSequenceAlert()};
  for (size_t i = 0; i < batch.size(); ++i) {
    batch[i].id = absl::StrCat("a", i);
    batch[i].time = absl::Now();
  }
  for (int twice = 0; twice < 2; ++twice) {
    const absl::Status status = (*sink)->Deliver(batch, Soon());
    ASSERT_TRUE(status.ok()) << status;
  }
  HttpSettings settings;
  settings.url = url;
  HttpClient client(std::move(settings));
  std::set<std::string> ids;
  size_t count = 0;
  const bool shown = [&] {
    for (int i = 0; i < 100; ++i) {
      const auto response = client.Send({.method = "GET", .path = "/api/v2/alerts"}, Soon());
      const auto alerts =
          nlohmann::json::parse(response.ok() ? response->body : "", nullptr, false);
      count = alerts.is_array() ? alerts.size() : 0;
      if (count < batch.size()) {
        absl::SleepFor(absl::Milliseconds(50));
        continue;
      }
      for (const auto& alert : alerts) ids.insert(alert["labels"]["alert_id"].get<std::string>());
      return true;
    }
    return false;
  }();
  EXPECT_TRUE(shown);
  EXPECT_EQ(ids, (std::set<std::string>{"a0", "a1", "a2"}));
  EXPECT_EQ(count, 3U) << "sent twice, there once";
  server->Kill();
  EXPECT_TRUE(absl::IsUnavailable((*sink)->Deliver(batch, Soon())));
  server.emplace(command, folder.File("log"));
  ASSERT_TRUE(AwaitPort(port));
  EXPECT_TRUE((*sink)->Deliver(batch, Soon()).ok());
}

}  // namespace
}  // namespace vedette
