// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/prctl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "tests/kernel/process_fixture.h"

namespace vedette {
namespace {

class RootTest : public ProcessKindTest {
 protected:
  void SetUp() override {
    ProcessKindTest::SetUp();
    if (!IsSkipped() && geteuid() != 0) GTEST_SKIP() << "another root takes root";
    char name[] = "/tmp/vedette_root_XXXXXX";
    directory_ = mkdtemp(name);
  }
  void TearDown() override { rmdir(directory_.c_str()); }
  std::string directory_;
};

TEST_F(RootTest, AChrootTellsWhereTo) {
  struct stat directory = {};
  ASSERT_EQ(stat(directory_.c_str(), &directory), 0);
  const pid_t pid = Act([&] {
    if (chdir("/tmp") != 0) return 1;
    return chroot(directory_.substr(5).c_str());
  });
  const Seen seen = Expect("process_root", {{"pid", absl::StrCat(pid)}});
  const auto& m = seen.members;
  EXPECT_EQ(m.at("path"), directory_);
  EXPECT_EQ(m.at("old_root"), "");
  EXPECT_EQ(m.at("ino"), absl::StrCat(directory.st_ino));
  EXPECT_EQ(m.at("dev"), absl::StrCat(directory.st_dev));
  EXPECT_EQ(m.at("mode"), absl::StrCat(directory.st_mode));
  EXPECT_EQ(m.at("links"), absl::StrCat(directory.st_nlink));
  EXPECT_EQ(m.at("owner"), "0");
  EXPECT_NE(m.at("fs_magic"), "0");
  EXPECT_EQ(m.at("result"), "0");
  EXPECT_EQ(m.at("pivot"), "0");
  EXPECT_EQ(seen.header.flags, AttemptFlag("process_root"));
  EXPECT_EQ(seen.header.syscall, SYS_chroot);
}

TEST_F(RootTest, AFailedChrootIsSeenAtTheReturnOfTheCallOnly) {
  if (!ByCall("process_root")) GTEST_SKIP() << "security modules are not asked where it fails";
  const pid_t pid = Act([&] { return chroot("/vedette/none") != 0 ? 0 : 1; });
  const Seen seen = Expect("process_root", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("path"), "/vedette/none");
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-ENOENT));
  EXPECT_EQ(seen.header.flags, WIRE_FLAG_USER_PATH | WIRE_FLAG_LOOSE_PATH);
}

TEST_F(RootTest, APivotTellsBothRoots) {
  const pid_t pid = Act([&] {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      return 1;
    }
    if (mount("tmpfs", directory_.c_str(), "tmpfs", 0, nullptr) != 0) return 2;
    if (mkdir(absl::StrCat(directory_, "/old").c_str(), 0700) != 0) return 3;
    if (chdir(directory_.c_str()) != 0) return 4;
    if (syscall(SYS_pivot_root, ".", "old") == 0) return 0;
    return InGuest() && errno == EINVAL ? 0 : 5;  // The root of an initramfs cannot be moved.
  });
  const Seen seen = Expect("process_root", {{"pid", absl::StrCat(pid)}, {"pivot", "1"}});
  const bool by_call = ByCall("process_root");
  EXPECT_EQ(seen.members.at("path"), by_call ? "." : directory_);
  EXPECT_EQ(seen.members.at("old_root"), by_call ? "old" : absl::StrCat(directory_, "/old"));
  // Of a guest's initramfs the return of the call is an error, until 7.x.
  if (!by_call || !InGuest()) {
    EXPECT_EQ(seen.members.at("result"), "0");
  }
  EXPECT_EQ(seen.header.syscall, SYS_pivot_root);
}

class PrctlTest : public ProcessKindTest {};

