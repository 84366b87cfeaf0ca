// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "tests/kernel/file_fixture.h"

namespace vedette {
namespace {

// By number: glibc has them since 2.36.
constexpr long kOpenTree = 428, kMoveMount = 429, kFsopen = 430, kFsconfig = 431, kFsmount = 432;
constexpr unsigned kMoveFromEmptyPath = 4;
constexpr unsigned kCreateFileSystem = 6;

class FileMountTest : public FileActTest {
 protected:
  void SetUp() override {
    FileActTest::SetUp();
    if (geteuid() != 0) GTEST_SKIP() << "mounting takes root";
    ASSERT_EQ(mkdir(In("here").c_str(), 0700), 0);
    ASSERT_EQ(mkdir(In("there").c_str(), 0700), 0);
  }
};

TEST_F(FileMountTest, AMountTellsWhatWhereAndHow) {
  const pid_t pid = Act([&] {
    if (LeaveMountNamespace() != 0) return 1;
    return mount("vedette-source", In("here").c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=64k");
  });
  const Seen seen = ExpectAct("file_mount", pid, "path", In("here"));
  EXPECT_EQ(seen.members.at("source"), "vedette-source");
  EXPECT_EQ(seen.members.at("fs_type"), "tmpfs");
  EXPECT_EQ(seen.members.at("mount_flags"), absl::StrCat(MS_NOSUID | MS_NODEV));
  EXPECT_EQ(seen.members.at("moved"), "0");
  EXPECT_EQ(seen.header.syscall, SYS_mount);
}

TEST_F(FileMountTest, ATypeThatIsTooLongHidesNothing) {
  const std::string type(200, 't');
  const pid_t pid = Act([&] {
    if (LeaveMountNamespace() != 0) return 1;
    return mount("none", In("here").c_str(), type.c_str(), 0, nullptr) == 0 ? 2 : 0;
  });
  const Seen seen = ExpectAct("file_mount", pid, "path", In("here"), -ENODEV);
  EXPECT_TRUE(seen.truncated.at("fs_type"));
  EXPECT_EQ(seen.members.at("fs_type"), type.substr(0, 64));
}

TEST_F(FileMountTest, ABindARemountAndAMoveAreMounts) {
  const pid_t pid = Act([&] {
    if (LeaveMountNamespace() != 0) return 1;
    const std::string here = In("here"), there = In("there");
    if (mount(directory_.c_str(), here.c_str(), nullptr, MS_BIND, nullptr) != 0) return 2;
    if (mount(nullptr, here.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
      return 3;
    }
    return mount(here.c_str(), there.c_str(), nullptr, MS_MOVE, nullptr);
  });
  const Seen bind = ExpectAct("file_mount", pid, "mount_flags", absl::StrCat(MS_BIND));
  EXPECT_EQ(bind.members.at("source"), directory_);
  EXPECT_EQ(bind.members.at("fs_type"), "");
  const Seen remount =
      ExpectAct("file_mount", pid, "mount_flags", absl::StrCat(MS_REMOUNT | MS_BIND | MS_RDONLY));
  EXPECT_EQ(remount.members.at("path"), In("here"));
  const Seen moved = ExpectAct("file_mount", pid, "mount_flags", absl::StrCat(MS_MOVE));
  EXPECT_EQ(moved.members.at("moved"), "1");
  EXPECT_EQ(moved.members.at("source"), In("here"));
  EXPECT_EQ(moved.members.at("path"), In("there"));
}

TEST_F(FileMountTest, ADetachedMountIsToldWhenItIsAttached) {
  const pid_t pid = Act([&] {
    if (LeaveMountNamespace() != 0) return 1;
    const int system = static_cast<int>(syscall(kFsopen, "tmpfs", 0));
    if (syscall(kFsconfig, system, kCreateFileSystem, nullptr, nullptr, 0) != 0) return 2;
    const int mounted = static_cast<int>(syscall(kFsmount, system, 0, 0));
    return static_cast<int>(
        syscall(kMoveMount, mounted, "", AT_FDCWD, In("here").c_str(), kMoveFromEmptyPath));
  });
  const Seen seen = ExpectAct("file_mount", pid, "path", In("here"));
  EXPECT_EQ(seen.members.at("moved"), "1");
  // Afterwards its root is where it was put.
  EXPECT_EQ(seen.members.at("source"), AskedBefore("file_mount") ? "/" : In("here"));
  EXPECT_EQ(seen.header.syscall, kMoveMount);
}

TEST_F(FileMountTest, AnUnmountTellsWhatAndHow) {
  const pid_t pid = Act([&] {
    if (LeaveMountNamespace() != 0) return 1;
    if (mount("none", In("here").c_str(), "tmpfs", 0, nullptr) != 0) return 2;
    return umount2(In("here").c_str(), MNT_DETACH);
  });
  const Seen seen = ExpectAct("file_umount", pid, "path", In("here"));
  EXPECT_EQ(seen.members.at("umount_flags"), absl::StrCat(MNT_DETACH));
  EXPECT_EQ(seen.members.at("fs_magic"), AskedBefore("file_umount") ? "16914836" : "0");
}

}  // namespace
}  // namespace vedette
