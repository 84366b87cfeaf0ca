// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "base/temporary_directory.h"
#include "gtest/gtest.h"

namespace vedette {
namespace {

constexpr size_t kLimit = 1 << 20;

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }

class FileTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return directory_.File(name); }
  ptrdiff_t CountFiles() const {
    return std::distance(std::filesystem::directory_iterator(directory_.path()),
                         std::filesystem::directory_iterator());
  }

  const TemporaryDirectory directory_;
};

TEST_F(FileTest, WhatIsWrittenIsRead) {
  const std::string bytes("a\0b\n", 4);
  ASSERT_TRUE(WriteFileAtomically(Path("f"), bytes).ok());
  EXPECT_EQ(*ReadFile(Path("f"), kLimit), bytes);
  EXPECT_EQ(CountFiles(), 1);
}

TEST_F(FileTest, ReplacesAndSetsTheModeExactly) {
  const mode_t old = umask(0077);
  ASSERT_TRUE(WriteFileAtomically(Path("f"), "old").ok());
  ASSERT_TRUE(WriteFileAtomically(Path("f"), "new", 0644).ok());
  umask(old);
  EXPECT_EQ(*ReadFile(Path("f"), kLimit), "new");
  struct stat info = {};
  ASSERT_EQ(stat(Path("f").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0644U);
}

TEST_F(FileTest, AFailedReplacementLeavesNothingBehind) {
  ASSERT_EQ(mkdir(Path("d").c_str(), 0700), 0);
  EXPECT_FALSE(WriteFileAtomically(Path("d"), "x").ok());
  EXPECT_EQ(CountFiles(), 1);
  const absl::Status status = WriteFileAtomically(Path("none/f"), "x");
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::StrContains(status.message(), "none/f")) << status;
}

TEST_F(FileTest, TheLimitIsExact) {
  ASSERT_TRUE(WriteFileAtomically(Path("f"), std::string(100'000, 'x')).ok());
  EXPECT_EQ(ReadFile(Path("f"), 100'000)->size(), 100'000U);
  EXPECT_EQ(ReadFile(Path("f"), 99'999).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReadFile(Path("f"), 0).status().code(), absl::StatusCode::kResourceExhausted);
  ASSERT_TRUE(WriteFileAtomically(Path("empty"), "").ok());
  EXPECT_EQ(*ReadFile(Path("empty"), 0), "");
}

TEST_F(FileTest, ReadsFilesThatClaimToBeEmpty) {
  EXPECT_TRUE(absl::StrContains(*ReadFile("/proc/self/status", kLimit), "Pid:"));
}

TEST_F(FileTest, ErrorsNameThePath) {
  const absl::Status missing = ReadFile(Path("missing"), kLimit).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::StrContains(missing.message(), Path("missing"))) << missing;
  EXPECT_FALSE(ReadFile(directory_.path(), kLimit).ok());
}

TEST_F(FileTest, OwnedFdClosesMovesAndLetsGo) {
  OwnedFd first = *OpenFile("/dev/null", O_RDONLY);
  const int number = first.get();
  EXPECT_TRUE((fcntl(number, F_GETFD) & FD_CLOEXEC) != 0);
  OwnedFd second = std::move(first);
  EXPECT_EQ(second.get(), number);
  EXPECT_TRUE(IsOpen(number));
  second = *OpenFile("/dev/null", O_RDONLY);
  EXPECT_FALSE(IsOpen(number));
  const int released = second.Release();
  EXPECT_FALSE(second.valid());
  EXPECT_TRUE(IsOpen(released));
  second.Reset(released);
  second.Reset();
  EXPECT_FALSE(IsOpen(released));
}

TEST_F(FileTest, ClosingKeepsErrno) {
  OwnedFd bad(999'999);
  errno = EACCES;
  bad.Reset();
  EXPECT_EQ(errno, EACCES);
}

}  // namespace
}  // namespace vedette
