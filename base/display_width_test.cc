// SPDX-License-Identifier: Apache-2.0
//
// table_test has wide and combining characters.
#include "base/display_width.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(WidthPrefix, CutsBetweenCharacters) {
  EXPECT_EQ(DisplayWidth("a\xe6\xbc\xa2z"), 4u);
  EXPECT_EQ(WidthPrefix("a\xe6\xbc\xa2z", 2), "a");
  EXPECT_EQ(WidthSuffix("a\xe6\xbc\xa2z", 2), "z");
  EXPECT_EQ(WidthPrefix("abc", 9), "abc");
}

TEST(WrapToWidth, BreaksAtBlanksAndLongWordsAnywhere) {
  EXPECT_EQ(WrapToWidth("one two three", 20, 12, 4), "one two three");  // No room: as it is.
  EXPECT_EQ(WrapToWidth("aaaa bbbb cccc dddd", 20, 0, 4), "aaaa bbbb cccc dddd");
  EXPECT_EQ(WrapToWidth("aaaa bbbb cccc dddd e", 20, 0, 4), "aaaa bbbb cccc dddd\n    e");
  EXPECT_EQ(WrapToWidth("/a/path/that/is/longer/than/it", 20, 0, 4),
            "/a/path/that/is/long\n    er/than/it");
  EXPECT_EQ(WrapToWidth("two  blanks", 40, 0, 4), "two  blanks");
  EXPECT_EQ(WrapToWidth("", 40, 0, 4), "");
}

}  // namespace
}  // namespace vedette
