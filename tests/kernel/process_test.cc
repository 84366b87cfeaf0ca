// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/kernel/kernel_fixture.h"

namespace vedette {
namespace {

class ProcessTest : public KernelTest {};

constexpr char kShell[] = "/bin/sh";

TEST_F(ProcessTest, AnExecTellsWhoRunsWhatWithWhichArguments) {
  const pid_t pid = Act([] {
    setenv("VEDETTE_MARK", "in the environment", 1);
    execl(kShell, "-sh", "-c", "exit 0", nullptr);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  struct stat file = {};
  ASSERT_EQ(stat(kShell, &file), 0);
  EXPECT_EQ(exec.members.at("args"), std::string("-sh\0-c\0exit 0\0", 14));
  EXPECT_NE(exec.members.at("env").find("VEDETTE_MARK=in the environment"), std::string::npos);
  EXPECT_EQ(exec.members.at("exe_requested"), kShell);
  EXPECT_EQ(exec.members.at("exe_ino"), absl::StrCat(file.st_ino));
  EXPECT_EQ(exec.members.at("exe_dev"), absl::StrCat(file.st_dev));
  EXPECT_EQ(exec.members.at("exe_mode"), absl::StrCat(file.st_mode));
  EXPECT_EQ(exec.members.at("uid"), absl::StrCat(geteuid()));
  EXPECT_EQ(exec.members.at("exe_deleted"), "0");
  EXPECT_EQ(exec.members.at("exe_from_memfd"), "0");
  char cwd[4096];
  EXPECT_EQ(exec.members.at("cwd"), getcwd(cwd, sizeof(cwd)));
  char* const real = realpath(kShell, nullptr);
  EXPECT_EQ(exec.members.at("exe_path"), real);
  std::free(real);
  EXPECT_EQ(exec.members.at("tid"), absl::StrCat(pid));
  EXPECT_EQ(exec.members.at("sid"), absl::StrCat(getsid(0)));
}

TEST_F(ProcessTest, AChildKnowsItsParentAndAnExecWhatItWasBefore) {
  const pid_t pid = Act([] {
    const pid_t child = fork();
    if (child == 0) {
      execl(kShell, "sh", "-c", "exit 3", nullptr);
      _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status) == 3 ? 0 : 1;
  });
  const Seen fork_record = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  const std::string child = fork_record.members.at("child_pid");
  const Seen exec = Expect("process_exec", {{"pid", child}});
  const Seen exit_record = Expect("process_exit", {{"pid", child}});
  EXPECT_EQ(exec.members.at("parent_exec_id"), fork_record.members.at("exec_id"));
  EXPECT_EQ(exec.members.at("parent_pid"), absl::StrCat(pid));
  EXPECT_EQ(exec.members.at("previous_exec_id"), fork_record.members.at("child_exec_id"));
  EXPECT_NE(exec.members.at("exec_id"), exec.members.at("previous_exec_id"));
  EXPECT_EQ(exit_record.members.at("exec_id"), exec.members.at("exec_id"));
  EXPECT_EQ(exit_record.members.at("start_ns"), exec.members.at("start_ns"));
  EXPECT_EQ(exit_record.members.at("status"), "3");
  EXPECT_EQ(exit_record.members.at("signal"), "0");
}

TEST_F(ProcessTest, AnExitBySignalNamesTheSignal) {
  Act([] {
    const pid_t child = fork();
    if (child == 0) {
      raise(SIGUSR1);
      _exit(0);
    }
    waitpid(child, nullptr, 0);
    return 0;
  });
  const Seen record = Expect("process_exit", {{"signal", absl::StrCat(SIGUSR1)}});
  EXPECT_EQ(record.members.at("status"), "0");
}

TEST_F(ProcessTest, ThreadsNeitherForkNorExit) {
  const pid_t pid = Act([] {
    std::thread([] {}).join();
    std::thread([] {}).join();
    return 0;
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("process_fork", {{"pid", absl::StrCat(pid)}}));
}

TEST_F(ProcessTest, AnExecFromAThreadThatIsNotTheLeaderKeepsTheProcess) {
  const pid_t pid = Act([] {
    std::thread([] { execl(kShell, "sh", "-c", ":", nullptr); }).join();
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exec.members.at("tid"), absl::StrCat(pid));
  const Seen exit_record = Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exit_record.members.at("exec_id"), exec.members.at("exec_id"));
}

int CopyShellTo(int fd) {
  const int from = open(kShell, O_RDONLY);
  char buffer[65536];
  for (ssize_t size = 0; (size = read(from, buffer, sizeof(buffer))) > 0;) {
    if (write(fd, buffer, static_cast<size_t>(size)) != size) return 1;
  }
  close(from);
  return 0;
}

TEST_F(ProcessTest, AMemfdIsRecognised) {
  const pid_t pid = Act([] {
    const int fd = static_cast<int>(syscall(SYS_memfd_create, "hidden", 0));
    if (fd < 0 || CopyShellTo(fd) != 0) return 1;
    char* const arguments[] = {const_cast<char*>("sh"), const_cast<char*>("-c"),
                               const_cast<char*>(":"), nullptr};
    fexecve(fd, arguments, environ);
    return 2;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exec.members.at("exe_from_memfd"), "1");
  EXPECT_EQ(exec.members.at("exe_deleted"), "0");
  EXPECT_EQ(exec.members.at("exe_path"), "memfd:hidden");
  EXPECT_EQ(exec.members.at("exe_links"), "0");
}

TEST_F(ProcessTest, ADeletedExecutableIsRecognisedAndItsPathKept) {
  char path[] = "/tmp/vedette_deleted_XXXXXX";
  const int made = mkstemp(path);
  ASSERT_GE(made, 0);
  ASSERT_EQ(CopyShellTo(made), 0);
  fchmod(made, 0755);
  close(made);
  const pid_t pid = Act([&path] {
    const int fd = open(path, O_RDONLY);
    if (fd < 0 || unlink(path) != 0) return 1;
    char* const arguments[] = {const_cast<char*>("sh"), const_cast<char*>("-c"),
                               const_cast<char*>(":"), nullptr};
    fexecve(fd, arguments, environ);
    return 2;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exec.members.at("exe_deleted"), "1");
  EXPECT_EQ(exec.members.at("exe_from_memfd"), "0");
  EXPECT_EQ(exec.members.at("exe_path"), path);
}

TEST_F(ProcessTest, AScriptIsNamedBesideItsInterpreter) {
  char path[] = "/tmp/vedette_script_XXXXXX";
  const int fd = mkstemp(path);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(write(fd, "#!/bin/sh\n:\n", 12), 12);
  fchmod(fd, 0755);
  close(fd);
  const pid_t pid = Act([&path] {
    execl(path, path, nullptr);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exec.members.at("exe_requested"), path);
  char* const real = realpath(kShell, nullptr);
  EXPECT_EQ(exec.members.at("exe_path"), real);
  std::free(real);
  unlink(path);
}

TEST_F(ProcessTest, LongArgumentsAreCutAndFlagged) {
  const pid_t pid = Act([] {
    execl(kShell, "sh", "-c", ":", std::string(8000, 'x').c_str(), nullptr);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_TRUE(exec.truncated.at("args"));
  EXPECT_EQ(exec.members.at("args").size(), size_t{WIRE_TEXT_MAX});
}

TEST_F(ProcessTest, ChangedIdsAreThoseOfTheAct) {
  if (geteuid() != 0) GTEST_SKIP() << "changing the user takes root";
  const pid_t pid = Act([] {
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0) return 1;
    execl(kShell, "sh", "-c", ":", nullptr);
    return 2;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exec.members.at("uid"), "65534");
  EXPECT_EQ(exec.members.at("gid"), "65534");
  EXPECT_EQ(exec.members.at("real_uid"), "65534");
  EXPECT_EQ(exec.members.at("cap_effective"), "0");
}

}  // namespace
}  // namespace vedette
