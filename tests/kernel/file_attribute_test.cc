// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "tests/kernel/file_fixture.h"

namespace vedette {
namespace {

class FileAttributeTest : public FileActTest {
 protected:
  // The hook of an inode is not told the mount, and its path begins at the file system's root.
  void ExpectPathEnd(const Seen& seen, const std::string& path) {
    if (seen.members.empty()) return;
    const std::string& told = seen.members.at("path");
    ASSERT_LE(told.size(), path.size());
    EXPECT_EQ(told, path.substr(path.size() - told.size()));
    EXPECT_NE(told.find("/object"), std::string::npos);
    EXPECT_TRUE(seen.header.flags & WIRE_FLAG_LOOSE_PATH);
  }
};

TEST_F(FileAttributeTest, ChangedPermissionsAreTold) {
  const pid_t pid = Act([&] { return chmod(path_.c_str(), 04755); });
  const Seen seen = ExpectAct("file_chmod", pid, "new_mode", absl::StrCat(04755));
  ExpectObject(seen, object_);
  EXPECT_EQ(seen.members.at("path"), path_);
}

TEST_F(FileAttributeTest, PermissionsOfADescriptorAreThoseOfItsFile) {
  const pid_t pid = Act([&] { return fchmod(open(path_.c_str(), O_RDONLY), 0604); });
  const Seen seen = ExpectAct("file_chmod", pid, "new_mode", absl::StrCat(0604));
  EXPECT_EQ(seen.members.at("path"), path_);
  EXPECT_EQ(seen.members.at("ino"), absl::StrCat(object_.st_ino));
  EXPECT_EQ(seen.header.flags & WIRE_FLAG_LOOSE_PATH, 0);
  EXPECT_EQ(seen.header.syscall, SYS_fchmod);
}

TEST_F(FileAttributeTest, Fchmodat2IsAChangeOfPermissions) {
  if (KernelIsBefore(6, 6)) GTEST_SKIP() << "this kernel has no fchmodat2";
  if (!AskedBefore("file_chmod")) GTEST_SKIP() << "fchmodat2 is not among the calls of file_chmod";
  const pid_t pid =
      Act([&] { return static_cast<int>(syscall(452, AT_FDCWD, path_.c_str(), 0600, 0)); });
  const Seen seen = ExpectAct("file_chmod", pid, "path", path_);
  EXPECT_EQ(seen.members.at("new_mode"), absl::StrCat(0600));
  EXPECT_EQ(seen.header.syscall, 452);
}

TEST_F(FileAttributeTest, AChangedOwnerIsTold) {
  if (geteuid() != 0) GTEST_SKIP() << "giving files away takes root";
  const pid_t pid = Act([&] { return chown(path_.c_str(), 12, static_cast<gid_t>(-1)); });
  const Seen seen = ExpectAct("file_chown", pid, "new_uid", "12");
  EXPECT_EQ(seen.members.at("new_gid"), "4294967295");
  ExpectObject(seen, object_);
  if ((seen.header.flags & WIRE_FLAG_LOOSE_PATH) != 0) return ExpectPathEnd(seen, path_);
  EXPECT_EQ(seen.members.at("path"), path_);
}

TEST_F(FileAttributeTest, AChangedOwnerOfADescriptorIsTold) {
  if (geteuid() != 0) GTEST_SKIP() << "giving files away takes root";
  const pid_t pid = Act([&] { return fchown(open(path_.c_str(), O_RDONLY), 13, 14); });
  const Seen seen = ExpectAct("file_chown", pid, "new_uid", "13");
  EXPECT_EQ(seen.members.at("new_gid"), "14");
  EXPECT_EQ(seen.members.at("ino"), absl::StrCat(object_.st_ino));
}

// Hooks are asked whether or not the file system keeps attributes.
TEST_F(FileAttributeTest, AnAttributeThatIsSetIsTold) {
  int error = 0;
  if (setxattr(path_.c_str(), "user.probe", "x", 1, 0) != 0) error = errno;
  const pid_t pid = Act([&] {
    setxattr(path_.c_str(), "user.vedette", "12345", 5, 0);
    return 0;
  });
  const Seen seen = ExpectAct("file_xattr", pid, "xattr_name", "user.vedette", -error);
  EXPECT_EQ(seen.members.at("removed"), "0");
  EXPECT_EQ(seen.members.at("value_size"), "5");
  ExpectObject(seen, object_);
  ExpectPathEnd(seen, path_);
}

TEST_F(FileAttributeTest, AnAttributeThatIsRemovedIsTold) {
  int error = 0;
  if (setxattr(path_.c_str(), "user.vedette", "x", 1, 0) != 0) error = errno;
  const pid_t pid = Act([&] {
    fremovexattr(open(path_.c_str(), O_RDWR), "user.vedette");
    return 0;
  });
  const Seen seen = ExpectAct("file_xattr", pid, "xattr_name", "user.vedette", -error);
  EXPECT_EQ(seen.members.at("removed"), "1");
  EXPECT_EQ(seen.members.at("value_size"), "0");
  EXPECT_EQ(seen.members.at("ino"), absl::StrCat(object_.st_ino));
}

// From 6.13 on; the numbers are the same on every architecture.
constexpr long kSetxattrat = 463, kRemovexattrat = 466;
struct XattrArguments {  // struct xattr_args of linux/xattr.h
  uint64_t value;
  uint32_t size, flags;
};

TEST_F(FileAttributeTest, TheCallsThatTakeADirectoryAreAttributesToo) {
  if (syscall(kRemovexattrat, -1, path_.c_str(), 0, "user.none") != 0 && errno == ENOSYS) {
    GTEST_SKIP() << "this kernel has no setxattrat";
  }
  int error = 0;
  if (setxattr(path_.c_str(), "user.probe", "x", 1, 0) != 0) error = errno;
  const pid_t pid = Act([&] {
    const char value[] = "1234567";
    const XattrArguments given = {reinterpret_cast<uint64_t>(value), 7, 0};
    syscall(kSetxattrat, AT_FDCWD, path_.c_str(), 0, "user.at", &given, sizeof(given));
    return 0;
  });
  const Seen set = ExpectAct("file_xattr", pid, "xattr_name", "user.at", -error);
  EXPECT_EQ(set.members.at("removed"), "0");
  EXPECT_EQ(set.members.at("value_size"), "7");
  EXPECT_EQ(set.header.syscall, kSetxattrat);
  const pid_t remover = Act([&] {
    syscall(kRemovexattrat, AT_FDCWD, path_.c_str(), 0, "user.at");
    return 0;
  });
  const Seen removed = ExpectAct("file_xattr", remover, "xattr_name", "user.at", -error);
  EXPECT_EQ(removed.members.at("removed"), "1");
  EXPECT_EQ(removed.header.syscall, kRemovexattrat);
}

}  // namespace
}  // namespace vedette
