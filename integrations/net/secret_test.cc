// SPDX-License-Identifier: Apache-2.0
#include "integrations/net/secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/file.h"
#include "base/temporary_directory.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

absl::StatusOr<Secret> ReadFrom(const std::string& text) {
  const auto source = SecretSource::Parse(text);
  if (!source.ok()) return source.status();
  return source->Read();
}

TEST(SecretTest, FilesAndVariables) {
  const TemporaryDirectory folder;
  const std::string path = folder.File("token");
  ASSERT_TRUE(WriteFileAtomically(path, "hunter2\n", 0600).ok());
  EXPECT_EQ(ReadFrom("file:" + path)->Reveal(), "hunter2");
  ASSERT_TRUE(WriteFileAtomically(path, "changed", 0640).ok());
  EXPECT_EQ(ReadFrom("file:" + path)->Reveal(), "changed");
  setenv("VEDETTE_TEST_SECRET", "s3", 1);
  EXPECT_EQ(ReadFrom("env:VEDETTE_TEST_SECRET")->Reveal(), "s3");
  EXPECT_TRUE(SecretSource().Read()->empty());
}

TEST(SecretTest, WhatIsWrongIsSaidWithoutTheSecret) {
  for (const char* text : {"hunter2", "", "file:hunter2", "env:", "env:A=hunter2"}) {
    const absl::Status status = SecretSource::Parse(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hunter2")));
  }
  const TemporaryDirectory folder;
  const std::string path = folder.File("token");
  EXPECT_TRUE(absl::IsNotFound(ReadFrom("file:" + path).status()));
  ASSERT_TRUE(WriteFileAtomically(path, "hunter2", 0604).ok());
  const absl::Status open = ReadFrom("file:" + path).status();
  EXPECT_THAT(std::string(open.message()), HasSubstr("chmod 600"));
  ASSERT_TRUE(WriteFileAtomically(path, " \n", 0600).ok());
  EXPECT_THAT(std::string(ReadFrom("file:" + path).status().message()), HasSubstr("empty"));
  EXPECT_THAT(std::string(ReadFrom("env:VEDETTE_NO_SUCH").status().message()),
              HasSubstr("VEDETTE_NO_SUCH"));
}

TEST(SecretTest, MovingWipesWhatWasThere) {
  Secret a("short");
  const Secret b(std::move(a));
  EXPECT_EQ(b.Reveal(), "short");
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is the question.
}

}  // namespace
}  // namespace vedette
