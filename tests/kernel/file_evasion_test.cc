// SPDX-License-Identifier: Apache-2.0
//
// Ways round a monitor that looks at system calls and names: each act has to be seen all the same,
// and to name the object that it was done to.
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/kernel/file_fixture.h"
#include "tests/kernel/io_uring.h"

namespace vedette {
namespace {

constexpr long kOpenTree = 428;
constexpr unsigned kOpenTreeClone = 1;

class FileEvasionTest : public FileActTest {
 protected:
  void SetUp() override {
    FileActTest::SetUp();
    if (!AskedBefore("file_unlink")) {
      GTEST_SKIP() << "in tracepoint mode names are those of the arguments, and io_uring passes by";
    }
  }
  // The same object, whatever the path says.
  void ExpectIdentity(const Seen& seen) {
    if (seen.members.empty()) return;
    EXPECT_EQ(seen.members.at("ino"), absl::StrCat(object_.st_ino));
    EXPECT_EQ(seen.members.at("dev"), absl::StrCat(object_.st_dev));
  }
  void ExpectIoUring(const Seen& seen) { EXPECT_TRUE(seen.header.flags & WIRE_FLAG_IO_URING); }
};

uint64_t AddressOf(const std::string& text) { return reinterpret_cast<uint64_t>(text.c_str()); }

io_uring_sqe Operation(uint8_t code, const std::string& name) {
  io_uring_sqe operation = {};
  operation.opcode = code;
  operation.fd = AT_FDCWD;
  operation.addr = AddressOf(name);
  return operation;
}

io_uring_sqe TwoNames(uint8_t code, const std::string& from, const std::string& to) {
  io_uring_sqe operation = Operation(code, from);
  operation.addr2 = AddressOf(to);
  operation.len = static_cast<uint32_t>(AT_FDCWD);
  return operation;
}

TEST_F(FileEvasionTest, NamesThroughIoUring) {
  if (KernelIsBefore(5, 15)) GTEST_SKIP() << "io_uring of this kernel changes no names";
  const std::string renamed = In("renamed"), linked = In("linked"), made = In("made");
  const pid_t pid = Act([&] {
    io_uring_sqe mkdir_operation = Operation(IORING_OP_MKDIRAT, made);
    mkdir_operation.len = 0700;
    if (SubmitOne(mkdir_operation) != 0) return 1;
    if (SubmitOne(TwoNames(IORING_OP_LINKAT, path_, linked)) != 0) return 2;
    if (SubmitOne(TwoNames(IORING_OP_RENAMEAT, path_, renamed)) != 0) return 3;
    return SubmitOne(Operation(IORING_OP_UNLINKAT, renamed)) == 0 ? 0 : 4;
  });
  ExpectIoUring(ExpectAct("file_mkdir", pid, "path", made));
  const Seen link = ExpectAct("file_link", pid, "new_path", linked);
  ExpectIoUring(link);
  ExpectIdentity(link);
  const Seen rename = ExpectAct("file_rename", pid, "new_path", renamed);
  ExpectIoUring(rename);
  ExpectIdentity(rename);
  const Seen unlink = ExpectAct("file_unlink", pid, "path", renamed);
  ExpectIoUring(unlink);
  ExpectIdentity(unlink);
}

// The process makes no call at all: the kernel's thread finds the operation in shared memory.
TEST_F(FileEvasionTest, WhatThePollThreadOfARingDoes) {
  if (KernelIsBefore(5, 15)) GTEST_SKIP() << "io_uring of this kernel changes no names";
  const std::string renamed = In("renamed");
  const pid_t pid = Act([&] {
    io_uring_sqe open_operation = Operation(IORING_OP_OPENAT, path_);
    open_operation.open_flags = O_RDONLY;
    if (SubmitByPollThread(open_operation) < 0) return 1;
    if (SubmitByPollThread(TwoNames(IORING_OP_RENAMEAT, path_, renamed)) != 0) return 2;
    return SubmitByPollThread(Operation(IORING_OP_UNLINKAT, renamed)) == 0 ? 0 : 3;
  });
  const Seen opened = Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", path_}});
  ExpectIoUring(opened);
  ExpectIdentity(opened);
  EXPECT_NE(opened.header.tid, static_cast<__u32>(pid)) << "it is another thread of the process";
  const Seen rename = ExpectAct("file_rename", pid, "new_path", renamed);
  ExpectIoUring(rename);
  ExpectIdentity(rename);
  const Seen unlink = ExpectAct("file_unlink", pid, "path", renamed);
  ExpectIoUring(unlink);
  ExpectIdentity(unlink);
}

TEST_F(FileEvasionTest, ReadsThroughIoUring) {
  const pid_t pid = Act([&] {
    static char bytes[8];
    io_uring_sqe operation = {};
    operation.opcode = IORING_OP_READ;
    operation.fd = open(path_.c_str(), O_RDONLY);
    operation.addr = reinterpret_cast<uint64_t>(bytes);
    operation.len = 4;
    return SubmitOne(operation) == 4 ? 0 : 1;
  });
  const Seen seen = ExpectAct("file_access", pid, "path", path_);
  ExpectIdentity(seen);
  ExpectIoUring(seen);
}

#if defined(__x86_64__)
TEST_F(FileEvasionTest, ACallFromThirtyTwoBitCode) {
  const pid_t pid = Act([&] {
    void* low =
        mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (low == MAP_FAILED) return 1;
    std::strncpy(static_cast<char*>(low), path_.c_str(), 4095);
    long result = 10;  // unlink
    asm volatile("int $0x80" : "+a"(result) : "b"(low) : "memory", "r8", "r9", "r10", "r11");
    return result == 0 ? 0 : 2;
  });
  const Seen seen = ExpectAct("file_unlink", pid, "path", path_);
  ExpectObject(seen, object_);
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_COMPAT);
  EXPECT_EQ(seen.header.syscall, 10);
}
#endif

#if defined(__x86_64__)
// x32: x86-64's registers, pointers of 32 bits, and numbers with a bit of their own.
TEST_F(FileEvasionTest, ACallOfX32) {
  constexpr long kX32Bit = 0x40000000;
  if (syscall(kX32Bit | SYS_getpid) < 0) {
    GTEST_SKIP() << "this kernel takes no x32 calls (Debian's: only with syscall.x32=y)";
  }
  const pid_t pid = Act([&] {
    const long fd = syscall(kX32Bit | SYS_open, path_.c_str(), O_RDONLY);
    return fd >= 0 && syscall(kX32Bit | SYS_unlink, path_.c_str()) == 0 ? 0 : 1;
  });
  const Seen opened = ExpectAct("file_open", pid, "path", path_);
  ExpectIdentity(opened);
  EXPECT_EQ(opened.header.syscall, SYS_open);
  const Seen unlink = ExpectAct("file_unlink", pid, "path", path_);
  ExpectIdentity(unlink);
  EXPECT_EQ(unlink.header.syscall, SYS_unlink);
  EXPECT_FALSE(unlink.header.flags & WIRE_FLAG_COMPAT);
}
#endif

TEST_F(FileEvasionTest, ASymbolicLinkOnTheWay) {
  const std::string way = In("way");
  ASSERT_EQ(symlink(directory_.c_str(), way.c_str()), 0);
  const pid_t pid = Act([&] { return unlink(absl::StrCat(way, "/./way/object").c_str()); });
  ExpectObject(ExpectAct("file_unlink", pid, "path", path_), object_);
}

TEST_F(FileEvasionTest, AHardLinkHasTheIdentityOfTheFile) {
  const std::string other = In("other");
  ASSERT_EQ(link(path_.c_str(), other.c_str()), 0);
  const pid_t pid = Act([&] { return chmod(other.c_str(), 0600); });
  const Seen seen = ExpectAct("file_chmod", pid, "path", other);
  ExpectIdentity(seen);
  EXPECT_EQ(seen.members.at("links"), "2");
}

TEST_F(FileEvasionTest, ABindMountHasTheIdentityOfTheFile) {
  const std::string mounted = In("mounted");
  ASSERT_EQ(mkdir(mounted.c_str(), 0700), 0);
  const pid_t pid = Act([&] {
    if (LeaveMountNamespace() != 0) return 1;
    if (mount(directory_.c_str(), mounted.c_str(), nullptr, MS_BIND, nullptr) != 0) return 2;
    return unlink(absl::StrCat(mounted, "/object").c_str());
  });
  ExpectIdentity(ExpectAct("file_unlink", pid, "path", absl::StrCat(mounted, "/object")));
}

TEST_F(FileEvasionTest, AnOvermountedFileIsToldFromTheOneAbove) {
  const pid_t pid = Act([&] {
    if (LeaveMountNamespace() != 0) return 1;
    const int below = open(directory_.c_str(), O_PATH | O_DIRECTORY);
    if (mount("none", directory_.c_str(), "tmpfs", 0, nullptr) != 0) return 2;
    return unlinkat(below, "object", 0);
  });
  ExpectIdentity(ExpectAct("file_unlink", pid, "path", path_));
}

TEST_F(FileEvasionTest, AUserNamespaceHidesNothing) {
  const std::string mounted = In("mounted");
  ASSERT_EQ(mkdir(mounted.c_str(), 0700), 0);
  const pid_t pid = Act([&] {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return 1;
    if (mount(directory_.c_str(), mounted.c_str(), nullptr, MS_BIND, nullptr) != 0) return 2;
    const int fd = open(absl::StrCat(mounted, "/object").c_str(), O_RDONLY);
    return fd < 0 ? 1 : 0;
  });
  ExpectIdentity(Expect("file_open",
                        {{"pid", absl::StrCat(pid)}, {"path", absl::StrCat(mounted, "/object")}}));
}

TEST_F(FileEvasionTest, AChrootDoesNotShortenPaths) {
  const pid_t pid = Act([&] {
    if (chroot(directory_.c_str()) != 0 || chdir("/") != 0) return 1;
    return unlink("/object");
  });
  ExpectObject(ExpectAct("file_unlink", pid, "path", path_), object_);
}

TEST_F(FileEvasionTest, ADetachedMountIsMarkedAndHasTheIdentity) {
  const pid_t pid = Act([&] {
    const int tree =
        static_cast<int>(syscall(kOpenTree, AT_FDCWD, directory_.c_str(), kOpenTreeClone));
    if (tree < 0 || openat(tree, "object", O_RDONLY) < 0) return 1;
    return unlinkat(tree, "object", 0);
  });
  const Seen seen = ExpectAct("file_unlink", pid, "path", "/object");
  ExpectIdentity(seen);
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_LOOSE_PATH);
  const Seen opened = Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", "/object"}});
  ExpectIdentity(opened);
  EXPECT_TRUE(opened.header.flags & WIRE_FLAG_LOOSE_PATH);
}

