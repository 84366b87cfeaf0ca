// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "tests/kernel/io_uring.h"
#include "tests/kernel/kernel_fixture.h"

namespace vedette {
namespace {

class FileTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    char name[] = "/tmp/vedette_file_XXXXXX";
    directory_ = mkdtemp(name);
    path_ = absl::StrCat(directory_, "/object");
    close(open(path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0640));
  }
  void TearDown() override {
    unlink(path_.c_str());
    rmdir(directory_.c_str());
  }
  std::string directory_, path_;
};

TEST_F(FileTest, AnOpenTellsTheObjectTheWayAndTheResult) {
  const pid_t pid = Act([&] { return open(path_.c_str(), O_RDWR | O_APPEND) >= 0 ? 0 : 1; });
  const Seen seen = Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", path_}});
  struct stat file = {};
  ASSERT_EQ(stat(path_.c_str(), &file), 0);
  EXPECT_EQ(seen.members.at("name"), AskedBefore("file_open") ? "" : path_);
  EXPECT_EQ(seen.members.at("ino"), absl::StrCat(file.st_ino));
  EXPECT_EQ(seen.members.at("dev"), absl::StrCat(file.st_dev));
  EXPECT_EQ(seen.members.at("mode"), absl::StrCat(file.st_mode));
  EXPECT_EQ(seen.members.at("links"), "1");
  EXPECT_EQ(seen.members.at("owner"), absl::StrCat(geteuid()));
  EXPECT_EQ(seen.members.at("created"), "0");
  EXPECT_EQ(std::atoi(seen.members.at("flags").c_str()) & (O_ACCMODE | O_APPEND),
            O_RDWR | O_APPEND);
  EXPECT_GE(std::atoi(seen.members.at("result").c_str()), 0);
  EXPECT_EQ(seen.header.syscall, SYS_openat);
}

TEST_F(FileTest, AFailedOpenTellsTheNameAndTheError) {
  if (AskedBefore("file_open")) GTEST_SKIP() << "this hook is not called where the open fails";
  const std::string missing = absl::StrCat(directory_, "/missing");
  const pid_t pid = Act([&] { return open(missing.c_str(), O_RDONLY) < 0 ? 0 : 1; });
  const Seen seen = Expect("file_open", {{"pid", absl::StrCat(pid)}, {"name", missing}});
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-ENOENT));
  EXPECT_EQ(seen.members.at("path"), "");
  EXPECT_EQ(seen.members.at("ino"), "0");
}

TEST_F(FileTest, ANewFileIsToldFromAnOldOne) {
  if (AskedBefore("file_open")) GTEST_SKIP() << "this hook does not know the mode of a new file";
  const std::string fresh = absl::StrCat(directory_, "/fresh");
  const pid_t pid = Act([&] {
    close(open(fresh.c_str(), O_CREAT | O_WRONLY, 0600));
    close(open(fresh.c_str(), O_CREAT | O_RDONLY, 0600));
    return unlink(fresh.c_str());
  });
  const std::string id = absl::StrCat(pid);
  Expect("file_open",
         {{"pid", id}, {"path", fresh}, {"created", "1"}, {"create_mode", absl::StrCat(0600)}});
  Expect("file_open", {{"pid", id}, {"path", fresh}, {"created", "0"}});
}

TEST_F(FileTest, APathIsThatOfTheObjectNotTheArgument) {
  const std::string link = absl::StrCat(directory_, "/link");
  ASSERT_EQ(symlink(path_.c_str(), link.c_str()), 0);
  const pid_t pid = Act([&] {
    if (chdir(directory_.c_str()) != 0) return 1;
    return open("./../vedette_none/../", O_RDONLY) >= 0 || open("link", O_RDONLY) < 0 ? 2 : 0;
  });
  if (AskedBefore("file_open")) {
    Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", path_}});
  } else {
    const Seen seen = Expect("file_open", {{"pid", absl::StrCat(pid)}, {"name", "link"}});
    EXPECT_EQ(seen.members.at("path"), path_);
  }
  unlink(link.c_str());
}

