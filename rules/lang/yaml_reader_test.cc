// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

using Kind = YamlNode::Kind;

struct Read {
  explicit Read(std::string text) {
    const uint32_t file = sources.Add("f", std::move(text));
    tree = ReadYaml(sources, file, diagnostics);
  }
  std::string errors() const { return diagnostics.ToText(); }

  SourceMap sources;
  Diagnostics diagnostics;
  YamlTree tree;
};

TEST(ReadYaml, KeepsDocumentsShapesAndOrder) {
  const Read read("- a: [1, 'b']\n- ~\n---\n- c\n");
  ASSERT_EQ(read.tree.documents.size(), 2u) << read.errors();
  const YamlNode& first = *read.tree.documents[0];
  ASSERT_EQ(first.kind, Kind::kSequence);
  ASSERT_EQ(first.items.size(), 2u);
  ASSERT_EQ(first.items[0]->kind, Kind::kMap);
  EXPECT_EQ(first.items[0]->items[0]->text.text(), "a");
  const YamlNode& list = *first.items[0]->items[1];
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_FALSE(list.items[0]->quoted);
  EXPECT_TRUE(list.items[1]->quoted);
  EXPECT_EQ(first.items[1]->kind, Kind::kNull);
}

TEST(ReadYaml, AnAliasIsTheSameNode) {
  const Read read("- &x [a]\n- *x\n");
  const YamlNode& all = *read.tree.documents.at(0);
  EXPECT_EQ(all.items.at(0), all.items.at(1));
}

TEST(ReadYaml, ReportsTheMistakesOfSeveralItemsAndReadsTheOthers) {
  const Read read("- a: 1\n- b: 'open\n- c: [1\n- d: 2\n");
  EXPECT_EQ(read.diagnostics.errors(), 2u) << read.errors();
  EXPECT_EQ(read.diagnostics[0].line, 2u);
  ASSERT_EQ(read.tree.documents.size(), 2u);
  EXPECT_EQ(read.tree.documents[1]->items.at(0)->items.at(0)->text.text(), "d");
}

struct BadBytes {
  const char* name;
  std::string text;
  uint32_t line, column;
};

TEST(ReadYaml, RefusesBytesThatAreNotText) {
  const BadBytes cases[] = {
      {"not UTF-8", "- a\n- b\xff", 2, 4},
      {"a sequence that is cut off", "- \xc3", 1, 3},
      {"an overlong form", "- \xc0\xaf", 1, 3},
      {"a NUL", std::string("- a\0", 4), 1, 4},
      {"a byte that yaml-cpp takes for the end", "- a\x04- b", 1, 4},
      {"an escape", "- a\x1b", 1, 4},
  };
  for (const BadBytes& c : cases) {
    const Read read(c.text);
    ASSERT_EQ(read.diagnostics.errors(), 1u) << c.name;
    EXPECT_EQ(read.diagnostics[0].line, c.line) << c.name;
    EXPECT_EQ(read.diagnostics[0].column, c.column) << c.name;
    EXPECT_TRUE(read.tree.documents.empty()) << c.name;
  }
}

TEST(ReadYaml, SurvivesDeepNesting) {
  for (const char* const open : {"[", "{a: ", "- ", "? ", "[{"}) {
    std::string text;
    for (int i = 0; i < 16'000; ++i) absl::StrAppend(&text, open);
    const Read read(text);
    EXPECT_TRUE(read.diagnostics.has_errors()) << open;
  }
  const Read balanced(std::string(100, '[') + std::string(100, ']'));
  EXPECT_EQ(balanced.diagnostics.errors(), 1u) << balanced.errors();
  EXPECT_THAT(balanced.errors(), testing::HasSubstr("nested"));
}

TEST(ReadYaml, AnAliasOfTheCollectionAroundItIsNoCycle) {
  const Read read("- &x [a, *x]\n");
  ASSERT_FALSE(read.tree.documents.empty() && !read.diagnostics.has_errors());
}

TEST(ReadYaml, EndsAtATokenThatNobodyExpects) {
  for (const char* const text : {", a", "- a\n]", "]", "}", "a: b\n, c"}) {
    const Read read(text);
    EXPECT_TRUE(read.diagnostics.has_errors()) << text;
  }
}

TEST(ReadYaml, AnEmptyFileHasNoDocuments) {
  for (const char* const text : {"", "\n\n", "# note\n", "\xef\xbb\xbf"}) {
    const Read read(text);
    EXPECT_FALSE(read.diagnostics.has_errors()) << text;
  }
}

}  // namespace
}  // namespace vedette
