// SPDX-License-Identifier: Apache-2.0
#include "tests/fleet/clickhouse.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/file.h"
#include "integrations/net/http_client.h"

namespace vedette {
namespace {

constexpr absl::string_view kUsers = R"(<yandex>
  <profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile><quota>default</quota></default></users>
  <quotas><default></default></quotas>
</yandex>
)";

}  // namespace

ClickHouse::ClickHouse(std::string folder) : folder_(std::move(folder)) {
  const std::string config = absl::StrCat(
      "<yandex><logger><level>warning</level><console>1</console></logger>"
      "<listen_host>127.0.0.1</listen_host><http_port>",
      port_, "</http_port><tcp_port>", tcp_port_, "</tcp_port><path>", folder_,
      "/data/</path><tmp_path>", folder_, "/tmp/</tmp_path><users_config>", folder_,
      "/users.xml</users_config><default_profile>default</default_profile>"
      "<default_database>default</default_database><mark_cache_size>67108864</mark_cache_size>"
      "</yandex>\n");
  CHECK(WriteFileAtomically(absl::StrCat(folder_, "/config.xml"), config).ok());
  CHECK(WriteFileAtomically(absl::StrCat(folder_, "/users.xml"), kUsers).ok());
}

std::string ClickHouse::url() const { return absl::StrCat("http://127.0.0.1:", port_); }

std::string ClickHouse::address() const {
  return absl::StrCat("clickhouse://127.0.0.1:", port_, "/vedette");
}

void ClickHouse::Start() {
  server_.emplace(std::vector<std::string>{FindProgram("clickhouse-server"),
                                           absl::StrCat("--config-file=", folder_, "/config.xml")},
                  absl::StrCat(folder_, "/log"));
  CHECK(AwaitPort(port_)) << "see " << folder_ << "/log";
}

std::string ClickHouse::Run(const std::string& sql) const {
  HttpSettings settings;
  settings.url = url();
  settings.compress = false;
  HttpClient client(settings);
  const auto answer = client.Send({.path = "/?query=", .content_type = "text/plain", .body = sql},
                                  absl::Now() + absl::Minutes(1));
  CHECK(answer.ok()) << answer.status().message();
  CHECK(answer->status == 200) << answer->body << "\n" << sql;
  return answer->body;
}

void ClickHouse::MakeTables() {
  const auto text = ReadFile("docs/clickhouse.sql", 1 << 20);
  CHECK(text.ok()) << "run this from the root of the sources";
  std::string sql;
  for (const absl::string_view line : absl::StrSplit(*text, '\n')) {
    if (!absl::StartsWith(line, "--")) absl::StrAppend(&sql, line, "\n");
  }
  for (const absl::string_view statement : absl::StrSplit(sql, ';', absl::SkipWhitespace())) {
    Run(std::string(statement));
  }
}

}  // namespace vedette
