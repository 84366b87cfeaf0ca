// SPDX-License-Identifier: Apache-2.0
#include "engine/match/bounded_groups.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

using Groups = BoundedGroups<int>;

void Add(Groups& groups, uint64_t owner, const std::string& key, size_t bytes = 0) {
  groups.Resize(groups.FindOrAdd(owner, key), bytes);
}

// "owner key, ...", oldest first.
std::string Listed(const Groups& groups) {
  std::string text;
  groups.ForEach([&](const Groups::Entry& entry) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", entry.owner, " ", entry.key);
  });
  return text;
}

constexpr size_t kOne = Groups::kEntryBytes + 1;  // A group with a key of one byte.

TEST(BoundedGroups, TheOldestOfAnOwnerGoesFirst) {
  Groups groups({100 * kOne, 2 * kOne});
  Add(groups, 1, "a");
  Add(groups, 2, "x");
  Add(groups, 1, "b");
  Add(groups, 1, "c");
  EXPECT_EQ(Listed(groups), "2 x, 1 b, 1 c");
  EXPECT_EQ(groups.evictions(), 1U);
  EXPECT_EQ(groups.bytes(), 3 * kOne);
}

TEST(BoundedGroups, TheOldestOfAllGoesFirst) {
  Groups groups({3 * kOne, 100 * kOne});
  Add(groups, 1, "a");
  Add(groups, 2, "x");
  Add(groups, 1, "b");
  groups.MakeNewest(*groups.Find(1, "a"));
  Add(groups, 3, "y");
  EXPECT_EQ(Listed(groups), "1 b, 1 a, 3 y");
}

TEST(BoundedGroups, WhatGrowsPushesOutOthersAndStays) {
  Groups groups({4 * kOne, 4 * kOne});
  for (const char* key : {"a", "b", "c"}) Add(groups, 1, key);
  groups.Resize(*groups.Find(1, "a"), 10 * kOne);
  EXPECT_EQ(Listed(groups), "1 a");
  EXPECT_EQ(groups.evictions(), 2U);
}

TEST(BoundedGroups, EvictionsAreTold) {
  std::string told;
  Groups groups({kOne, kOne}, [&](Groups::Entry& entry) { told += entry.key; });
  for (const char* key : {"a", "b", "c"}) Add(groups, 1, key);
  groups.Erase(*groups.Find(1, "c"));
  EXPECT_EQ(told, "ab");  // What is erased was not evicted.
  EXPECT_EQ(groups.Oldest(), nullptr);
  EXPECT_EQ(groups.Oldest(1), nullptr);
  EXPECT_EQ(groups.bytes(), 0U);
}

// Against a list that is searched from end to end.
TEST(BoundedGroups, AgreeWithAPlainList) {
  struct Plain {
    uint64_t owner;
    std::string key;
  };
  std::mt19937 random(7);
  Groups groups({40 * kOne, 10 * kOne});
  std::vector<Plain> list;
  const auto drop_oldest_of = [&](uint64_t owner) {
    for (size_t i = 0; i < list.size(); ++i) {
      if (owner != 0 && list[i].owner != owner) continue;
      list.erase(list.begin() + static_cast<ptrdiff_t>(i));
      return;
    }
  };
  for (int round = 0; round < 20'000; ++round) {
    const uint64_t owner = 1 + random() % 6;
    const std::string key(1, static_cast<char>('a' + random() % 26));
    size_t at = 0;
    while (at < list.size() && (list[at].owner != owner || list[at].key != key)) ++at;
    const bool known = at < list.size();
    ASSERT_EQ(groups.Find(owner, key) != nullptr, known);
    if (random() % 4 == 0 && known) {
      groups.Erase(*groups.Find(owner, key));
      list.erase(list.begin() + static_cast<ptrdiff_t>(at));
      continue;
    }
    Add(groups, owner, key);
    if (!known) list.push_back({owner, key});
    size_t of_owner = 0;
    for (const Plain& one : list) of_owner += one.owner == owner ? 1 : 0;
    if (of_owner > 10) drop_oldest_of(owner);
    if (list.size() > 40) drop_oldest_of(0);
    ASSERT_EQ(groups.size(), list.size());
    ASSERT_EQ(groups.bytes(), list.size() * kOne);
  }
  EXPECT_GT(groups.evictions(), 100U);
}

}  // namespace
}  // namespace vedette
