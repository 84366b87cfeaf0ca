// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/container_infos.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

ContainerAnswer Named(absl::string_view id, absl::string_view name, bool is_final = true) {
  ContainerAnswer answer{.id = std::string(id), .info = ContainerInfo(), .is_final = is_final};
  answer.info->name = std::string(name);
  return answer;
}

TEST(ContainerInfos, IsAskedForOnceAndAwaitedUntilTheAnswer) {
  ContainerInfos infos;
  EXPECT_TRUE(infos.Want("a", 1, 100));
  EXPECT_FALSE(infos.Want("a", 2, 100));
  EXPECT_TRUE(infos.IsAwaited("a"));
  EXPECT_FALSE(infos.IsAwaited("b"));
  EXPECT_EQ(infos.Find("a"), nullptr);
  EXPECT_FALSE(infos.Settle(Named("a", "so far", false), 3));
  EXPECT_EQ(infos.Find("a")->name, "so far");
  EXPECT_TRUE(infos.IsAwaited("a"));
  EXPECT_TRUE(infos.Settle(Named("a", "web"), 4));
  EXPECT_EQ(infos.Find("a")->name, "web");
  EXPECT_FALSE(infos.has_awaited());
  EXPECT_FALSE(infos.Want("a", 1000 * kSecond, 2000 * kSecond)) << "it is known";
}

TEST(ContainerInfos, IsFinalFromTheLastAnswerOnUntilItIsForgotten) {
  ContainerInfos infos({.containers_max = 1});
  infos.Want("a", 1, 100);
  EXPECT_FALSE(infos.IsFinal("a"));
  infos.Settle(Named("a", "so far", false), 2);
  EXPECT_FALSE(infos.IsFinal("a"));
  const uint64_t before = infos.changes();
  infos.Settle(Named("a", "web"), 3);
  EXPECT_TRUE(infos.IsFinal("a"));
  EXPECT_GT(infos.changes(), before);
  const uint64_t known = infos.changes();
  infos.Want("b", 4, 100);
  EXPECT_FALSE(infos.IsFinal("a")) << "it gave way";
  EXPECT_GT(infos.changes(), known);
  infos.Settle({.id = "b", .info = std::nullopt, .is_final = true}, 5);
  EXPECT_FALSE(infos.IsFinal("b")) << "nobody knows it";
}

TEST(ContainerInfos, WaitingEndsAtTheDeadlineAndTheAnswerIsStillTaken) {
  ContainerInfos infos;
  infos.Want("a", 1, 100);
  infos.Want("b", 1, 300);
  EXPECT_TRUE(infos.Expire(99).empty());
  EXPECT_EQ(infos.Expire(100), std::vector<std::string>{"a"});
  EXPECT_FALSE(infos.IsAwaited("a"));
  EXPECT_TRUE(infos.IsAwaited("b"));
  EXPECT_TRUE(infos.Settle(Named("a", "late"), 200));
  EXPECT_EQ(infos.Find("a")->name, "late");
}

TEST(ContainerInfos, WaitingCanBeGivenUpBefore) {
  ContainerInfos infos;
  infos.Want("a", 1, 100);
  infos.GiveUp("a");
  infos.GiveUp("b");
  EXPECT_FALSE(infos.IsAwaited("a"));
  EXPECT_TRUE(infos.Expire(1000).empty());
  EXPECT_TRUE(infos.Settle(Named("a", "web"), 50));
}

TEST(ContainerInfos, AnUnknownOneIsAskedForAgainLaterAndNobodyWaits) {
  ContainerInfos infos;
  infos.Want("a", 1, 100);
  infos.Settle({.id = "a", .info = std::nullopt}, 50);
  EXPECT_FALSE(infos.Want("a", kSecond, 2 * kSecond));
  EXPECT_TRUE(infos.Want("a", 20 * kSecond, 21 * kSecond));
  EXPECT_FALSE(infos.IsAwaited("a"));
}

TEST(ContainerInfos, AnswersThatNobodyAskedForArePassedOver) {
  ContainerInfos infos;
  EXPECT_FALSE(infos.Settle(Named("a", "liar"), 1));
  EXPECT_EQ(infos.Find("a"), nullptr);
  infos.Want("a", 1, 100);
  infos.Settle(Named("a", "web"), 2);
  EXPECT_FALSE(infos.Settle(Named("a", "second thoughts"), 3));
  EXPECT_EQ(infos.Find("a")->name, "web");
}

TEST(ContainerInfos, MemoryIsBounded) {
  ContainerInfos infos({.containers_max = 10, .bytes_max = 100'000});
  for (int i = 0; i < 1000; ++i) {
    const std::string id = absl::StrCat(i);
    infos.Want(id, 1, 100);
    EXPECT_LE(infos.size(), 10u);
    if (i % 2 == 0) infos.Settle(Named(id, std::string(30'000, 'x')), 2);
    EXPECT_LE(infos.bytes(), 100'000u + 31'000u);
  }
  EXPECT_EQ(infos.Find("0"), nullptr);
  EXPECT_NE(infos.Find("998"), nullptr);
  const std::vector<std::string> expired = infos.Expire(1000);
  EXPECT_EQ(expired.size(), 500u) << "those that went are told, too";
  EXPECT_FALSE(infos.has_awaited());
}

}  // namespace
}  // namespace vedette
