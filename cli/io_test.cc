// SPDX-License-Identifier: Apache-2.0
#include "cli/io.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "base/file.h"

namespace vedette {
namespace {

TEST(Io, WhatIsComplainedOfCannotReachTheTerminal) {
  CapturedIo io;
  io.Complain("no file a\x1b]0;b\x07");
  EXPECT_EQ(io.error(), "vedette: no file a\\x1b]0;b\\x07\n");
}

TEST(Io, SaysWhoComplains) {
  CapturedIo io;
  EXPECT_EQ(io.Fail(absl::PermissionDeniedError("rules.yaml: no access")), ExitCode::kNotPermitted);
  EXPECT_EQ(io.error(), "vedette: rules.yaml: no access\n");
  EXPECT_EQ(io.out(), "");
}

// Prints two lines to `output` as standard output.
std::unique_ptr<Io> PrintTo(int output) {
  const int kept = dup(STDOUT_FILENO);
  EXPECT_GE(dup2(output, STDOUT_FILENO), 0);
  std::unique_ptr<Io> io = NewStandardIo();
  io->Print("lost\n");
  io->Print("lost too\n");
  dup2(kept, STDOUT_FILENO);
  close(kept);
  return io;
}

// As `vedette query ... | head -1` does.
TEST(Io, AReaderWhoHasGoneIsNoError) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  close(ends[0]);
  const std::unique_ptr<Io> io = PrintTo(ends[1]);
  close(ends[1]);
  EXPECT_TRUE(io->closed());
  EXPECT_TRUE(io->written().ok()) << io->written();
}

TEST(Io, AFullDiskWasNoError) {
  const OwnedFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full.valid());
  const std::unique_ptr<Io> io = PrintTo(full.get());
  EXPECT_TRUE(io->closed());
  EXPECT_EQ(io->written().message(), "write standard output: No space left on device");
}

}  // namespace
}  // namespace vedette
