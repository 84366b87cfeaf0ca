// SPDX-License-Identifier: Apache-2.0
// No unit test: it is one.
#include "tests/kernel/file_fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace vedette {

void FileActTest::SetUp() {
  KernelTest::SetUp();
  char name[] = "/tmp/vedette_act_XXXXXX";
  directory_ = mkdtemp(name);
  path_ = In("object");
  const int fd = open(path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0640);
  ASSERT_EQ(write(fd, "content", 7), 7);
  close(fd);
  ASSERT_EQ(stat(path_.c_str(), &object_), 0);
}

void FileActTest::TearDown() {
  // Its own walk goes by descriptors: tests make paths that are too long for names.
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

Seen FileActTest::ExpectAct(absl::string_view kind, pid_t pid, const std::string& key,
                            const std::string& value, int result) {
  const Seen seen = Expect(kind, {{"pid", absl::StrCat(pid)}, {key, value}});
  if (seen.members.empty()) return seen;
  const bool asked = AskedBefore(kind);
  EXPECT_EQ((seen.header.flags & WIRE_FLAG_ATTEMPT) != 0, asked);
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(asked ? 0 : result));
  EXPECT_FALSE(asked && (seen.header.flags & WIRE_FLAG_USER_PATH) != 0);
  return seen;
}

void FileActTest::ExpectObject(const Seen& seen, const struct stat& object) {
  if (seen.members.empty()) return;
  struct stat expected = object;
  struct statfs system = {};
  statfs(directory_.c_str(), &system);
  if (seen.header.flags & WIRE_FLAG_USER_PATH) {
    expected = {};
    system = {};
  }
  EXPECT_EQ(seen.members.at("ino"), absl::StrCat(expected.st_ino));
  EXPECT_EQ(seen.members.at("dev"), absl::StrCat(expected.st_dev));
  EXPECT_EQ(seen.members.at("mode"), absl::StrCat(expected.st_mode));
  EXPECT_EQ(seen.members.at("links"), absl::StrCat(expected.st_nlink));
  EXPECT_EQ(seen.members.at("owner"), absl::StrCat(expected.st_uid));
  EXPECT_EQ(seen.members.at("fs_magic"), absl::StrCat(static_cast<uint32_t>(system.f_type)));
}

bool FileActTest::KernelIsBefore(int major, int minor) {
  utsname name = {};
  int has_major = 0, has_minor = 0;
  if (uname(&name) != 0 || std::sscanf(name.release, "%d.%d", &has_major, &has_minor) != 2) {
    return false;
  }
  return has_major < major || (has_major == major && has_minor < minor);
}

bool FileActTest::InGuest() { return std::getenv("VEDETTE_TEST_STRICT") != nullptr; }

int FileActTest::LeaveMountNamespace() {
  if (unshare(CLONE_NEWNS) != 0) return 1;
  return mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
}

}  // namespace vedette
