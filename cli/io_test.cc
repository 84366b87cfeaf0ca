// SPDX-License-Identifier: Apache-2.0
#include "cli/io.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace vedette {
namespace {

TEST(Io, SaysWhoComplains) {
  CapturedIo io;
  EXPECT_EQ(io.Fail(absl::PermissionDeniedError("rules.yaml: no access")), ExitCode::kNotPermitted);
  EXPECT_EQ(io.error(), "vedette: rules.yaml: no access\n");
  EXPECT_EQ(io.out(), "");
}

// As `vedette query ... | head -1` does.
TEST(Io, AReaderWhoHasGoneIsNoError) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const int kept = dup(STDOUT_FILENO);
  close(ends[0]);
  ASSERT_GE(dup2(ends[1], STDOUT_FILENO), 0);
  const std::unique_ptr<Io> io = NewStandardIo();
  io->Print("lost\n");
  const bool closed = io->closed();
  io->Print("lost too\n");
  dup2(kept, STDOUT_FILENO);
  close(kept);
  close(ends[1]);
  EXPECT_TRUE(closed);
}

}  // namespace
}  // namespace vedette
