// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {
namespace {

using testing::HasSubstr;

TEST(WatchCondition, ShortCutsNarrow) {
  EXPECT_EQ(WatchCondition({.where = "", .exec = true}), "evt.kind in (process_exec)");
  EXPECT_EQ(WatchCondition({.where = "proc.name = nc"}), "proc.name = nc");
  EXPECT_EQ(WatchCondition({.where = "a or b", .open = true, .connect = true}),
            "evt.kind in (file_open, network_connect) and (a or b)");
}

TEST(CompileWatch, OnlyTheKindsThatAreAskedForAreWanted) {
  const auto rules = CompileWatch({.where = "fd.name startswith /etc/", .open = true});
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_EQ(rules->tables.wanted, KindBit(WIRE_file_open));
  EXPECT_FALSE(rules->tables.paths.empty());  // The kernel decides it.
}

TEST(CompileWatch, MistakesAreShownWhereTheyWereMade) {
  const auto rules = CompileWatch({.where = "proc.nam = nc", .exec = true});
  EXPECT_THAT(std::string(rules.status().message()), HasSubstr("--where:1:1: error:"));
  EXPECT_THAT(std::string(rules.status().message()), HasSubstr("did you mean"));
}

TEST(CompileWatch, ABracketDoesNotReachBeyondTheCondition) {
  EXPECT_FALSE(CompileWatch({.where = "proc.pid = 1) or (proc.pid = 2", .exec = true}).ok());
}

}  // namespace
}  // namespace vedette
