// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "integrations/sinks/registry.h"

namespace vedette {
namespace {

TEST(Sinks, ListNamesEachWithItsOptions) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"sinks", "list"}, io), ExitCode::kDone) << io.error();
  for (const SinkType& type : SinkTypes()) {
    EXPECT_THAT(io.out(), testing::HasSubstr(absl::StrCat(type.name, ": ", type.doc)));
    for (const SinkOption& option : type.spec.options) {
      EXPECT_THAT(io.out(), testing::HasSubstr(absl::StrCat("  ", option.name, " ")));
    }
  }
}

}  // namespace
}  // namespace vedette