TEST_F(PrctlTest, ANewNameIsTheKernelsCopy) {
  const std::string name = "kworker/0:1-very-long";
  const pid_t pid = Act([&] { return prctl(PR_SET_NAME, name.c_str(), 7, 0, 0); });
  const Seen seen = Expect("process_prctl", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("option"), absl::StrCat(PR_SET_NAME));
  EXPECT_EQ(seen.members.at("new_name"), name.substr(0, 15));
  EXPECT_EQ(seen.members.at("arg2"), absl::StrCat(reinterpret_cast<uintptr_t>(name.c_str())));
  EXPECT_EQ(seen.members.at("arg3"), "7");
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_EQ(seen.header.flags, 0);
  EXPECT_EQ(seen.header.syscall, SYS_prctl);
  EXPECT_EQ(Count("process_prctl", {{"pid", absl::StrCat(pid)}}), 1);
}

TEST_F(PrctlTest, ANameThatIsWrittenToProcIsSeen) {
  const pid_t pid = Act([] {
    const int fd = open("/proc/self/comm", O_WRONLY | O_CLOEXEC);
    return write(fd, "kthreadd", 8) == 8 ? 0 : 1;
  });
  const Seen seen = Expect("process_prctl", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("option"), absl::StrCat(PR_SET_NAME));
  EXPECT_EQ(seen.members.at("new_name"), "kthreadd");
  EXPECT_EQ(seen.members.at("arg2"), "0");
  EXPECT_EQ(seen.header.syscall, SYS_write);
}

TEST_F(PrctlTest, TheNameOfANewProgramIsNone) {
  const pid_t pid = Act([] {
    execl("/bin/sh", "sh", "-c", ":", nullptr);
    return 1;
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("process_prctl", {{"pid", absl::StrCat(pid)}}));
}

struct PrctlCase {
  const char* name;
  int option;
  unsigned long arg2, arg3;
};
constexpr PrctlCase kPrctlCases[] = {
    {"no new privileges", PR_SET_NO_NEW_PRIVS, 1, 0},
    {"dumpable", PR_SET_DUMPABLE, 0, 0},
    {"keep capabilities", PR_SET_KEEPCAPS, 1, 0},
    {"child subreaper", PR_SET_CHILD_SUBREAPER, 1, 0},
    {"ambient capabilities", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0},
};

TEST_F(PrctlTest, OptionsThatDisarmOrChangeAProcess) {
  for (const PrctlCase& c : kPrctlCases) {
    const pid_t pid = Act([&] { return prctl(c.option, c.arg2, c.arg3, 0, 0); });
    const Seen seen = Expect("process_prctl", {{"pid", absl::StrCat(pid)}});
    EXPECT_EQ(seen.members.at("option"), absl::StrCat(c.option)) << c.name;
    EXPECT_EQ(seen.members.at("arg2"), absl::StrCat(c.arg2)) << c.name;
    EXPECT_EQ(seen.members.at("arg3"), absl::StrCat(c.arg3)) << c.name;
    EXPECT_EQ(seen.members.at("new_name"), "") << c.name;
    EXPECT_EQ(seen.members.at("result"), "0") << c.name;
    EXPECT_EQ(seen.header.flags, AttemptFlag("process_prctl", "option")) << c.name;
  }
}

TEST_F(PrctlTest, SpoofedArgumentsAndExecutablesAreSeen) {
  const pid_t pid = Act([] {
    // Whether it is allowed or not: it is asked.
    prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, 99, 0, 0);
    prctl(PR_SET_MM, PR_SET_MM_ARG_START, 0x1000, 0, 0);
    return 0;
  });
  for (const unsigned long what : {PR_SET_MM_EXE_FILE, PR_SET_MM_ARG_START}) {
    const Seen seen = Expect("process_prctl", {{"pid", absl::StrCat(pid)},
                                               {"option", absl::StrCat(PR_SET_MM)},
                                               {"arg2", absl::StrCat(what)}});
    EXPECT_EQ(seen.members.at("arg3"), what == PR_SET_MM_EXE_FILE ? "99" : "4096");
  }
}

TEST_F(PrctlTest, QuestionsAreNone) {
  const pid_t pid = Act([] {
    char name[16];
    return prctl(PR_GET_NAME, name, 0, 0, 0) + prctl(PR_SET_TIMERSLACK, 50000, 0, 0, 0);
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("process_prctl", {{"pid", absl::StrCat(pid)}}));
}

}  // namespace
}  // namespace vedette