TEST_F(FileTest, Openat2IsAnOpen) {
  const pid_t pid = Act([&] {
    open_how how = {};
    how.flags = O_RDONLY | O_CLOEXEC;
    return syscall(SYS_openat2, AT_FDCWD, path_.c_str(), &how, sizeof(how)) >= 0 ? 0 : 1;
  });
  const Seen seen = Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", path_}});
  EXPECT_EQ(seen.header.syscall, SYS_openat2);
}

TEST_F(FileTest, AnOpenThroughIoUringIsSeenLikeAnyOther) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode io_uring passes by: no hook covers it";
  }
  const pid_t pid = Act([&] {
    io_uring_sqe open_operation = {};
    open_operation.opcode = IORING_OP_OPENAT;
    open_operation.fd = AT_FDCWD;
    open_operation.addr = reinterpret_cast<uint64_t>(path_.c_str());
    open_operation.open_flags = O_RDONLY;
    return SubmitOne(open_operation) >= 0 ? 0 : 1;
  });
  const Seen seen = Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", path_}});
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_IO_URING);
}

#if defined(__x86_64__)
TEST_F(FileTest, ACallFromThirtyTwoBitCodeIsMarked) {
  // int 0x80 takes addresses below 4 GiB only.
  static char low_path[128];
  const pid_t pid = Act([&] {
    void* low = syscall(SYS_mmap, 0x10000000, 4096, 3, 0x32, -1, 0) == 0x10000000
                    ? reinterpret_cast<void*>(0x10000000)
                    : nullptr;
    if (low == nullptr) return 1;
    std::strncpy(static_cast<char*>(low), path_.c_str(), sizeof(low_path) - 1);
    long result = 5;  // open
    asm volatile("int $0x80"
                 : "+a"(result)
                 : "b"(low), "c"(O_RDONLY), "d"(0)
                 : "memory", "r8", "r9", "r10", "r11");
    return result >= 0 ? 0 : 2;
  });
  const Seen seen = Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", path_}});
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_COMPAT);
  EXPECT_EQ(seen.header.syscall, 5);
}
#endif

TEST_F(FileTest, AMountIsCrossedOnTheWayUp) {
  if (geteuid() != 0) GTEST_SKIP() << "mounting takes root";
  const std::string mounted = absl::StrCat(directory_, "/mounted");
  ASSERT_EQ(mkdir(mounted.c_str(), 0700), 0);
  const std::string inside = absl::StrCat(mounted, "/inside");
  const pid_t pid = Act([&] {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", mounted.c_str(), "tmpfs", 0, nullptr) != 0) {
      return 1;
    }
    return open(inside.c_str(), O_CREAT | O_WRONLY, 0600) >= 0 ? 0 : 2;
  });
  Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", inside}, {"fs_magic", "16914836"}});
  rmdir(mounted.c_str());
}

TEST_F(FileTest, APathThatIsTooDeepIsCutAtItsBeginningAndFlagged) {
  if (AskedBefore("file_open")) GTEST_SKIP() << "this hook does not know the name asked for";
  const int depth = 120;
  const pid_t pid = Act([&] {
    if (chdir(directory_.c_str()) != 0) return 1;
    for (int i = 0; i < depth; ++i) {
      if (mkdir("d", 0700) != 0 || chdir("d") != 0) return 2;
    }
    const int fd = open("deep", O_CREAT | O_WRONLY, 0600);
    unlink("deep");
    for (int i = 0; i < depth; ++i) {
      if (chdir("..") != 0 || rmdir("d") != 0) return 3;
    }
    return fd >= 0 ? 0 : 4;
  });
  const Seen seen = Expect("file_open", {{"pid", absl::StrCat(pid)}, {"name", "deep"}});
  EXPECT_TRUE(seen.truncated.at("path"));
  const std::string& path = seen.members.at("path");
  EXPECT_EQ(path.substr(path.size() - 9), "/d/d/deep");
}

TEST_F(FileTest, LongNamesAreWhole) {
  const std::string name = absl::StrCat(directory_, "/", std::string(255, 'n'));
  const pid_t pid = Act([&] {
    const int fd = open(name.c_str(), O_CREAT | O_WRONLY, 0600);
    return fd >= 0 ? unlink(name.c_str()) : 1;
  });
  const Seen seen = Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", name}});
  EXPECT_FALSE(seen.truncated.at("path"));
}

}  // namespace
}  // namespace vedette
