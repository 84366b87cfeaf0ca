// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.h"
#include "integrations/format/golden.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Fields, DocsFieldsMdIsUpToDate) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"fields", "--markdown"}, io), ExitCode::kDone);
  ExpectGolden("../../docs/fields.md", io.out());
}

TEST(Fields, ListsAllOfThem) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"fields"}, io), ExitCode::kDone);
  for (const Field& field : Fields()) EXPECT_THAT(io.out(), HasSubstr(std::string(field.name)));
}

TEST(Fields, APatternNarrowsIgnoringCase) {
  CapturedIo io;
  ASSERT_EQ(RunCommandLine({"fields", "FD.RPORT"}, io), ExitCode::kDone);
  EXPECT_THAT(io.out(), HasSubstr("fd.rport"));
  EXPECT_THAT(io.out(), Not(HasSubstr("proc.name")));
}

TEST(Fields, NothingFoundFailsWithAHint) {
  CapturedIo io;
  EXPECT_EQ(RunCommandLine({"fields", "proc.nmae"}, io), ExitCode::kFailed);
  EXPECT_THAT(io.error(), HasSubstr("did you mean \"proc.name\"?"));
}

}  // namespace
}  // namespace vedette
