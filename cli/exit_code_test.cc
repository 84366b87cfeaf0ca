// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(ExitCode, OfAStatus) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kDone);
  EXPECT_EQ(ExitCodeOf(absl::PermissionDeniedError("x")), ExitCode::kNotPermitted);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("x")), ExitCode::kFailed);
}

TEST(ExitCode, TheTableHasALineForEach) {
  EXPECT_THAT(ExitCodeTable(), testing::StartsWith("  0  done\n  1  "));
  EXPECT_THAT(ExitCodeTable(), testing::HasSubstr("\n  4  this kernel cannot"));
}

}  // namespace
}  // namespace vedette
