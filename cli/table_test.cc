// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <gtest/gtest.h>

#include "absl/strings/str_split.h"

namespace vedette {
namespace {

TEST(TextTable, ColumnsLineUp) {
  TextTable table({"pid", "name"});
  table.AlignRight(0);
  table.AddRow({"1", "init"});
  table.AddRow({"4431", "ä"});
  EXPECT_EQ(table.Render({}), " pid  name\n   1  init\n4431  ä\n");
}

TEST(TextTable, HostileCellsStayInTheirLine) {
  TextTable table({"name", "x"});
  table.AddRow({"a\nb\x1b[2J", "1"});
  EXPECT_EQ(table.Render({}), "name           x\na\\x0ab\\x1b[2J  1\n");
}

TEST(TextTable, TheWidestColumnsGiveWay) {
  TextTable table({"short", "long"});
  table.AddRow({"abc", "0123456789012345678901234567890123456789"});
  EXPECT_EQ(table.Render({.columns = 20, .utf8 = true}), "short  long\nabc    012345678901…\n");
  EXPECT_EQ(table.Render({.columns = 20}), "short  long\nabc    012345678901~\n");
}

TEST(TextTable, EqualsGiveWayTogether) {
  TextTable table({"a", "b"});
  table.AddRow({std::string(40, 'a'), std::string(40, 'b')});
  EXPECT_EQ(table.Render({.columns = 32}),
            "a                b\naaaaaaaaaaaaaa~  bbbbbbbbbbbbbb~\n");
}

TEST(TextTable, TooManyColumnsStayReadable) {
  TextTable table(std::vector<std::string>(30, "0123456789"));
  const std::string line = table.Render({.columns = 80});
  EXPECT_EQ(line.size(), 30 * 8 + 29 * 2 + 1u);
}

TEST(TextTable, MissingCellsAreEmpty) {
  TextTable table({"a", "b"});
  table.AddRow({"1"});
  table.AddRow({"1", "2", "3"});
  EXPECT_EQ(table.Render({}), "a  b\n1\n1  2\n");
}

TEST(DisplayWidth, CountsWhatATerminalShows) {
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("ä"), 1u);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1u);
  EXPECT_EQ(DisplayWidth("漢字"), 4u);
  EXPECT_EQ(DisplayWidth("\U0001f40d"), 2u);
  EXPECT_EQ(FitToWidth("漢字漢字", 4, true), "漢…");
}

}  // namespace
}  // namespace vedette