TEST_F(FileEvasionTest, RootsBelowProcAreTheSameRoot) {
  const pid_t pid = Act([&] {
    const std::string root = absl::StrCat("/proc/", getppid(), "/root");
    return open(absl::StrCat("/proc/self/root", path_).c_str(), O_RDONLY) < 0 ||
           unlink(absl::StrCat(root, path_).c_str()) != 0;
  });
  ExpectIdentity(Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", path_}}));
  ExpectObject(ExpectAct("file_unlink", pid, "path", path_), object_);
}

// Makes and enters `depth` directories of that name; 0: done.
int Descend(int depth, const std::string& name) {
  for (int i = 0; i < depth; ++i) {
    if (mkdir(name.c_str(), 0700) != 0 || chdir(name.c_str()) != 0) return 1;
  }
  return 0;
}

TEST_F(FileEvasionTest, SeventyComponentsAreWhole) {
  const pid_t pid = Act([&]() -> int {
    if (chdir(directory_.c_str()) != 0 || Descend(70, "d") != 0) return 1;
    return mknod("deep", S_IFIFO | 0600, 0) != 0 || unlink("deep") != 0;
  });
  std::string path = directory_;
  for (int i = 0; i < 70; ++i) path += "/d";
  const Seen seen = ExpectAct("file_unlink", pid, "path", path + "/deep");
  EXPECT_FALSE(seen.truncated.at("path"));
}

TEST_F(FileEvasionTest, ADeeperPathKeepsItsEnd) {
  const pid_t pid = Act([&]() -> int {
    if (chdir(directory_.c_str()) != 0 || Descend(100, "d") != 0) return 1;
    return mknod("deep", S_IFIFO | 0600, 0) != 0 || unlink("deep") != 0;
  });
  const Seen seen = Expect("file_unlink", {{"pid", absl::StrCat(pid)}});
  ASSERT_FALSE(seen.members.empty());
  EXPECT_TRUE(seen.truncated.at("path"));
  EXPECT_TRUE(absl::EndsWith(seen.members.at("path"), "/d/d/d/deep"));
  EXPECT_TRUE(absl::StartsWith(seen.members.at("path"), "...")) << "it does not look whole";
}

TEST_F(FileEvasionTest, APathLongerThanARecordsTextKeepsItsEnd) {
  const std::string name(200, 'n');
  const pid_t pid = Act([&]() -> int {
    if (chdir(directory_.c_str()) != 0 || Descend(30, name) != 0) return 1;
    return mknod("far", S_IFIFO | 0600, 0) != 0 || unlink("far") != 0;
  });
  const Seen seen = Expect("file_unlink", {{"pid", absl::StrCat(pid)}});
  ASSERT_FALSE(seen.members.empty());
  EXPECT_TRUE(seen.truncated.at("path"));
  EXPECT_GT(seen.members.at("path").size(), 3800U);
  EXPECT_TRUE(absl::EndsWith(seen.members.at("path"), name + "/far"));
  EXPECT_TRUE(absl::StartsWith(seen.members.at("path"), "...")) << "it does not look whole";
}

TEST_F(FileEvasionTest, AFileWithoutANameIsSeenWhenItGetsOne) {
  const std::string fresh = In("fresh");
  const pid_t pid = Act([&] {
    const int fd = open(directory_.c_str(), O_TMPFILE | O_WRONLY, 0600);
    if (fd < 0) return errno == EOPNOTSUPP ? 0 : 1;
    const std::string way = absl::StrCat("/proc/self/fd/", fd);
    return linkat(AT_FDCWD, way.c_str(), AT_FDCWD, fresh.c_str(), AT_SYMLINK_FOLLOW);
  });
  struct stat made = {};
  if (stat(fresh.c_str(), &made) != 0) GTEST_SKIP() << "this file system has no O_TMPFILE";
  const Seen seen = ExpectAct("file_link", pid, "new_path", fresh);
  EXPECT_EQ(seen.members.at("ino"), absl::StrCat(made.st_ino));
  EXPECT_EQ(seen.members.at("links"), "0");
}

TEST_F(FileEvasionTest, AnOpenByHandleNamesTheFile) {
  struct {
    file_handle handle;
    unsigned char bytes[MAX_HANDLE_SZ];
  } buffer = {};
  buffer.handle.handle_bytes = MAX_HANDLE_SZ;
  int mount_id = 0;
  if (name_to_handle_at(AT_FDCWD, path_.c_str(), &buffer.handle, &mount_id, 0) != 0) {
    GTEST_SKIP() << "this file system has no handles";
  }
  const pid_t pid = Act([&] {
    return open_by_handle_at(open(directory_.c_str(), O_RDONLY), &buffer.handle, O_RDONLY) < 0;
  });
  ExpectIdentity(Expect("file_open", {{"pid", absl::StrCat(pid)}, {"path", path_}}));
}

}  // namespace
}  // namespace vedette
