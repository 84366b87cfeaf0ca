// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/match.h"
#include "tests/kernel/file_fixture.h"

namespace vedette {
namespace {

class FileNameTest : public FileActTest {};

TEST_F(FileNameTest, ARemovedNameIsTold) {
  const pid_t pid = Act([&] { return unlink(path_.c_str()); });
  const Seen seen = ExpectAct("file_unlink", pid, "path", path_);
  ExpectObject(seen, object_);
#if defined(__x86_64__)
  EXPECT_EQ(seen.header.syscall, SYS_unlink);
#endif
}

TEST_F(FileNameTest, ARemovedDirectoryIsTold) {
  const std::string inner = In("inner");
  ASSERT_EQ(mkdir(inner.c_str(), 0711), 0);
  struct stat object = {};
  ASSERT_EQ(stat(inner.c_str(), &object), 0);
  const pid_t pid =
      Act([&] { return syscall(SYS_unlinkat, AT_FDCWD, inner.c_str(), AT_REMOVEDIR); });
  ExpectObject(ExpectAct("file_unlink", pid, "path", inner), object);
}

TEST_F(FileNameTest, ARelativeNameIsTakenFromItsDirectory) {
  const pid_t pid = Act([&] {
    const int fd = open(directory_.c_str(), O_PATH | O_DIRECTORY);
    if (unlinkat(fd, "object", 0) != 0 || chdir(directory_.c_str()) != 0) return 1;
    return mkdir("made", 0700);
  });
  ExpectAct("file_unlink", pid, "path", path_);
  ExpectAct("file_mkdir", pid, "path", In("made"));
}

TEST_F(FileNameTest, ARelativeNameInADeepDirectoryKeepsItsEnd) {
  const std::string name(200, 'n');
  const pid_t pid = Act([&] {
    if (chdir(directory_.c_str()) != 0) return 1;
    for (int i = 0; i < 30; ++i) {
      if (mkdir(name.c_str(), 0700) != 0 || chdir(name.c_str()) != 0) return 2;
    }
    return mknod("far", S_IFIFO | 0600, 0) != 0 ? 3 : unlink("far");
  });
  const Seen seen = Expect("file_unlink", {{"pid", absl::StrCat(pid)}});
  ASSERT_FALSE(seen.members.empty());
  EXPECT_TRUE(seen.truncated.at("path"));
  EXPECT_TRUE(absl::EndsWith(seen.members.at("path"), name + "/far"));
  EXPECT_LE(seen.members.at("path").size(), size_t{WIRE_TEXT_MAX});
}

TEST_F(FileNameTest, AFailedRemovalTellsTheError) {
  if (AskedBefore("file_unlink")) GTEST_SKIP() << "nobody is asked about a name that is not there";
  const std::string missing = In("missing");
  const pid_t pid = Act([&] { return unlink(missing.c_str()) == 0 ? 1 : 0; });
  const Seen seen = ExpectAct("file_unlink", pid, "path", missing, -ENOENT);
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_LOOSE_PATH);
  EXPECT_TRUE(seen.header.flags & WIRE_FLAG_USER_PATH);
}

// Before 5.19 the hook is not told.
bool KnowsRenameFlags(absl::Span<const Hook> hooks) {
  for (const Hook& hook : hooks) {
    const bool blind = hook.program == "file_rename__lsm_before_flags";
    if (blind && hook.state == HookState::kAttached) return false;
  }
  return true;
}

TEST_F(FileNameTest, ARenameTellsBothNames) {
  const std::string fresh = In("fresh");
  const pid_t pid = Act([&] {
    return static_cast<int>(
        syscall(SYS_renameat2, AT_FDCWD, path_.c_str(), AT_FDCWD, fresh.c_str(), RENAME_NOREPLACE));
  });
  const Seen seen = ExpectAct("file_rename", pid, "path", path_);
  ExpectObject(seen, object_);
  EXPECT_EQ(seen.members.at("new_path"), fresh);
  EXPECT_EQ(seen.members.at("replaced_ino"), "0");
  EXPECT_EQ(seen.members.at("rename_flags"),
            absl::StrCat(KnowsRenameFlags(source().hooks()) ? RENAME_NOREPLACE : 0));
  EXPECT_EQ(seen.header.syscall, SYS_renameat2);
}

TEST_F(FileNameTest, ARenameTellsWhatGivesWay) {
  const std::string other = In("other");
  close(open(other.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  struct stat replaced = {};
  ASSERT_EQ(stat(other.c_str(), &replaced), 0);
  const pid_t pid = Act([&] { return rename(path_.c_str(), other.c_str()); });
  const Seen seen = ExpectAct("file_rename", pid, "path", path_);
  EXPECT_EQ(seen.members.at("new_path"), other);
  EXPECT_EQ(seen.members.at("rename_flags"), "0");
  EXPECT_EQ(seen.members.at("replaced_ino"),
            AskedBefore("file_rename") ? absl::StrCat(replaced.st_ino) : "0");
}

TEST_F(FileNameTest, ALinkTellsBothNames) {
  const std::string fresh = In("fresh");
  const pid_t pid = Act([&] { return link(path_.c_str(), fresh.c_str()); });
  const Seen seen = ExpectAct("file_link", pid, "path", path_);
  ExpectObject(seen, object_);
  EXPECT_EQ(seen.members.at("new_path"), fresh);
}

TEST_F(FileNameTest, ASymbolicLinkTellsWhatItSays) {
  const std::string link = In("link");
  const pid_t pid = Act([&] { return symlink("../etc/./passwd", link.c_str()); });
  const Seen seen = ExpectAct("file_symlink", pid, "new_path", link);
  EXPECT_EQ(seen.members.at("target"), "../etc/./passwd");
}

TEST_F(FileNameTest, ANewDirectoryTellsItsMode) {
  const std::string fresh = In("fresh");
  const pid_t pid = Act([&] {
    umask(0);
    return mkdir(fresh.c_str(), 01751);
  });
  const Seen seen = ExpectAct("file_mkdir", pid, "path", fresh);
  EXPECT_EQ(seen.members.at("new_mode"), absl::StrCat(01751));
}

TEST_F(FileNameTest, APipeAndAPlainFileOfMknodAreTold) {
  const std::string pipe = In("pipe"), plain = In("plain");
  const pid_t pid = Act([&] {
    umask(0);
    return mknod(pipe.c_str(), S_IFIFO | 0620, 0) != 0 || mknod(plain.c_str(), S_IFREG | 0600, 0);
  });
  const Seen seen = ExpectAct("file_mknod", pid, "path", pipe);
  EXPECT_EQ(seen.members.at("new_mode"), absl::StrCat(S_IFIFO | 0620));
  EXPECT_EQ(seen.members.at("new_dev"), "0");
  EXPECT_EQ(ExpectAct("file_mknod", pid, "path", plain).members.at("new_mode"),
            absl::StrCat(S_IFREG | 0600));
}

TEST_F(FileNameTest, ADeviceTellsItsNumber) {
  if (!InGuest()) GTEST_SKIP() << "only in a guest: devices take privileges";
  const std::string node = In("null");
  const pid_t pid = Act([&] { return mknod(node.c_str(), S_IFCHR | 0600, makedev(1, 3)); });
  const Seen seen = ExpectAct("file_mknod", pid, "path", node);
  EXPECT_EQ(seen.members.at("new_dev"), absl::StrCat(makedev(1, 3)));
}

TEST_F(FileNameTest, APlainFileThatAnOpenMakesIsNoNode) {
  const std::string fresh = In("fresh");
  const pid_t pid = Act([&] { return open(fresh.c_str(), O_CREAT | O_WRONLY, 0600) < 0; });
  EXPECT_FALSE(Saw("file_mknod", {{"pid", absl::StrCat(pid)}, {"path", fresh}}));
}

TEST_F(FileNameTest, TheSocketOfABindIsANode) {
  if (!AskedBefore("file_mknod")) GTEST_SKIP() << "bind(2) is network_bind's to tell in this mode";
  const std::string name = In("socket");
  const pid_t pid = Act([&] {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, name.c_str(), sizeof(address.sun_path) - 1);
    return bind(socket(AF_UNIX, SOCK_STREAM, 0), reinterpret_cast<sockaddr*>(&address),
                sizeof(address));
  });
  const Seen seen = ExpectAct("file_mknod", pid, "path", name);
  EXPECT_EQ(std::stoi(seen.members.at("new_mode")) & S_IFMT, S_IFSOCK);
}

}  // namespace
}  // namespace vedette
