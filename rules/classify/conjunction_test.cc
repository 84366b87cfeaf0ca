// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/conjunction.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/classify/field_map.h"

namespace vedette {
namespace {

Conjunction Name(const char* name, std::vector<uint32_t> widened = {}) {
  Conjunction c;
  c.box.sets[CLASSIFY_comm] = DimensionSet::Of(Lookup::kHash, {HashKey(name)});
  c.widened = std::move(widened);
  return c;
}

Conjunction NameAndUser(const char* name, uint32_t user) {
  Conjunction c = Name(name);
  c.box.sets[CLASSIFY_user] = DimensionSet::Of(Lookup::kHash, {HashKey(user)});
  return c;
}

TEST(ConjunctionTest, WhatDiffersInOneDimensionIsJoined) {
  std::vector<Conjunction> list = {NameAndUser("a", 1), NameAndUser("b", 1), NameAndUser("b", 2),
                                   NameAndUser("a", 2)};
  Simplify(list);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_TRUE(list[0].exact());
  EXPECT_TRUE(list[0].box.sets[CLASSIFY_user].Contains(HashKey(2u)));
  EXPECT_FALSE(list[0].box.sets[CLASSIFY_user].Contains(HashKey(3u)));
}

TEST(ConjunctionTest, WhatDiffersInTwoDimensionsIsNot) {
  std::vector<Conjunction> list = {NameAndUser("a", 1), NameAndUser("b", 2)};
  Simplify(list);
  EXPECT_EQ(list.size(), 2u);
}

TEST(ConjunctionTest, AnExactOneIsNotGivenUpForAnother) {
  std::vector<Conjunction> list = {Name("a"), Conjunction{{}, {7}, false}};
  Simplify(list);
  EXPECT_EQ(list.size(), 2u);
  list = {Name("a", {7}), Conjunction()};
  Simplify(list);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_TRUE(list[0].exact());
  list = {Name("a", {7}), Name("a")};
  Simplify(list);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_TRUE(list[0].exact());
}

TEST(ConjunctionTest, ImpossibleOnesGoUnlessAPathMayBeUnjudged) {
  Conjunction impossible = And(Name("a"), Name("b"));
  EXPECT_TRUE(impossible.box.IsImpossible());
  Conjunction no_path;
  no_path.box.sets[CLASSIFY_path] = DimensionSet::None(Lookup::kPrefix);
  EXPECT_FALSE(no_path.box.IsImpossible());
  std::vector<Conjunction> list = {impossible, no_path};
  Simplify(list);
  EXPECT_EQ(list.size(), 1u);
}

TEST(ConjunctionTest, MergingKeepsEverythingInside) {
  std::vector<Conjunction> list;
  for (uint32_t i = 0; i < 100; ++i) list.push_back(NameAndUser(std::to_string(i).c_str(), i));
  const std::vector<Conjunction> before = list;
  for (const size_t limit : {64u, 7u, 1u}) {
    MergeTo(list, limit);
    EXPECT_LE(list.size(), limit);
    for (const Conjunction& c : before) {
      bool inside = false;
      for (const Conjunction& hull : list) {
        inside |= CountDifferences(Hull(hull.box, c.box), hull.box) == 0;
      }
      EXPECT_TRUE(inside);
    }
  }
  EXPECT_FALSE(list[0].exact());
}

}  // namespace
}  // namespace vedette
