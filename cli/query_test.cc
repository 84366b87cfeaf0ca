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

TEST_F(QueryTest, FlagsChooseTheForm) {
  CapturedIo json, csv, both;
  ASSERT_EQ(Query({"--json", kSql}, json), ExitCode::kDone);
  EXPECT_EQ(json.out(), "{\"one\":1,\"text\":\"a\\\"b\\u001b\",\"none\":null}\n");
  ASSERT_EQ(Query({"--csv", kSql}, csv), ExitCode::kDone);
  EXPECT_EQ(csv.out(), "one,text,none\n1,\"a\"\"b\\x1b\",\n");
  EXPECT_EQ(Query({"--csv", "--json", kSql}, both), ExitCode::kUsage);
}

TEST_F(QueryTest, ColumnsOfOneNameAreToldApart) {
  constexpr char kTwice[] = "SELECT 1 AS a, 2 AS a, 3 AS a_2";
  CapturedIo json, csv, exported;
  ASSERT_EQ(Query({"--json", kTwice}, json), ExitCode::kDone);
  EXPECT_EQ(json.out(), "{\"a\":1,\"a_2\":2,\"a_2_2\":3}\n");
  ASSERT_EQ(Query({"--csv", kTwice}, csv), ExitCode::kDone);
  EXPECT_EQ(csv.out(), "a,a_2,a_2_2\n1,2,3\n");
  ASSERT_EQ(Ask("export", {kTwice}, exported), ExitCode::kDone);
  EXPECT_EQ(exported.out(), json.out());
}

TEST_F(QueryTest, RefusedSqlHasOneExitCode) {
  for (const char* sql : {"DELETE FROM alerts", "SELEKT", "SELECT 1; SELECT 2", "SELECT x FROM y",
                          "SELECT load_extension('x')", "ATTACH '/tmp/x' AS x"}) {
    CapturedIo query, exported;
    EXPECT_EQ(Query({sql}, query), ExitCode::kFailed) << sql;
    EXPECT_EQ(Ask("export", {sql}, exported), ExitCode::kFailed) << sql;
    EXPECT_EQ(query.error(), exported.error());
  }
}

TEST_F(QueryTest, PagesFollowEachOther) {
  CapturedIo io, last;
  ASSERT_EQ(Query({"--csv", "--limit", "1", "--offset", "1", "VALUES (1), (2), (3)"}, io),
            ExitCode::kDone);
  EXPECT_EQ(io.out(), "column1\n2\n");
  EXPECT_THAT(io.error(), HasSubstr("--offset 2 shows the next"));
  ASSERT_EQ(Query({"--csv", "--offset", "5", "VALUES (1), (2), (3)"}, last), ExitCode::kDone);
  EXPECT_EQ(last.error(), "no rows\n");
}

TEST_F(QueryTest, MoreRowsThanTheLimitAreSaid) {
  CapturedIo io;
  ASSERT_EQ(Query({"--limit", "2", "VALUES (1), (2), (3)"}, io), ExitCode::kDone);
  EXPECT_THAT(io.error(), HasSubstr("more than these 2; --offset 2"));
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
