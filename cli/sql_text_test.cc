// SPDX-License-Identifier: Apache-2.0
#include "cli/sql_text.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(SqlText, QuotesEndNothing) {
  EXPECT_EQ(SqlText(""), "''");
  EXPECT_EQ(SqlText("it's'"), "'it''s'''");
}

}  // namespace
}  // namespace vedette
