// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
#include "sensor/schema/calls.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_split.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

TEST(Calls, NumbersOfEachMachine) {
  EXPECT_EQ(CallName(CallTable::kX86_64, 257), "openat");
  EXPECT_EQ(CallName(CallTable::kI386, 295), "openat");
  EXPECT_EQ(CallName(CallTable::kArm64, 56), "openat");
  EXPECT_EQ(CallName(CallTable::kArm, 322), "openat");
  EXPECT_EQ(CallName(CallTable::kX86_64, 56), "clone");
  EXPECT_EQ(CallName(CallTable::kX86_64, 0x40000000 + 257), "openat");
  EXPECT_EQ(CallName(CallTable::kX86_64, 0x40000000 + 520), "execve");
  EXPECT_EQ(CallName(CallTable::kX86_64, -1), "");
  EXPECT_EQ(CallName(CallTable::kArm64, 600), "");
}

TEST(Calls, AreSortedAndNoNumberStandsTwice) {
  std::set<std::pair<size_t, int32_t>> numbers;
  absl::string_view before;
  for (const Call& call : Calls()) {
    EXPECT_LT(before, call.name);
    before = call.name;
    for (size_t table = 0; table < 4; ++table) {
      if (call.numbers[table] < 0) continue;
      EXPECT_TRUE(numbers.emplace(table, call.numbers[table]).second) << call.name;
    }
  }
}

// Every type that a kind lists is a call of some machine, but for those that no call makes.
TEST(Calls, TheTableKnowsEveryTypeOfTheSchema) {
  const std::set<absl::string_view> not_calls = {
      "procexit",         "signaldeliver",  "receive_fd", "dns", "lockdown",
      "kernel_read_file", "usermodehelper", "drop",       "hook"};
  for (const KindInfo& info : Kinds()) {
    for (const absl::string_view type : absl::StrSplit(info.types, ',', absl::SkipEmpty())) {
      const bool known = std::any_of(Calls().begin(), Calls().end(),
                                     [&](const Call& call) { return call.name == type; });
      EXPECT_NE(known, not_calls.count(type) > 0) << type;
    }
  }
}

}  // namespace
}  // namespace vedette
