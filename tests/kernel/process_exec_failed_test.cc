// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "tests/kernel/process_fixture.h"

namespace vedette {
namespace {

class ExecFailedTest : public ProcessKindTest {
 protected:
  void SetUp() override {
    ProcessKindTest::SetUp();
    char name[] = "/tmp/vedette_exec_XXXXXX";
    directory_ = mkdtemp(name);
    path_ = absl::StrCat(directory_, "/program");
  }
  void TearDown() override {
    unlink(path_.c_str());
    rmdir(directory_.c_str());
  }
  void Write(absl::string_view content, mode_t mode) {
    const int fd = open(path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    ASSERT_EQ(write(fd, content.data(), content.size()), static_cast<ssize_t>(content.size()));
    fchmod(fd, mode);
    close(fd);
  }
  // Runs it in the act; ends with 0 if that fails as expected.
  static int FailsWith(const char* path, int error) {
    execl(path, path, nullptr);
    return errno == error ? 0 : 1;
  }
  // User memory is all that the return of the call has.
  static uint8_t Flags() { return ByCall("process_exec_failed") ? WIRE_FLAG_USER_PATH : 0; }
  static bool HasHook(absl::string_view part) {
    return ByCall("process_exec_failed") || !HookOf("process_exec_failed", part).empty();
  }
  static bool KnowsPrograms() {
    return HasHook("program") &&
           HookOf("process_exec_failed", "program") != "fexit/security_bprm_check";
  }
  std::string directory_, path_;
};

TEST_F(ExecFailedTest, AMissingProgramTellsTheNameAndTheError) {
  if (!HasHook("open")) GTEST_SKIP() << "the hook that sees it is disabled";
  const pid_t pid = Act([&] { return FailsWith(path_.c_str(), ENOENT); });
  const Seen seen = Expect("process_exec_failed", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("name"), path_);
  EXPECT_EQ(seen.members.at("path"), "");
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-ENOENT));
  EXPECT_EQ(seen.header.flags, Flags());
  EXPECT_EQ(seen.header.syscall, SYS_execve);
  EXPECT_EQ(Count("process_exec_failed", {{"pid", absl::StrCat(pid)}}), 1);
}

TEST_F(ExecFailedTest, AFileThatMayNotBeExecutedIsOne) {
  if (!HasHook("open")) GTEST_SKIP() << "the hook that sees it is disabled";
  Write("#!/bin/sh\n", 0600);
  const pid_t pid = Act([&] { return FailsWith(path_.c_str(), EACCES); });
  const Seen seen = Expect("process_exec_failed", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("name"), path_);
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-EACCES));
  EXPECT_EQ(Count("process_exec_failed", {{"pid", absl::StrCat(pid)}}), 1);
}

TEST_F(ExecFailedTest, AFileThatIsNoProgramIsNamedByItsPath) {
  if (!KnowsPrograms()) GTEST_SKIP() << "this hook knows what security modules refuse only";
  Write("neither ELF nor script", 0700);
  const pid_t pid = Act([&] {
    if (chdir(directory_.c_str()) != 0) return 1;
    return FailsWith("./program", ENOEXEC);
  });
  const Seen seen = Expect("process_exec_failed", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("name"), "./program");
  EXPECT_EQ(seen.members.at("path"), ByCall("process_exec_failed") ? "" : path_);
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-ENOEXEC));
  EXPECT_EQ(Count("process_exec_failed", {{"pid", absl::StrCat(pid)}}), 1);
}

TEST_F(ExecFailedTest, AMissingInterpreterFailsTheScriptOnce) {
  if (!KnowsPrograms()) GTEST_SKIP() << "this hook knows what security modules refuse only";
  Write("#!/vedette/none\n", 0700);
  const pid_t pid = Act([&] { return FailsWith(path_.c_str(), ENOENT); });
  const Seen seen = Expect("process_exec_failed", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("name"), path_);
  EXPECT_EQ(seen.members.at("path"), ByCall("process_exec_failed") ? "" : path_);
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-ENOENT));
  EXPECT_EQ(Count("process_exec_failed", {{"pid", absl::StrCat(pid)}}), 1);
}

TEST_F(ExecFailedTest, ExecveatIsAnExec) {
  if (!HasHook("open")) GTEST_SKIP() << "the hook that sees it is disabled";
  const pid_t pid = Act([&] {
    const int directory = open(directory_.c_str(), O_RDONLY | O_DIRECTORY);
    char* const arguments[] = {const_cast<char*>("x"), nullptr};
    syscall(SYS_execveat, directory, "program", arguments, environ, 0);
    return errno == ENOENT ? 0 : 1;
  });
  const Seen seen = Expect("process_exec_failed", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("name"), "program");
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-ENOENT));
  EXPECT_EQ(seen.header.syscall, SYS_execveat);
}

TEST_F(ExecFailedTest, AnExecThatSucceedsIsNone) {
  const pid_t pid = Act([] {
    execl("/bin/sh", "sh", "-c", ":", nullptr);
    return 1;
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("process_exec_failed", {{"pid", absl::StrCat(pid)}}));
}

}  // namespace
}  // namespace vedette
