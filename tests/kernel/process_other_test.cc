// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"
#include "tests/kernel/process_fixture.h"

namespace vedette {
namespace {

constexpr char kAttach[] = "2";  // PTRACE_MODE_ATTACH

// A child of the act that waits until it is told to end.
class Target {
 public:
  Target() {
    if (pipe(ends_) != 0) _exit(90);
    pid_ = fork();
    if (pid_ != 0) return;
    close(ends_[1]);
    char byte = 0;
    (void)!read(ends_[0], &byte, 1);
    _exit(0);
  }
  pid_t pid() const { return pid_; }
  int End() const {
    close(ends_[1]);
    int status = 0;
    return waitpid(pid_, &status, 0) == pid_ ? 0 : 91;
  }

 private:
  int ends_[2] = {};
  pid_t pid_ = -1;
};

class PtraceTest : public ProcessKindTest {
 protected:
  // The first record of the act, and the target as the fork told it.
  void ExpectLook(pid_t actor, long call, bool traceme) {
    const Seen fork = Expect("process_fork", {{"pid", absl::StrCat(actor)}});
    const std::string looker = traceme ? fork.members.at("child_pid") : absl::StrCat(actor);
    seen_ = Expect("process_ptrace", {{"pid", looker}});
    EXPECT_EQ(seen_.members.at("target_pid"),
              traceme ? absl::StrCat(actor) : fork.members.at("child_pid"));
    target_exec_id_ = traceme ? fork.members.at("exec_id") : fork.members.at("child_exec_id");
    EXPECT_EQ(seen_.members.at("result"), "0");
    EXPECT_EQ(seen_.members.at("traceme"), traceme ? "1" : "0");
    EXPECT_EQ(seen_.header.flags, AttemptFlag("process_ptrace"));
    EXPECT_EQ(seen_.header.syscall, call);
  }
  Seen seen_;
  std::string target_exec_id_;
};

TEST_F(PtraceTest, AttachingTellsTheTarget) {
  const pid_t pid = Act([] {
    const Target target;
    if (ptrace(PTRACE_ATTACH, target.pid(), nullptr, nullptr) != 0) return 1;
    waitpid(target.pid(), nullptr, 0);
    if (ptrace(PTRACE_DETACH, target.pid(), nullptr, nullptr) != 0) return 2;
    return target.End();
  });
  ExpectLook(pid, SYS_ptrace, false);
  EXPECT_EQ(seen_.members.at("target_exec_id"), target_exec_id_);
  EXPECT_NE(std::atoi(seen_.members.at("access_mode").c_str()) & 2, 0);
  EXPECT_EQ(Count("process_ptrace", {{"pid", absl::StrCat(pid)}}), 1);
}

TEST_F(PtraceTest, AskingTheParentToTraceIsOne) {
  const pid_t pid = Act([] {
    const pid_t child = fork();
    if (child == 0) _exit(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? 0 : 1);
    return StatusOf(child);
  });
  ExpectLook(pid, SYS_ptrace, true);
  EXPECT_EQ(seen_.members.at("target_exec_id"), target_exec_id_);
  EXPECT_EQ(seen_.members.at("access_mode"), "0");
}

int CopyMemory(long call) {
  static char text[8] = "vedette";
  const Target target;
  char copy[8] = "changed";
  iovec here = {copy, sizeof(copy)}, there = {text, sizeof(text)};
  if (syscall(call, target.pid(), &here, 1, &there, 1, 0) != sizeof(copy)) return 1;
  return target.End();
}

TEST_F(PtraceTest, ReadingMemoryIsOne) {
  ExpectLook(Act([] { return CopyMemory(SYS_process_vm_readv); }), SYS_process_vm_readv, false);
  // The return of the call knows a number, not the task.
  EXPECT_EQ(seen_.members.at("target_exec_id"), ByCall("process_ptrace") ? "0" : target_exec_id_);
}

TEST_F(PtraceTest, WritingMemoryIsOne) {
  ExpectLook(Act([] { return CopyMemory(SYS_process_vm_writev); }), SYS_process_vm_writev, false);
  EXPECT_EQ(seen_.members.at("target_exec_id"), ByCall("process_ptrace") ? "0" : target_exec_id_);
}

TEST_F(PtraceTest, WritingMemoryThroughProcIsOne) {
  if (ByCall("process_ptrace")) GTEST_SKIP() << "in tracepoint mode /proc/PID/mem passes by";
  const pid_t pid = Act([] {
    static char text[8] = "vedette";
    const Target target;
    const int fd = open(absl::StrFormat("/proc/%d/mem", target.pid()).c_str(), O_RDWR);
    if (pwrite(fd, "changed", 8, reinterpret_cast<off_t>(&text[0])) != 8) return 1;
    return target.End();
  });
  ExpectLook(pid, SYS_openat, false);
  EXPECT_EQ(seen_.members.at("target_exec_id"), target_exec_id_);
}

TEST_F(PtraceTest, TakingADescriptorIsOne) {
  if (ByCall("process_ptrace")) GTEST_SKIP() << "in tracepoint mode pidfd_getfd is file_receive";
  const pid_t pid = Act([] {
    const Target target;
    const long handle = syscall(SYS_pidfd_open, target.pid(), 0);
    if (syscall(SYS_pidfd_getfd, handle, 0, 0) < 0) return 1;
    return target.End();
  });
  ExpectLook(pid, SYS_pidfd_getfd, false);
  EXPECT_EQ(seen_.members.at("target_exec_id"), target_exec_id_);
}

TEST_F(PtraceTest, LookingIntoProcIsNone) {
  const pid_t pid = Act([] {
    const Target target;
    const std::string directory = absl::StrFormat("/proc/%d/", target.pid());
    char text[64];
    if (readlink((directory + "exe").c_str(), text, sizeof(text)) < 0) return 1;
    if (open((directory + "environ").c_str(), O_RDONLY) < 0) return 2;
    return target.End();
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("process_ptrace", {{"pid", absl::StrCat(pid)}}));
}

class SignalTest : public ProcessKindTest {};

struct SignalCase {
  const char* name;
  long call;
  int (*send)(pid_t target);
};
constexpr SignalCase kSignalCases[] = {
    {"kill", SYS_kill, [](pid_t target) { return kill(target, SIGUSR1); }},
    {"tgkill", SYS_tgkill,
     [](pid_t target) { return static_cast<int>(syscall(SYS_tgkill, target, target, SIGUSR1)); }},
    {"tkill", SYS_tkill,
     [](pid_t target) { return static_cast<int>(syscall(SYS_tkill, target, SIGUSR1)); }},
    {"rt_sigqueueinfo", SYS_rt_sigqueueinfo,
     [](pid_t target) { return sigqueue(target, SIGUSR1, {}); }},
    {"pidfd_send_signal", SYS_pidfd_send_signal,
     [](pid_t target) {
       const long handle = syscall(SYS_pidfd_open, target, 0);
       return static_cast<int>(syscall(SYS_pidfd_send_signal, handle, SIGUSR1, nullptr, 0));
     }},
};

TEST_F(SignalTest, EveryCallThatSendsOneTellsWhomAndWhat) {
  for (const SignalCase& c : kSignalCases) {
    const pid_t pid = Act([&] {
      const Target target;
      if (kill(target.pid(), 0) != 0 || c.send(target.pid()) != 0) return 1;
      return target.End();
    });
    const Seen fork = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
    const Seen seen = Expect("process_signal", {{"pid", absl::StrCat(pid)}});
    auto m = seen.members;
    EXPECT_EQ(m["target_pid"], fork.members.at("child_pid")) << c.name;
    EXPECT_EQ(m["target_exec_id"], fork.members.at("child_exec_id")) << c.name;
    EXPECT_EQ(m["signal"], absl::StrCat(SIGUSR1)) << c.name;
    EXPECT_EQ(m["result"], "0") << c.name;
    EXPECT_EQ(seen.header.flags, AttemptFlag("process_signal", "asked")) << c.name;
    EXPECT_EQ(seen.header.syscall, c.call) << c.name;
    EXPECT_EQ(Count("process_signal", {{"pid", absl::StrCat(pid)}}), 1) << c.name;
  }
}

TEST_F(SignalTest, SignalsToOneselfAreNone) {
  const pid_t pid = Act([] {
    signal(SIGUSR1, SIG_IGN);
    return kill(getpid(), SIGUSR1) + raise(SIGUSR1);
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("process_signal", {{"pid", absl::StrCat(pid)}}));
}

TEST_F(SignalTest, TheEndOfAChildIsNone) {
  const pid_t pid = Act([] {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    return StatusOf(child);
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  const Seen fork = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("process_signal", {{"pid", fork.members.at("child_pid")}}));
}

// Security modules are not asked where a cgroup is killed.
TEST_F(SignalTest, KillingACgroupIsSeen) {
  if (!InGuest()) GTEST_SKIP() << "only in a guest: it makes a cgroup";
  const std::string cgroup = "/sys/fs/cgroup/vedette_kill";
  ASSERT_EQ(mkdir(cgroup.c_str(), 0700), 0);
  const bool has_kill = access((cgroup + "/cgroup.kill").c_str(), W_OK) == 0;
  pid_t pid = -1;
  if (has_kill) {
    pid = Act([&] {
      const Target target;
      const auto write_to = [&](const char* file, const std::string& text) {
        const int fd = open((cgroup + file).c_str(), O_WRONLY | O_CLOEXEC);
        const ssize_t size = write(fd, text.data(), text.size());
        close(fd);
        return size == static_cast<ssize_t>(text.size());
      };
      if (!write_to("/cgroup.procs", absl::StrCat(target.pid()))) return 1;
      if (!write_to("/cgroup.kill", "1")) return 2;
      return target.End();
    });
  }
  rmdir(cgroup.c_str());
  if (!has_kill) GTEST_SKIP() << "cgroup.kill exists from 5.14 on";
  const Seen fork = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  const Seen seen = Expect("process_signal", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("target_pid"), fork.members.at("child_pid"));
  EXPECT_EQ(seen.members.at("signal"), absl::StrCat(SIGKILL));
  EXPECT_EQ(seen.header.syscall, SYS_write);
  EXPECT_EQ(seen.header.flags, 0);
}

}  // namespace
}  // namespace vedette
