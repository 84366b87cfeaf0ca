// SPDX-License-Identifier: Apache-2.0
#include "storage/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/test_store.h"

namespace vedette {
namespace {

TEST(IsSqlText, KnowsUtf8) {
  struct Case {
    absl::string_view name, text;
    bool is_text;
  };
  constexpr Case kCases[] = {
      {"empty", "", true},
      {"short ASCII", "abc", true},
      {"long ASCII with control bytes", "abcdefgh\x1b\x7fijklmnop", true},
      {"NUL at the end of a word", absl::string_view("abcdefg\0", 8), false},
      {"NUL behind a word", absl::string_view("abcdefgh\0", 9), false},
      {"two, three and four bytes", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", true},
      {"lowest of three and of four", "\xe0\xa0\x80\xf0\x90\x80\x80", true},
      {"highest of all", "\xf4\x8f\xbf\xbf", true},
      {"overlong slash", "\xc0\xaf", false},
      {"overlong in three", "\xe0\x9f\xbf", false},
      {"overlong in four", "\xf0\x8f\xbf\xbf", false},
      {"surrogate", "\xed\xa0\x80", false},
      {"beyond Unicode", "\xf4\x90\x80\x80", false},
      {"lone continuation", "abcdefgh\x80", false},
      {"cut at the end", "abcdefgh\xe2\x82", false},
      {"Latin-1", "caf\xe9 noir", false},
      {"0xff", "\xff", false},
  };
  for (const Case& c : kCases) EXPECT_EQ(IsSqlText(c.text), c.is_text) << c.name;
}

TEST(Database, TextsKeepEveryByte) {
  const Database db =
      ValueOrDie(OpenDatabase(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  const Statement echo = ValueOrDie(Prepare(db.get(), "SELECT ?1, typeof(?1)"));
  const std::pair<std::string, std::string> kCases[] = {
      {"caf\xc3\xa9", "text"}, {"caf\xe9", "blob"}, {std::string("a\0b", 3), "blob"}, {"", "null"}};
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
