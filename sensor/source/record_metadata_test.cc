// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sensor/source/record_file.h"

namespace vedette {
namespace {

TEST(HostMetadataTest, ComesBack) {
  HostMetadata host;
  host.hostname = "web-1";
  host.boot_id = "8d3c";
  host.wall_minus_boot_ns = -5;
  host.users = {{0, "root"}, {4294967295, "nobody"}};
  host.groups = {{0, "root"}, {27, "sudo"}};
  host.missing = "what nobody kept";
  const auto again = ParseHostMetadata(FormatHostMetadata(host));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->hostname, host.hostname);
  EXPECT_EQ(again->boot_id, host.boot_id);
  EXPECT_EQ(again->wall_minus_boot_ns, host.wall_minus_boot_ns);
  EXPECT_EQ(again->users, host.users);
  EXPECT_EQ(again->groups, host.groups);
  EXPECT_EQ(again->missing, host.missing);
}

TEST(HostMetadataTest, NothingIsSaidOfWhatIsMissingWhereNothingIs) {
  EXPECT_EQ(FormatHostMetadata(HostMetadata()).find("missing"), std::string::npos);
}

TEST(HostMetadataTest, NameThatIsNotUtf8IsReplaced) {
  HostMetadata host;
  host.users = {{1, "a\xff"}};
  const auto again = ParseHostMetadata(FormatHostMetadata(host));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->users.at(1), "a\xef\xbf\xbd");
}

constexpr char kGood[] = R"("hostname":"h","boot_id":"b","wall_minus_boot_ns":1)";

TEST(HostMetadataTest, UnknownKeysAreSkippedWithAllThatTheyHold) {
  const auto host = ParseHostMetadata(
      std::string("{") + kGood + R"(,"new":{"users":{"1":"no"},"x":[1,{"2":"no"},null]},"y":1.5,)" +
      R"("users":{"7":"yes"}})");
  ASSERT_TRUE(host.ok()) << host.status();
  EXPECT_EQ(host->users.size(), 1U);
  EXPECT_EQ(host->users.at(7), "yes");
}

TEST(HostMetadataTest, HostileTextIsRefused) {
  const std::string good = kGood;
  const std::string deep(1 << 20, '[');
  const std::string cases[] = {
      "",
      "{",
      "[]",
      "7",
      "null",
      "\"x\"",
      "{}",
      "nonsense",
      "{" + good,
      "{" + good + "}x",
      "{\"hostname\":\"h\"}",
      R"({"hostname":7,"boot_id":"b","wall_minus_boot_ns":1})",
      R"({"hostname":"h","boot_id":{},"wall_minus_boot_ns":1})",
      R"({"hostname":"h","boot_id":"b","wall_minus_boot_ns":"1"})",
      R"({"hostname":"h","boot_id":"b","wall_minus_boot_ns":18446744073709551615})",
      R"({"hostname":"h","boot_id":"b","wall_minus_boot_ns":1e999})",
      "{" + good + R"(,"users":[]})",
      "{" + good + R"(,"users":7})",
      "{" + good + R"(,"users":null})",
      "{" + good + R"(,"users":{"0":7}})",
      "{" + good + R"(,"users":{"-1":"x"}})",
      "{" + good + R"(,"users":{"4294967296":"x"}})",
      "{" + good + R"(,"users":{"0":{}}})",
      "{" + good + R"(,"users":{"0":["x"]}})",
      "{" + good + ",\"x\":" + deep,
      deep,
      "{\"hostname\":\"" + std::string(5000, 'x') + "\"}",
      "{\"hostname\":\"\xff\"}",
  };
  for (const std::string& text : cases) {
    const auto host = ParseHostMetadata(text);
    EXPECT_EQ(host.status().code(), absl::StatusCode::kInvalidArgument) << text.substr(0, 200);
    EXPECT_LT(host.status().message().size(), 200U);
  }
}

}  // namespace
}  // namespace vedette
