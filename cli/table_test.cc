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

TEST(TextTable, IdsAreNeverCut) {
  TextTable table({"id", "rule"});
  table.SetCut(0, Cut::kNever);
  table.AddRow({"b30ad0101c123456", "Password hashes read by a stranger"});
  EXPECT_EQ(table.Render({.columns = 32}),
            "id                rule\nb30ad0101c123456  Password hash~\n");
}

TEST(TextTable, TheMiddleOfAPathGivesWay) {
  TextTable table({"path"});
  table.SetCut(0, Cut::kMiddle);
  table.AddRow({"/usr/share/doc/vedette/README.md"});
  EXPECT_EQ(table.Render({.columns = 16}), "path\n/usr/sh~EADME.md\n");
}

TEST(TextTable, ColumnsWithoutRoomStandBelow) {
  TextTable table({"id", "time", "object"});
  table.SetCut(0, Cut::kNever);
  table.SetCut(1, Cut::kNever);
  table.AddRow({"b30ad0101c", "2026-11-28", "/etc/shadow and more"});
  table.AddRow({"b30ad0101d", "2026-11-28", ""});
  EXPECT_EQ(table.LinesPerRow({.columns = 30}), 2u);
  EXPECT_EQ(table.Render({.columns = 30}),
            "id          time\n    object\nb30ad0101c  2026-11-28\n"
            "    /etc/shadow and more\nb30ad0101d  2026-11-28\n");
  EXPECT_EQ(table.LinesPerRow({}), 1u);
}

TEST(TextTable, NoLineIsWiderThanTheScreen) {
  TextTable table(std::vector<std::string>(30, "0123456789012345"));
  for (const absl::string_view line : absl::StrSplit(table.Render({.columns = 80}), '\n')) {
    EXPECT_LE(line.size(), 80u);
  }
}

TEST(TextTable, RecordsAreWhole) {
  TextTable table({"id", "object"});
  table.AddRow({"1", "/etc/shadow"});
  table.AddRow({"2", ""});
  EXPECT_EQ(table.RenderRecords({.columns = 8}),
            "id      1\nobject  /etc/shadow\n------\nid      2\nobject\n");
}

TEST(TextTable, ALongCellWithoutATerminalMovesOnlyItsLine) {
  TextTable table({"a", "b"});
  table.PadAtMost(0, 3);
  table.AddRow({"12345", "x"});
  table.AddRow({"1", "y"});
  EXPECT_EQ(table.Render({}), "a    b\n12345  x\n1    y\n");
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
  EXPECT_EQ(FitMiddle("漢字漢字", 6, true), "漢…字");
}

}  // namespace
}  // namespace vedette
