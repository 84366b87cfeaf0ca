// SPDX-License-Identifier: Apache-2.0
//
// answers_test has what every command makes of them.
#include "cli/answer_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

TEST(TimesOf, EndsThatAreGiven) {
  EXPECT_TRUE(TimesOf({}, kNow)->is_all());
  const auto both = TimesOf({.since = "2h", .until = "1h", .between = ""}, kNow);
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->from, kNow - absl::Hours(2));
  EXPECT_EQ(both->to, kNow - absl::Hours(1));
  const auto between = TimesOf({.since = "", .until = "", .between = "1h..2h"}, kNow);
  ASSERT_TRUE(between.ok());
  EXPECT_EQ(between->And("t"), both->And("t"));
}

TEST(TimesOf, ATimeThatEndsBeforeItBeginsIsAMistake) {
  EXPECT_EQ(
      std::string(TimesOf({.since = "1h", .until = "2h", .between = ""}, kNow).status().message()),
      "there is no time between --since 1h and --until 2h");
}

TEST(PageFlags, TheEndDoesNotOverflow) {
  EXPECT_EQ((PageFlags{.limit = 10, .offset = 20}).end(), 30u);
  EXPECT_EQ((PageFlags{.limit = ~uint64_t{0}, .offset = 20}).end(), ~uint64_t{0});
}

TEST(MoreNote, SaysHowToGoOn) {
  EXPECT_EQ(MoreNote({.limit = 10, .offset = 20}, 10),
            "note: there are more than these 10; --offset 30 shows the next, --limit N more at "
            "once\n");
}

}  // namespace
}  // namespace vedette
