// SPDX-License-Identifier: Apache-2.0
#include "integrations/fleet/fleet_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/temporary_directory.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(FleetAddressTest, PartsAreWhereTheyBelong) {
  unsetenv("CLICKHOUSE_PASSWORD");
  const auto plain = ParseFleetAddress("clickhouse://ch.example.org/vedette");
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->http.url, "http://ch.example.org:8123");
  EXPECT_EQ(plain->database, "vedette");
  EXPECT_FALSE(plain->http.password.given());
  const auto tls =
      ParseFleetAddress("clickhouses://reader@[::1]:9443/v_2?ca_file=/etc/a%20b.pem&cert_file=/c");
  ASSERT_TRUE(tls.ok()) << tls.status();
  EXPECT_EQ(tls->http.url, "https://[::1]:9443");
  EXPECT_EQ(tls->http.user, "reader");
  EXPECT_EQ(tls->http.ca_path, "/etc/a b.pem");
  EXPECT_EQ(tls->http.cert_path, "/c");
  EXPECT_TRUE(tls->http.verify);
}

TEST(FleetAddressTest, ThePasswordComesFromTheEnvironmentOrAFile) {
  setenv("CLICKHOUSE_PASSWORD", "hunter2", 1);
  const auto from_environment = ParseFleetAddress("clickhouse://reader@h/vedette");
  ASSERT_TRUE(from_environment.ok());
  EXPECT_EQ(from_environment->http.password.Read()->Reveal(), "hunter2");
  unsetenv("CLICKHOUSE_PASSWORD");
  const TemporaryDirectory folder;
  const std::string path = folder.File("fleet");
  ASSERT_TRUE(WriteFileAtomically(path, "clickhouses://reader:hun%3Ater2@h/vedette\n").ok());
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  const auto from_file = ParseFleetAddress("file:" + path);
  ASSERT_TRUE(from_file.ok()) << from_file.status();
  EXPECT_THAT(from_file->http.headers,
              testing::Contains(testing::Pair("X-ClickHouse-Key", "hun:ter2")));
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  EXPECT_FALSE(ParseFleetAddress("file:" + path).ok()) << "others may read it";
}

TEST(FleetAddressTest, MistakesAreNamedAndNoPasswordIs) {
  struct Case {
    const char* text;
    const char* why;
  };
  const Case kCases[] = {
      {"clickhouse://u:hunter2@h/vedette", "seen by everybody"},
      {"https://h/vedette", "no such kind of fleet"},
      {"clickhouse:///vedette", "no host"},
      {"clickhouse://h", "the database is letters"},
      {"clickhouse://h/a;b", "the database is letters"},
      {"clickhouse://h/vedette?hunter2=/x", "expected ca_file"},
      {"clickhouse://h/vedette?ca_file=x", "an absolute path"},
      {"clickhouse://%4@h/vedette", "a % without two digits"},
      {"env:VEDETTE_NO_SUCH_VARIABLE", "VEDETTE_NO_SUCH_VARIABLE"},
  };
  for (const Case& c : kCases) {
    const auto status = ParseFleetAddress(c.text).status();
    EXPECT_FALSE(status.ok()) << c.text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.why)) << c.text;
    if (std::string(c.text).find(":hunter2") != std::string::npos) {
      EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hunter2")));
    }
  }
}

}  // namespace
}  // namespace vedette
