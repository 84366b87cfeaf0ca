// SPDX-License-Identifier: Apache-2.0
#include "storage/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/test_store.h"

namespace vedette {
namespace {

TEST(IsSqlText, IsEverythingWithoutANul) {
  EXPECT_TRUE(IsSqlText(""));
  EXPECT_TRUE(IsSqlText("caf\xe9 \xff \xe2\x82"));
  EXPECT_FALSE(IsSqlText(absl::string_view("a\0b", 3)));
  EXPECT_FALSE(IsSqlText(absl::string_view("abcdefgh\0", 9)));
}

TEST(Database, AnOddByteHidNamesFromSearches) {
  const Database db =
      ValueOrDie(OpenDatabase(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  const Statement find =
      ValueOrDie(Prepare(db.get(), "SELECT ?1 LIKE '/tmp/%' AND ?1 GLOB '/tmp/*.sh'"));
  BindText(find.get(), 1, "/tmp/imp\xff.sh");
  ASSERT_EQ(sqlite3_step(find.get()), SQLITE_ROW);
  EXPECT_EQ(ColumnNumber(find.get(), 0), 1U);
}

TEST(Database, TextsKeepEveryByte) {
  const Database db =
      ValueOrDie(OpenDatabase(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  const Statement echo = ValueOrDie(Prepare(db.get(), "SELECT ?1, typeof(?1)"));
  const std::pair<std::string, std::string> kCases[] = {
      {"caf\xc3\xa9", "text"}, {"caf\xe9", "text"}, {std::string("a\0b", 3), "blob"}, {"", "null"}};
  for (const auto& [text, type] : kCases) {
    BindText(echo.get(), 1, text);
    ASSERT_EQ(sqlite3_step(echo.get()), SQLITE_ROW);
    EXPECT_EQ(ColumnBytes(echo.get(), 0), text);
    EXPECT_EQ(ColumnBytes(echo.get(), 1), type);
    sqlite3_reset(echo.get());
  }
}

TEST(Database, ErrorsNameTheFileAndTheirKind) {
  const auto missing = OpenDatabase("/nonexistent/x.db", SQLITE_OPEN_READWRITE);
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(missing.status().message()), ::testing::HasSubstr("No such file"));
  EXPECT_EQ(SqliteStatusCode(SQLITE_FULL), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(SqliteStatusCode(SQLITE_IOERR_WRITE), absl::StatusCode::kUnavailable);
  EXPECT_EQ(SqliteStatusCode(SQLITE_CORRUPT_VTAB), absl::StatusCode::kDataLoss);
  EXPECT_EQ(SqliteStatusCode(SQLITE_NOTADB), absl::StatusCode::kDataLoss);
  EXPECT_EQ(SqliteStatusCode(SQLITE_CONSTRAINT_PRIMARYKEY), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace vedette
