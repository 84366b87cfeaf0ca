// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "tests/kernel/process_fixture.h"

namespace vedette {
namespace {

class CoredumpTest : public ProcessKindTest {};

// Ends by the signal in a child, without a file where the machine keeps cores.
int DieBy(int signal) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    raise(signal);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == signal ? 0 : 1;
}

TEST_F(CoredumpTest, TellsTheSignal) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGQUIT}) {
    const pid_t pid = Act([signal] { return DieBy(signal); });
    const Seen fork = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
    const Seen seen = Expect("process_coredump", {{"pid", fork.members.at("child_pid")}});
    EXPECT_EQ(seen.members.at("signal"), absl::StrCat(signal));
    EXPECT_EQ(seen.header.flags, 0);
  }
}

TEST_F(CoredumpTest, OtherSignalsAndHandlersLeaveNone) {
  const pid_t pid = Act([] {
    signal(SIGSEGV, [](int) {});
    raise(SIGSEGV);
    return DieBy(SIGTERM);
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  const Seen fork = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("process_coredump", {{"pid", absl::StrCat(pid)}}));
  EXPECT_FALSE(Saw("process_coredump", {{"pid", fork.members.at("child_pid")}}));
}

class HelperTest : public ProcessKindTest {};

TEST_F(HelperTest, TellsTheProgramAndItsArguments) {
  if (HookOf("process_helper").empty()) {
    GTEST_SKIP() << "no tracepoint is there where the kernel starts a program";
  }
  // A module for an address family that nobody has. Not where the machine would start a program.
  if (!InGuest()) GTEST_SKIP() << "only in a guest: it has the kernel start a program";
  const pid_t pid = Act([] { return socket(AF_DECnet, SOCK_STREAM, 0) < 0 ? 0 : 1; });
  const Seen seen = Expect("process_helper", {{"pid", absl::StrCat(pid)}});
  char modprobe[256] = {};
  const int fd = open("/proc/sys/kernel/modprobe", O_RDONLY | O_CLOEXEC);
  ASSERT_GT(read(fd, modprobe, sizeof(modprobe) - 1), 0);
  close(fd);
  *strchr(modprobe, '\n') = 0;
  EXPECT_EQ(seen.members.at("path"), modprobe);
  const std::string expected = absl::StrCat(modprobe, std::string("\0-q\0--\0net-pf-12\0", 17));
  EXPECT_EQ(seen.members.at("helper_args"), expected);
  EXPECT_FALSE(seen.truncated.at("helper_args"));
  EXPECT_EQ(seen.header.flags, WIRE_FLAG_LOOSE_PATH);
}

}  // namespace
}  // namespace vedette
