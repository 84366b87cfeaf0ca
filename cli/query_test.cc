// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/test_store.h"

namespace vedette {
namespace {

using testing::HasSubstr;

class QueryTest : public StoreCommandTest {
 protected:
  void SetUp() override { MakeStore({}); }
  ExitCode Query(std::vector<std::string> arguments, CapturedIo& io) {
    return Ask("query", std::move(arguments), io);
  }
};

constexpr char kSql[] = "SELECT 1 AS one, 'a\"b' || char(27) AS text, NULL AS none";

TEST_F(QueryTest, NumbersKeepTheirDigits) {
  CapturedIo io;
  EXPECT_EQ(Query({"--format", "csv", "SELECT 1700000000.123456 AS t, 0.5 AS h"}, io),
            ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("1700000000.123456,0.5"));
}

TEST_F(QueryTest, Table) {
  CapturedIo io;
  ASSERT_EQ(Query({kSql}, io), ExitCode::kDone) << io.error();
  EXPECT_EQ(io.out(), "one  text     none\n  1  a\"b\\x1b\n");
}

TEST_F(QueryTest, RowsWithoutRoomAreRecords) {
  CapturedIo io({.columns = 40});
  std::string sql = "SELECT 1 AS c0";
  for (int i = 1; i < 6; ++i) absl::StrAppend(&sql, ", 'a text of some length' AS c", i);
  ASSERT_EQ(Query({sql}, io), ExitCode::kDone) << io.error();
  EXPECT_THAT(io.out(), testing::StartsWith("c0  1\nc1  a text of some length\nc2  a text"));
}

TEST_F(QueryTest, JsonLines) {
  CapturedIo io;
  ASSERT_EQ(Query({"--format", "json", kSql}, io), ExitCode::kDone);
  EXPECT_EQ(io.out(), "{\"one\":1,\"text\":\"a\\\"b\\u001b\",\"none\":null}\n");
}

TEST_F(QueryTest, Csv) {
  CapturedIo io;
  ASSERT_EQ(Query({"--format", "csv", kSql}, io), ExitCode::kDone);
  EXPECT_EQ(io.out(), "one,text,none\n1,\"a\"\"b\\x1b\",\n");
}

TEST_F(QueryTest, MoreRowsThanTheLimitAreSaid) {
  CapturedIo io;
  ASSERT_EQ(Query({"--limit", "2", "VALUES (1), (2), (3)"}, io), ExitCode::kDone);
  EXPECT_THAT(io.error(), HasSubstr("more than these 2 rows"));
}

TEST_F(QueryTest, OnlyReads) {
  CapturedIo io;
  EXPECT_EQ(Query({"DELETE FROM alerts"}, io), ExitCode::kFailed);
  CapturedIo wrong;
  EXPECT_EQ(Query({"SELEKT"}, wrong), ExitCode::kFailed);
  EXPECT_THAT(wrong.error(), HasSubstr("vedette: "));
  CapturedIo unknown;
  EXPECT_EQ(Query({"SELECT nme FROM alerts"}, unknown), ExitCode::kFailed);
  EXPECT_THAT(unknown.error(), HasSubstr("no such column: nme; this shows what there is: vedette"));
}

TEST(Query, AMissingStoreIsNamed) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"query", "SELECT 1", "--store", "/nowhere/x.db"}, io),
            ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("/nowhere/x.db"));
}

}  // namespace
}  // namespace vedette
