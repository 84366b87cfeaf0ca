// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/dimension_set.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace vedette {
namespace {

const std::string kEnd(1, '\0');

DimensionSet Paths(std::vector<std::string> keys) {
  return DimensionSet::Of(Lookup::kPrefix, std::move(keys));
}

TEST(DimensionSetTest, TheLongestPrefixDecides) {
  const DimensionSet set = Paths({"/etc/"}) & ~Paths({"/etc/ssl/", "/etc/motd" + kEnd});
  EXPECT_TRUE(set.Contains("/etc/shadow" + kEnd));
  EXPECT_FALSE(set.Contains("/etc/ssl/key" + kEnd));
  EXPECT_FALSE(set.Contains("/etc/motd" + kEnd));
  EXPECT_TRUE(set.Contains("/etc/motd.old" + kEnd));
  EXPECT_FALSE(set.Contains("/etc" + kEnd));
  EXPECT_FALSE(set.Contains(kEnd));
}

TEST(DimensionSetTest, ALookupComesBackFromALongerNeighbour) {
  const DimensionSet set = Paths({"/a", "/b/c/d", "/b/c/e/f/g"});
  EXPECT_TRUE(set.Contains("/azzz"));
  EXPECT_FALSE(set.Contains("/b/c/e/f/h"));
  EXPECT_TRUE(set.Contains("/b/c/d/e"));
}

TEST(DimensionSetTest, SetsWithTheSameMembersAreEqual) {
  EXPECT_EQ(Paths({"/etc/", "/etc/ssl/"}), Paths({"/etc/"}));
  EXPECT_EQ(Paths({"/a"}) | ~Paths({"/a"}), DimensionSet::All(Lookup::kPrefix));
  EXPECT_TRUE((Paths({"/a"}) & ~Paths({"/a"})).IsNone());
  EXPECT_TRUE((Paths({"/a"}) & Paths({"/b"})).IsNone());
  EXPECT_EQ(Paths({""}), DimensionSet::All(Lookup::kPrefix));
  const auto a = DimensionSet::Of(Lookup::kHash, {"x", "y"});
  const auto b = DimensionSet::Of(Lookup::kHash, {"y", "x", "x"});
  EXPECT_EQ(a, b);
  EXPECT_EQ(~~a, b);
}

TEST(DimensionSetTest, AnEmptyKeyIsAnOrdinaryOneInAHash) {
  const auto set = DimensionSet::Of(Lookup::kHash, {""});
  EXPECT_TRUE(set.Contains(""));
  EXPECT_FALSE(set.Contains("x"));
  EXPECT_TRUE((~set).Contains("x"));
}

DimensionSet Has(const std::string& trait) { return DimensionSet::Of(Lookup::kTraits, {trait}); }

TEST(DimensionSetTest, TraitsAreAskedForAndRefused) {
  const DimensionSet both = Has("a") & ~Has("b");
  EXPECT_EQ(both, ~Has("b") & Has("a"));
  EXPECT_EQ(both, both & Has("a"));
  EXPECT_TRUE((both & Has("b")).IsNone());
  EXPECT_TRUE((Has("a") & ~Has("a")).IsNone());
  EXPECT_EQ(~~Has("a"), Has("a"));
  EXPECT_TRUE((~DimensionSet::All(Lookup::kTraits)).IsNone());
  EXPECT_TRUE(Has("a").Covers(both));
  EXPECT_FALSE(both.Covers(Has("a")));
  EXPECT_TRUE(both.Covers(both & Has("b")));
  EXPECT_FALSE(DimensionSet::None(Lookup::kTraits).Covers(both));
}

TEST(DimensionSetTest, OnlySomeSetsOfTraitsCanBeJoined) {
  const DimensionSet all = DimensionSet::All(Lookup::kTraits);
  EXPECT_TRUE(DimensionSet::IsJoinable(Has("a"), ~Has("a")));
  EXPECT_EQ(Has("a") | ~Has("a"), all);
  EXPECT_TRUE(DimensionSet::IsJoinable(Has("a") & Has("b"), Has("a") & ~Has("b")));
  EXPECT_EQ((Has("a") & Has("b")) | (Has("a") & ~Has("b")), Has("a"));
  EXPECT_TRUE(DimensionSet::IsJoinable(Has("a"), Has("a") & Has("b")));
  EXPECT_TRUE(DimensionSet::IsJoinable(Has("a"), DimensionSet::None(Lookup::kTraits)));
  EXPECT_FALSE(DimensionSet::IsJoinable(Has("a"), Has("b")));
  EXPECT_EQ(Has("a") | Has("b"), all) << "the smallest around both";
  EXPECT_FALSE(DimensionSet::IsJoinable(Has("a") & Has("b"), ~Has("a") & ~Has("b")));
}

TEST(DimensionSetTest, TraitsThatAreForgottenAreNoLongerAskedFor) {
  DimensionSet set = Has("a") & ~Has("b");
  EXPECT_FALSE(set.ForgetTraits({"a", "b", "c"}));
  EXPECT_TRUE(set.ForgetTraits({"a"}));
  EXPECT_EQ(set, Has("a"));
}

// The obvious way beside the clever one: every operation, judged member by member.
TEST(DimensionSetTest, OperationsAgreeWithTheirMembers) {
  std::mt19937 random(20240517);
  const auto text = [&random] {
    std::string t;
    for (size_t i = random() % 5; i > 0; --i) t += "ab"[random() % 2];
    return random() % 3 == 0 ? t + kEnd : t;
  };
  std::vector<std::string> members;
  for (int i = 0; i < 60; ++i) members.push_back(text());
  for (const Lookup lookup : {Lookup::kHash, Lookup::kPrefix}) {
    for (int round = 0; round < 200; ++round) {
      const std::vector<std::string> keys = {text(), text(), text()};
      const auto a = DimensionSet::Of(lookup, keys);
      const auto b = ~DimensionSet::Of(lookup, {text(), text()});
      const auto c = (a & b) | ~DimensionSet::Of(lookup, {text()});
      for (const std::string& m : members) {
        bool in = false;
        for (const std::string& key : keys) {
          in |= lookup == Lookup::kHash ? m == key : absl::StartsWith(m, key);
        }
        ASSERT_EQ(a.Contains(m), in);
        ASSERT_EQ((a & b).Contains(m), in && b.Contains(m));
        ASSERT_EQ((a | b).Contains(m), in || b.Contains(m));
        ASSERT_EQ((~c).Contains(m), !c.Contains(m));
      }
      EXPECT_EQ(a.Covers(c), a == (a | c));
      EXPECT_EQ(c.Covers(a), c == (a | c));
      EXPECT_EQ(~(a & c), ~a | ~c);
      EXPECT_EQ(((a & c) | (a & ~c)), a);
    }
  }
}

TEST(DimensionSetTest, AnIndexIsAByte) {
  const auto set = DimensionSet::OfBits({1, 0, 0, uint64_t{1} << 63});
  EXPECT_TRUE(set.Contains(std::string(1, '\0')));
  EXPECT_TRUE(set.Contains("\xff"));
  EXPECT_FALSE(set.Contains("\x01"));
  EXPECT_TRUE((set & ~set).IsNone());
  EXPECT_TRUE((set | ~set).IsAll());
}

}  // namespace
}  // namespace vedette
