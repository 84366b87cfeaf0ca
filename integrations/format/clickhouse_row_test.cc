// SPDX-License-Identifier: Apache-2.0
#include "integrations/format/clickhouse_row.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/time/time.h"
#include "integrations/format/json.h"
#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

TEST(ClickHouseRow, AnAlertIsOneLineWithItsJsonInAColumn) {
  const Alert alert = SampleAlert();
  std::string line;
  AppendClickHouseRow(alert, line);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto row = nlohmann::json::parse(line);
  EXPECT_EQ(row["id"], alert.id);
  EXPECT_EQ(row["time"], absl::FormatTime("%Y-%m-%d %H:%M:%S", alert.time, absl::UTCTimeZone()));
  EXPECT_EQ(row["time_ns"], absl::ToUnixNanos(alert.time));
  EXPECT_EQ(row["alert"], FormatJson(alert));
}

// A process names its host and its files: neither is taken for the row's time or its end.
TEST(ClickHouseRow, AnEventKeepsEveryKeyAndItsTimeIsThatOfTheTable) {
  const DeliveredEvent event{
      .id = "1",
      .hostname = R"(h","time":"x)",
      .kind = "file_open",
      .time = absl::FromUnixSeconds(1'700'000'000),
      .json = R"({"id":"1","hostname":"h\",\"time\":\"x","kind":"file_open",)"
              R"("time":"2023-11-14T22:13:20.000000000Z","time_ns":1,"path":"}\n","ino":7})",
      .more = R"({"ino":7})"};
  std::string line;
  AppendClickHouseRow(event, line);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto row = nlohmann::json::parse(line);
  EXPECT_EQ(row["hostname"], event.hostname);
  EXPECT_EQ(row["time"], "2023-11-14 22:13:20");
  EXPECT_EQ(row["path"], "}\n");
  EXPECT_EQ(row["ino"], 7);
  EXPECT_EQ(row["more"], R"({"ino":7})");
}

TEST(ClickHouseRow, AGapHasNothingMore) {
  const DeliveredEvent gap{.id = "1",
                           .hostname = "h",
                           .kind = "gap",
                           .time = absl::UnixEpoch(),
                           .json = R"({"id":"1","time":"1970-01-01T00:00:00.000000000Z"})"};
  std::string line;
  AppendClickHouseRow(gap, line);
  EXPECT_EQ(line, R"({"id":"1","time":"1970-01-01 00:00:00"})");
}

}  // namespace
}  // namespace vedette
