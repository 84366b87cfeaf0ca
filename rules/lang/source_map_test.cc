// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/source_map.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(SourceMap, CountsLinesAndColumnsFromOne) {
  SourceMap sources;
  const uint32_t file = sources.Add("f", "ab\ncd ef\r\n\ngh");
  const Diagnostic d = sources.At(Severity::kError, {file, 6, 8}, "m", "h");
  EXPECT_EQ(d.line, 2u);
  EXPECT_EQ(d.column, 4u);
  EXPECT_EQ(d.length, 2u);
  EXPECT_EQ(d.source, "cd ef");
  EXPECT_EQ(sources.LineOf({file, 11, 12}), 4u);
}

TEST(SourceMap, APlaceBehindTheEndIsBehindTheLastByte) {
  SourceMap sources;
  const uint32_t file = sources.Add("f", "ab");
  const Diagnostic d = sources.At(Severity::kError, {file, 2, 3}, "m");
  EXPECT_EQ(d.line, 1u);
  EXPECT_EQ(d.column, 3u);
  const uint32_t empty = sources.Add("g", "");
  EXPECT_EQ(sources.At(Severity::kError, {empty, 0, 1}, "m").column, 1u);
}

TEST(SourceMap, ShowsALongLineInPart) {
  SourceMap sources;
  const uint32_t file = sources.Add("f", std::string(5000, 'a') + "X" + std::string(5000, 'b'));
  const Diagnostic d = sources.At(Severity::kError, {file, 5000, 5001}, "m");
  EXPECT_EQ(d.column, 5001u);
  EXPECT_LE(d.source.size(), 200u);
  EXPECT_EQ(d.source[d.column - 1 - d.source_offset], 'X');
  EXPECT_NE(ToText(d).find("| ..."), std::string::npos);
}

TEST(SourceMap, AnUnderlineEndsWithItsLine) {
  SourceMap sources;
  const uint32_t file = sources.Add("f", "abcd\nefgh\n");
  EXPECT_EQ(sources.At(Severity::kError, {file, 2, 9}, "m").length, 2u);
}

TEST(MappedText, RemembersThePlaceOfEachByte) {
  MappedText text;
  text.AppendCopy("abc", 1, 10);
  text.AppendFor(", ", {2, 50, 60});
  text.AppendCopy("de", 1, 20);
  EXPECT_EQ(text.text(), "abc, de");
  EXPECT_EQ(text.At({1, 3}).begin, 11u);
  EXPECT_EQ(text.At({1, 3}).end, 13u);
  EXPECT_EQ(text.At({3, 4}).file, 2u);
  EXPECT_EQ(text.At({3, 4}).begin, 50u);
  EXPECT_EQ(text.At({5, 7}).begin, 20u);
  EXPECT_EQ(text.At({1, 7}).end, 22u) << "over the pieces, as far as they are in one file";
}

TEST(MappedText, BehindItsEndIsBehindItsLastByte) {
  MappedText text;
  text.SetWhole({3, 7, 9});
  EXPECT_EQ(text.At({0, 1}).begin, 7u);
  text.AppendCopy("abc", 1, 10);
  EXPECT_EQ(text.At({3, 4}).begin, 13u);
}

TEST(MappedText, PartsKeepTheirPlaces) {
  MappedText text;
  text.AppendCopy("  abc", 0, 0);
  text.AppendFor("X", {0, 90, 91});
  text.AppendCopy("def \n", 0, 5);
  MappedText part;
  part.Append(text, {3, 8});
  EXPECT_EQ(part.text(), "bcXde");
  EXPECT_EQ(part.At({0, 1}).begin, 3u);
  EXPECT_EQ(part.At({2, 3}).begin, 90u);
  EXPECT_EQ(part.At({3, 5}).begin, 5u);
  EXPECT_EQ(text.Trimmed().text(), "abcXdef");
  EXPECT_EQ(text.Trimmed().At({0, 1}).begin, 2u);
}

}  // namespace
}  // namespace vedette
