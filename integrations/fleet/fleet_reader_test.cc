// SPDX-License-Identifier: Apache-2.0
//
// Against a server that answers as ClickHouse does; tests/fleet asks a real one.
#include "integrations/fleet/fleet_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "integrations/testing/certificates.h"
#include "integrations/testing/http_peer.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  absl::StatusOr<QueryEnd> end;
  std::vector<std::string> names, values;
};

Read ReadAll(absl::string_view text, uint64_t rows_max = 100) {
  Read read;
  read.end = ReadTabSeparated(
      text, rows_max,
      [&](absl::Span<const std::string> names) { read.names.assign(names.begin(), names.end()); },
      [&](absl::Span<const SqlValue> row) {
        for (const SqlValue& value : row) {
          read.values.push_back(
              value.type == SqlValue::Type::kNull      ? "NULL"
              : value.type == SqlValue::Type::kInteger ? absl::StrCat("#", value.integer)
              : value.type == SqlValue::Type::kReal    ? absl::StrCat("~", value.real)
                                                       : std::string(value.bytes));
        }
        return true;
      });
  return read;
}

TEST(ReadTabSeparatedTest, ValuesHaveTheirTypesAndEveryByte) {
  const Read read = ReadAll(
      "host\tn\tr\tmaybe\tlarge\nString\tInt64\tFloat64\tNullable(Int64)\tUInt64\n"
      "a\\tb\\n\\\\c\\'\\0\t-5\t1.5\t\\N\t18446744073709551615\n");
  ASSERT_TRUE(read.end.ok()) << read.end.status();
  EXPECT_THAT(read.names, ElementsAre("host", "n", "r", "maybe", "large"));
  EXPECT_THAT(read.values, ElementsAre(std::string("a\tb\n\\c'\0", 8), "#-5", "~1.5", "NULL",
                                       "18446744073709551615"));
  EXPECT_EQ(read.end->rows, 1U);
  EXPECT_FALSE(read.end->more);
}

TEST(ReadTabSeparatedTest, TheLimitIsKeptAndWhatIsNoTableIsRefused) {
  const Read limited = ReadAll("n\nInt8\n1\n2\n3\n", 2);
  EXPECT_EQ(limited.end->rows, 2U);
  EXPECT_TRUE(limited.end->more);
  EXPECT_TRUE(ReadAll("n\nInt8\n").end.ok());
  for (const char* text : {"", "n\n", "n\nInt8\n1", "n\nInt8\n1\t2\n", "<html>"}) {
    EXPECT_FALSE(ReadAll(text).end.ok()) << text;
  }
  const Read failed =
      ReadAll("a\tb\nInt8\tInt8\nCode: 1, DB::Exception: no memory, e.what() = x\n");
  EXPECT_THAT(std::string(failed.end.status().message()), HasSubstr("no memory"));
}

TEST(FleetTextTest, NoByteIsReadAsSql) {
  EXPECT_EQ(FleetText("'); DROP--\\"), "unhex('27293b2044524f502d2d5c')");
  EXPECT_EQ(FleetText(""), "unhex('')");
}

TEST(FleetReaderTest, AsksReadOnlyAndTellsWhatTheServerSays) {
  PeerAnswer answer{.body = "n\nUInt8\n7\n"};
  HttpPeer peer([&](const PeerRequest&) { return answer; });
  auto reader = FleetReader::Open(
      absl::StrCat("clickhouse://", absl::StripPrefix(peer.url(), "http://"), "/vedette"));
  ASSERT_TRUE(reader.ok()) << reader.status();
  const auto ask = [&] {
    return reader->Query(
        "SELECT 7 AS n", {.rows_max = 10}, [](absl::Span<const std::string>) {},
        [](absl::Span<const SqlValue> row) { return row[0].integer == 7; });
  };
  ASSERT_TRUE(ask().ok());
  const PeerRequest request = peer.requests()[0];
  EXPECT_EQ(request.body, "SELECT 7 AS n");
  for (const char* part : {"database=vedette&", "readonly=2&", "max_result_rows=11&"}) {
    EXPECT_THAT(request.target, HasSubstr(part));
  }
  answer = {.status = 500,
            .body = "Code: 62, e.displayText() = DB::Exception: Syntax \x1b[2J, e.what() = x"};
  const auto mistake = ask().status();
  EXPECT_TRUE(absl::IsInvalidArgument(mistake));
  EXPECT_THAT(std::string(mistake.message()), HasSubstr("Syntax"));
  EXPECT_EQ(std::string(mistake.message()).find('\x1b'), std::string::npos);
  answer = {.status = 401, .body = "Code: 193, DB::Exception: Wrong password"};
  EXPECT_TRUE(absl::IsPermissionDenied(ask().status()));
  answer = {.status = 302, .body = ""};
  EXPECT_TRUE(absl::IsUnavailable(ask().status()));
}

TEST(FleetReaderTest, NothingIsAskedOfWhomTheCertificateDoesNotVouchFor) {
  const Certificates& files = TestCertificates();
  HttpPeer peer([](const PeerRequest&) { return PeerAnswer{.body = "n\nUInt8\n7\n"}; },
                {.cert_path = files.Path("server"), .key_path = files.Key("server")});
  const auto ask = [&](const char* authority) {
    auto reader =
        FleetReader::Open(absl::StrCat("clickhouses://", absl::StripPrefix(peer.url(), "https://"),
                                       "/vedette?ca_file=", files.Path(authority)));
    EXPECT_TRUE(reader.ok()) << reader.status();
    return reader->Query(
        "SELECT 7", {}, [](absl::Span<const std::string>) {},
        [](absl::Span<const SqlValue>) { return true; });
  };
  EXPECT_TRUE(absl::IsUnavailable(ask("other_ca").status()));
  EXPECT_TRUE(peer.requests().empty());
  const auto right = ask("ca");
  EXPECT_TRUE(right.ok()) << right.status();
}

}  // namespace
}  // namespace vedette
