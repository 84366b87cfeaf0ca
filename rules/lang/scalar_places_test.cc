// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/scalar_places.h"

#include <gtest/gtest.h>

#include "rules/lang/yaml_reader.h"

namespace vedette {
namespace {

// `yaml` has one scalar in which the byte X is to be found; the place of it is where the file has
// it.
struct Case {
  const char* name;
  const char* yaml;
  const char* value;
};
constexpr Case kCases[] = {
    {"plain", "k: aX b", "aX b"},
    {"plain over lines", "k: a\n   b\n\n   cX", "a b\ncX"},
    {"plain in brackets", "k: [a, cX d]", "cX d"},
    {"single quotes", "k: 'it''s X'", "it's X"},
    {"single quotes over lines", "k: 'a\n\n  b ''X'", "a\nb 'X"},
    {"double quotes", "k: \"a\\t\\\"X\"", "a\t\"X"},
    {"double quotes with code points", "k: \"\\u00e4\\x41\\U0001F600X\"",
     "\xc3\xa4"
     "A\xf0\x9f\x98\x80X"},
    {"double quotes over lines", "k: \"a \\\n   b\n   X\"", "a b X"},
    {"folded block", "k: >\n  a\n  b\n\n  c X\n", "a b\nc X\n"},
    {"folded block with deeper lines", "k: >-\n  a\n    b X\n  c\n", "a\n  b X\nc"},
    {"literal block", "k: |\n  a\n    b\n  X\n", "a\n  b\nX\n"},
    {"block with indentation and comment", "k: |2- # note X\n    a\n  X\n", "  a\nX"},
    {"anchor and tag", "k: &anchor !!str aX", "aX"},
    {"anchor in front of a block", "k: &b >\n  X\n", "X\n"},
    {"carriage returns", "k: >\r\n  a\r\n  bX\r\n", "a bX\n"},
    {"byte order mark", "\xef\xbb\xbfk: aX", "aX"},
};

const YamlNode* LastScalar(const YamlNode* node) {
  while (!node->items.empty()) node = node->items.back();
  return node;
}

TEST(MapScalar, FindsTheByteInEveryStyle) {
  for (const Case& c : kCases) {
    SourceMap sources;
    Diagnostics diagnostics;
    const uint32_t file = sources.Add("f", c.yaml);
    const YamlTree tree = ReadYaml(sources, file, diagnostics);
    ASSERT_FALSE(diagnostics.has_errors()) << c.name << diagnostics.ToText();
    const YamlNode* scalar = LastScalar(tree.documents.at(0));
    EXPECT_EQ(scalar->text.text(), c.value) << c.name;
    const size_t at = scalar->text.text().find('X');
    const std::string source = c.yaml;
    EXPECT_EQ(scalar->text.At({at, at + 1}).begin, source.rfind('X')) << c.name;
  }
}

TEST(MapScalar, WhatCannotBeFoundStandsForItsFirstLine) {
  const MappedText text = MapScalar("k: abc\nrest", 0, 3, "xyz");
  EXPECT_EQ(text.text(), "xyz");
  EXPECT_EQ(text.At({1, 2}).begin, 3u);
  EXPECT_EQ(text.At({1, 2}).end, 6u);
}

TEST(MapScalar, NoticesThatAQuoteIsNotClosed) {
  bool unclosed = false;
  MapScalar("'a b\n", 0, 0, "a b ", &unclosed);
  EXPECT_TRUE(unclosed);
  MapScalar("'a b'", 0, 0, "a b", &unclosed);
  EXPECT_FALSE(unclosed);
  MapScalar("a b", 0, 0, "a b", &unclosed);
  EXPECT_FALSE(unclosed);
}

TEST(MapScalar, AnEscapeIsMarkedAsAWhole) {
  const MappedText text = MapScalar("\"a\\x41b\"", 0, 0, "aAb");
  EXPECT_EQ(text.At({1, 2}).begin, 2u);
  EXPECT_EQ(text.At({1, 2}).end, 6u);
  EXPECT_EQ(text.At({2, 3}).begin, 6u);
}

}  // namespace
}  // namespace vedette
