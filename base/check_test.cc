// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"

namespace vedette {
namespace {

TEST(Check, GoesOnWhenTheConditionHolds) {
  CHECK(true) << "never read";
  CHECK_EQ(std::string("a"), "a");
  CHECK_NE(1, 2);
  CHECK_LT(1, 2);
  CHECK_LE(2, 2);
  CHECK_GT(2, 1);
  CHECK_GE(2, 2) << "never read";
}

TEST(Check, EvaluatesOperandsOnce) {
  int calls = 0;
  CHECK_GT(++calls, 0);
  CHECK(++calls > 0);
  EXPECT_EQ(calls, 2);
}

TEST(Check, FitsAnUnbracedIf) {
  bool other = false;
  if (other)
    CHECK_EQ(1, 2);
  else
    other = true;
  EXPECT_TRUE(other);
}

TEST(CheckDeathTest, SaysWhereAndWhat) {
  EXPECT_DEATH(CHECK(1 > 2) << "so it is " << 3,
               "check_test.cc:[0-9]+: check failed: 1 > 2 so it is 3");
}

TEST(CheckDeathTest, ShowsBothOperands) {
  const int rows = 3;
  EXPECT_DEATH(CHECK_EQ(rows, 4) << "columns differ",
               "check failed: rows == 4  \\(3 vs. 4\\) columns differ");
}

TEST(CheckDeathTest, ComparesWhatCannotBePrinted) {
  struct Opaque {
    bool operator==(const Opaque&) const { return false; }
  };
  EXPECT_DEATH(CHECK_EQ(Opaque(), Opaque()), "unprintable");
}

}  // namespace
}  // namespace vedette
