// SPDX-License-Identifier: Apache-2.0
//
// Ways to run a program so that a monitor does not see it, or takes it for another.
#include <elf.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <thread>

#include "sensor/schema/calls.h"
#include "tests/kernel/process_fixture.h"

namespace vedette {
namespace {

constexpr char kShell[] = "/bin/sh";

class EvasionTest : public ProcessKindTest {
 protected:
  static std::string Real(const char* path) {
    char* const real = realpath(path, nullptr);
    std::string text = real == nullptr ? "" : real;
    std::free(real);
    return text;
  }
  static bool CopyShellTo(int fd) {
    const int from = open(kShell, O_RDONLY | O_CLOEXEC);
    char buffer[65536];
    ssize_t size = 0;
    while ((size = read(from, buffer, sizeof(buffer))) > 0) {
      if (write(fd, buffer, static_cast<size_t>(size)) != size) return false;
    }
    close(from);
    return size == 0;
  }
};

char* const kRunNothing[] = {const_cast<char*>("sh"), const_cast<char*>("-c"),
                             const_cast<char*>(":"), nullptr};

TEST_F(EvasionTest, Execveat) {
  const pid_t pid = Act([] {
    const int directory = open("/bin", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    syscall(SYS_execveat, directory, "sh", kRunNothing, environ, 0);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exec.members.at("exe_path"), Real(kShell));
  EXPECT_EQ(exec.header.syscall, SYS_execveat);
}

TEST_F(EvasionTest, Clone3) {
  const pid_t pid = Act([] {
    clone_args how = {};
    how.exit_signal = SIGCHLD;
    const long child = syscall(SYS_clone3, &how, sizeof(how));
    if (child == 0) _exit(0);
    return child > 0 ? StatusOf(static_cast<pid_t>(child)) : 1;
  });
  const Seen fork = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(fork.header.syscall, SYS_clone3);
  Expect("process_exit", {{"exec_id", fork.members.at("child_exec_id")}});
}

#if defined(__x86_64__)
TEST_F(EvasionTest, Vfork) {
  const pid_t pid = Act([] {
    const pid_t child = vfork();
    if (child == 0) {
      execv(kShell, kRunNothing);
      _exit(1);
    }
    return StatusOf(child);
  });
  const Seen fork = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(fork.header.syscall, SYS_vfork);
  const Seen exec = Expect("process_exec", {{"pid", fork.members.at("child_pid")}});
  EXPECT_EQ(exec.members.at("previous_exec_id"), fork.members.at("child_exec_id"));
  EXPECT_EQ(exec.members.at("parent_exec_id"), fork.members.at("exec_id"));
}
#endif

TEST_F(EvasionTest, ADoubleForkKeepsTheCreators) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t pid = Act([&] {
    const pid_t middle = fork();
    if (middle == 0) {
      if (fork() != 0) _exit(0);
      char byte = 0;  // Until the creator is gone.
      close(ends[1]);
      (void)!read(ends[0], &byte, 1);
      execv(kShell, kRunNothing);
    }
    return StatusOf(middle);
  });
  const Seen first = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  const Seen second = Expect("process_fork", {{"pid", first.members.at("child_pid")}});
  Expect("process_exit", {{"pid", first.members.at("child_pid")}});
  close(ends[1]);
  close(ends[0]);
  const Seen exec = Expect("process_exec", {{"pid", second.members.at("child_pid")}});
  // Reparented by then; the chain of creators still leads to the act.
  EXPECT_NE(exec.members.at("parent_pid"), first.members.at("child_pid"));
  EXPECT_EQ(exec.members.at("previous_exec_id"), second.members.at("child_exec_id"));
  EXPECT_EQ(second.members.at("child_parent_exec_id"), first.members.at("child_exec_id"));
  EXPECT_EQ(second.members.at("exec_id"), first.members.at("child_exec_id"));
  EXPECT_EQ(first.members.at("child_parent_exec_id"), first.members.at("exec_id"));
}

TEST_F(EvasionTest, CloneParentTellsCreatorAndParent) {
  const pid_t pid = Act([] {
    const pid_t creator = fork();
    if (creator == 0) {
      const long child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, 0);
      _exit(child >= 0 ? 0 : 1);
    }
    const int ended = StatusOf(creator);
    waitpid(-1, nullptr, 0);  // The other one is our child, too.
    return ended;
  });
  const Seen first = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  const Seen fork = Expect("process_fork", {{"pid", first.members.at("child_pid")}});
  EXPECT_EQ(fork.members.at("exec_id"), first.members.at("child_exec_id"));
  EXPECT_EQ(fork.members.at("child_parent_exec_id"), first.members.at("exec_id"));
}

TEST_F(EvasionTest, APidThatIsUsedAgainIsAnotherProcess) {
  if (geteuid() != 0) GTEST_SKIP() << "choosing a pid takes root";
  const pid_t pid = Act([] {
    pid_t wanted = 0;
    for (int i = 0; i < 2; ++i) {
      clone_args how = {};
      how.exit_signal = SIGCHLD;
      if (wanted != 0) {
        how.set_tid = reinterpret_cast<uintptr_t>(&wanted);
        how.set_tid_size = 1;
      }
      const long child = syscall(SYS_clone3, &how, sizeof(how));
      if (child == 0) {
        execv(kShell, kRunNothing);
        _exit(1);
      }
      if (child < 0 && errno == EPERM) return 0;
      if (child < 0 || StatusOf(static_cast<pid_t>(child)) != 0) return 1;
      wanted = static_cast<pid_t>(child);
    }
    return 0;
  });
  const Seen first = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  const std::string child = first.members.at("child_pid");
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  if (Count("process_fork", {{"pid", absl::StrCat(pid)}}) < 2) {
    GTEST_SKIP() << "this machine lets nobody choose a pid";
  }
  EXPECT_EQ(Count("process_fork", {{"child_pid", child}}), 2);
  EXPECT_EQ(Count("process_exec", {{"pid", child}}), 2);
  const Seen exec = Expect(
      "process_exec", {{"pid", child}, {"previous_exec_id", first.members.at("child_exec_id")}});
  // The second one's records carry other identities.
  EXPECT_EQ(Count("process_fork", {{"child_exec_id", first.members.at("child_exec_id")}}), 1);
  EXPECT_EQ(Count("process_exec", {{"exec_id", exec.members.at("exec_id")}}), 1);
  EXPECT_EQ(Count("process_exit", {{"exec_id", exec.members.at("exec_id")}}), 1);
  EXPECT_EQ(Count("process_exit", {{"pid", child}}), 2);
}

TEST_F(EvasionTest, ASpoofedFirstArgumentDoesNotHideTheProgram) {
  const std::string copy = absl::StrCat("/tmp/vedette_", getpid());
  const int fd = open(copy.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
  ASSERT_TRUE(CopyShellTo(fd));
  close(fd);
  const pid_t pid = Act([&] {
    execl(copy.c_str(), "sh", "-c", ":", nullptr);
    return 1;
  });
  unlink(copy.c_str());
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exec.members.at("exe_path"), copy);
  EXPECT_EQ(exec.members.at("comm"), copy.substr(5, 15));
  EXPECT_EQ(exec.members.at("args"), std::string("sh\0-c\0:\0", 8));
}

TEST_F(EvasionTest, AFileThatNeverHadANameIsRecognised) {
  const pid_t pid = Act([] {
    const int file = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0700);
    if (file < 0 || !CopyShellTo(file)) return 1;
    const int readable = open(absl::StrCat("/proc/self/fd/", file).c_str(), O_RDONLY);
    close(file);
    fexecve(readable, kRunNothing, environ);
    return 2;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exec.members.at("exe_deleted"), "1");
  EXPECT_EQ(exec.members.at("exe_links"), "0");
  EXPECT_EQ(exec.members.at("exe_from_memfd"), "0");
}

TEST_F(EvasionTest, TheLoaderAsProgramIsTheProgramAndItsTargetAnArgument) {
#if defined(__x86_64__)
  constexpr char kLoader[] = "/lib64/ld-linux-x86-64.so.2";
#else
  constexpr char kLoader[] = "/lib/ld-linux-aarch64.so.1";
#endif
  if (access(kLoader, X_OK) != 0) GTEST_SKIP() << "no loader there";
  const pid_t pid = Act([&] {
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 1);
    execl(kLoader, "ld.so", "--list", "/proc/self/exe", nullptr);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exec.members.at("exe_path"), Real(kLoader));
  EXPECT_EQ(exec.members.at("exe_requested"), kLoader);
  EXPECT_NE(exec.members.at("args").find("/proc/self/exe"), std::string::npos);
}

TEST_F(EvasionTest, AScriptOnStandardInputLeavesItsInterpreterAlone) {
  const pid_t pid = Act([] {
    int ends[2];
    if (pipe(ends) != 0 || write(ends[1], "exit 0\n", 7) != 7) return 1;
    close(ends[1]);
    dup2(ends[0], 0);
    execl(kShell, "sh", "-s", nullptr);
    return 2;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(exec.members.at("exe_path"), Real(kShell));
  EXPECT_EQ(exec.members.at("args"), std::string("sh\0-s\0", 6));
}

TEST_F(EvasionTest, APreloadedLibraryStandsInTheEnvironment) {
  const pid_t pid = Act([] {
    setenv("LD_PRELOAD", "/vedette/none.so", 1);
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);  // Where the loader says that it is missing.
    execl(kShell, "sh", "-c", ":", nullptr);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_NE(exec.members.at("env").find("LD_PRELOAD=/vedette/none.so"), std::string::npos);
}

// Another thread rewrites the name while the kernel reads it: both texts are the kernel's copy.
TEST_F(EvasionTest, ANameThatChangesDuringTheCallIsTheKernels) {
  char directory[] = "/tmp/vedette_race_XXXXXX";
  ASSERT_NE(mkdtemp(directory), nullptr);
  std::string name = absl::StrCat(directory, "/a");
  for (const char letter : {'a', 'b'}) {
    name.back() = letter;
    const int fd = open(name.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
    ASSERT_TRUE(CopyShellTo(fd));
    close(fd);
  }
  for (int i = 0; i < 10; ++i) {
    const pid_t pid = Act([&] {
      static char path[64];
      name.copy(path, sizeof(path) - 1);
      std::thread([&] {
        volatile char* const letter = &path[name.size() - 1];
        while (true) *letter = *letter == 'a' ? 'b' : 'a';
      }).detach();
      execv(path, kRunNothing);
      return 1;
    });
    const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
    EXPECT_EQ(exec.members.at("exe_path"), exec.members.at("exe_requested"));
  }
  for (const char letter : {'a', 'b'}) {
    name.back() = letter;
    unlink(name.c_str());
  }
  rmdir(directory);
}

constexpr int kCompatPrctl = 172;  // On i386 and arm.

// prctl(PR_SET_DUMPABLE, 0), then exit(0), for 32-bit machines.
#if defined(__x86_64__)
constexpr Elf32_Half kMachine32 = EM_386;
constexpr uint8_t kCode32[] = {
    0xb8, 172,  0,    0,    0,    0xbb, 4,    0,    0,    0,     // eax 172, ebx 4
    0x31, 0xc9, 0x31, 0xd2, 0x31, 0xf6, 0x31, 0xff, 0xcd, 0x80,  // others 0, int 0x80
    0xb8, 1,    0,    0,    0,    0x31, 0xdb, 0xcd, 0x80,        // eax 1, ebx 0, int 0x80
};
#else
constexpr Elf32_Half kMachine32 = EM_ARM;
constexpr uint32_t kCode32[] = {
    0xe3a070ac, 0xe3a00004, 0xe3a01000, 0xe3a02000,  // r7 172, r0 4, r1 and r2 0
    0xe3a03000, 0xe3a04000, 0xef000000,              // r3 and r4 0, svc
    0xe3a07001, 0xe3a00000, 0xef000000,              // r7 1, r0 0, svc
};
#endif

// A whole program: one segment has everything.
struct Program32 {
  Elf32_Ehdr header;
  Elf32_Phdr segment;
  uint8_t code[sizeof(kCode32)];
};

Program32 MakeProgram32() {
  constexpr Elf32_Addr kBase = 0x8048000;
  Program32 program = {};
  std::memcpy(program.header.e_ident, ELFMAG, SELFMAG);
  program.header.e_ident[EI_CLASS] = ELFCLASS32;
  program.header.e_ident[EI_DATA] = ELFDATA2LSB;
  program.header.e_ident[EI_VERSION] = EV_CURRENT;
  program.header.e_type = ET_EXEC;
  program.header.e_machine = kMachine32;
  program.header.e_version = EV_CURRENT;
  program.header.e_entry = kBase + offsetof(Program32, code);
  program.header.e_phoff = offsetof(Program32, segment);
  program.header.e_flags = kMachine32 == EM_ARM ? EF_ARM_EABI_VER5 : 0;
  program.header.e_ehsize = sizeof(Elf32_Ehdr);
  program.header.e_phentsize = sizeof(Elf32_Phdr);
  program.header.e_phnum = 1;
  program.segment = {PT_LOAD,           0,           kBase, kBase, sizeof(Program32),
                     sizeof(Program32), PF_R | PF_X, 0x1000};
  std::memcpy(program.code, kCode32, sizeof(kCode32));
  return program;
}

TEST_F(EvasionTest, A32BitProgramIsSeenAndMarked) {
  char path[] = "/tmp/vedette_program32_XXXXXX";
  const int fd = mkstemp(path);
  const Program32 program = MakeProgram32();
  ASSERT_EQ(write(fd, &program, sizeof(program)), static_cast<ssize_t>(sizeof(program)));
  fchmod(fd, 0700);
  close(fd);
  constexpr int kRefused = 77;
  int status = 0;
  const pid_t pid = Act([&] {
    const pid_t child = fork();
    if (child == 0) {
      execl(path, path, nullptr);
      _exit(errno == ENOEXEC ? kRefused : 1);
    }
    const int ended = StatusOf(child);
    return ended == kRefused ? 0 : ended;
  });
  unlink(path);
  const Seen fork_record = Expect("process_fork", {{"pid", absl::StrCat(pid)}});
  const std::string child = fork_record.members.at("child_pid");
  const Seen exit_record = Expect("process_exit", {{"pid", child}});
  status = std::atoi(exit_record.members.at("status").c_str());
  if (status == kRefused) GTEST_SKIP() << "this kernel runs no 32-bit programs";
  const Seen exec = Expect("process_exec", {{"pid", child}});
  EXPECT_EQ(exec.members.at("exe_path"), path);
  const CallTable table = NativeCalls((exec.header.flags & WIRE_FLAG_COMPAT) != 0);
  EXPECT_EQ(CallName(table, exec.header.syscall), "execve");
  const Seen seen = Expect("process_prctl", {{"pid", child}});
  EXPECT_EQ(seen.members.at("option"), absl::StrCat(PR_SET_DUMPABLE));
  EXPECT_EQ(seen.members.at("exec_id"), exec.members.at("exec_id"));
  EXPECT_EQ(seen.header.syscall, kCompatPrctl);
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_COMPAT);
}

#if defined(__x86_64__)
TEST_F(EvasionTest, ACallFrom32BitCodeIsMarked) {
  const pid_t pid = Act([] {
    long result = kCompatPrctl;
    asm volatile("int $0x80"
                 : "+a"(result)
                 : "b"(PR_SET_DUMPABLE), "c"(0), "d"(0), "S"(0), "D"(0)
                 : "memory", "r8", "r9", "r10", "r11");
    return result == 0 ? 0 : 1;
  });
  const Seen seen = Expect("process_prctl", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("option"), absl::StrCat(PR_SET_DUMPABLE));
  EXPECT_EQ(seen.header.syscall, kCompatPrctl);
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_COMPAT);
}

TEST_F(EvasionTest, AnX32CallIsSeen) {
  constexpr long kX32 = 0x40000000;
  bool refused = false;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t pid = Act([&] {
    const char known = syscall(kX32 | SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 'y' : 'n';
    return write(ends[1], &known, 1) == 1 ? 0 : 1;
  });
  char known = 0;
  (void)!read(ends[0], &known, 1);
  refused = known != 'y';
  close(ends[0]);
  close(ends[1]);
  if (refused) GTEST_SKIP() << "this kernel takes no x32 calls";
  const Seen seen = Expect("process_prctl", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.header.syscall, SYS_prctl);
}
#endif

}  // namespace
}  // namespace vedette
