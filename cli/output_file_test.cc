// SPDX-License-Identifier: Apache-2.0
#include "cli/output_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/temporary_directory.h"

namespace vedette {
namespace {

TEST(OutputFile, AppearsWhenItIsWhole) {
  const TemporaryDirectory folder;
  const std::string path = folder.File("out");
  ASSERT_TRUE(WriteFileAtomically(path, "before").ok());
  CapturedIo io;
  {
    auto file = OutputFile::Create(path, io);
    ASSERT_TRUE(file.ok()) << file.status();
    (*file)->Print("half");
    (*file)->PrintError("said");
  }
  EXPECT_EQ(*ReadFile(path, 100), "before");
  EXPECT_EQ(io.error(), "said");
  auto file = OutputFile::Create(path, io);
  ASSERT_TRUE(file.ok()) << file.status();
  const std::string large(1 << 20, 'x');
  (*file)->Print(large);
  ASSERT_TRUE((*file)->Commit().ok());
  EXPECT_EQ(*ReadFile(path, 2 << 20), large);
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  file->reset();
  const auto entries = std::filesystem::directory_iterator(folder.path());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
  EXPECT_EQ(io.out(), "");
}

TEST(OutputFile, WhatIsNoFileStays) {
  const TemporaryDirectory folder;
  CapturedIo io;
  const std::string pipe = folder.File("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path : {pipe, folder.path(), std::string("/dev/null")}) {
    EXPECT_EQ(OutputFile::Create(path, io).status().code(), absl::StatusCode::kFailedPrecondition)
        << path;
  }
  struct stat there;
  ASSERT_EQ(lstat(pipe.c_str(), &there), 0);
  EXPECT_TRUE(S_ISFIFO(there.st_mode));
}

TEST(OutputFile, WhatCannotBeWrittenIsSaid) {
  CapturedIo io;
  EXPECT_EQ(OutputFile::Create("/nowhere/out", io).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace vedette
