// SPDX-License-Identifier: Apache-2.0
//
// Cgroups are told of as they are made, before anything happens in them, and as they are removed.
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/kernel/kernel_fixture.h"

namespace vedette {
namespace {

// Where cgroups of a file system type are mounted; empty: nowhere.
std::string MountOf(const std::string& wanted, const std::string& option) {
  std::ifstream mounts("/proc/self/mounts");
  for (std::string what, place, type, options, rest;
       mounts >> what >> place >> type >> options && std::getline(mounts, rest);) {
    if (type == wanted && options.find(option) != std::string::npos) return place;
  }
  return "";
}

class CgroupTest : public KernelTest {
 protected:
  struct Change {
    uint64_t id;
    bool removed;
    std::string path;
  };

  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped()) return;
    mount_ = MountOf("cgroup2", "rw");
    if (mount_.empty()) GTEST_SKIP() << "no cgroup 2 file system is mounted";
    name_ = absl::StrCat("/vedette-test-", getpid());
    TakeAll();
  }

  // Makes a cgroup and removes it; its inode, 0 if it cannot be made.
  uint64_t MakeAndRemove(const std::string& folder) {
    struct stat status = {};
    int pipes[2];
    EXPECT_EQ(pipe(pipes), 0);
    Act([&] {
      if (mkdir(folder.c_str(), 0755) != 0) return 1;
      struct stat made = {};
      if (stat(folder.c_str(), &made) != 0) return 2;
      if (write(pipes[1], &made, sizeof(made)) != sizeof(made)) return 3;
      return rmdir(folder.c_str()) == 0 ? 0 : 4;
    });
    EXPECT_EQ(read(pipes[0], &status, sizeof(status)), ssize_t{sizeof(status)});
    close(pipes[0]);
    close(pipes[1]);
    return status.st_ino;
  }

  std::vector<Change> TakeAll() {
    std::vector<Change> changes;
    source().TakeCgroups([&](const CgroupChange& change) {
      changes.push_back({change.id, change.removed, std::string(change.path)});
    });
    return changes;
  }

  std::string mount_, name_;
};

TEST_F(CgroupTest, OneIsToldWithItsPathWhenItIsMadeAndByItsIdWhenItIsRemoved) {
  const uint64_t inode = MakeAndRemove(mount_ + name_);
  std::vector<Change> made, removed;
  for (const Change& change : TakeAll()) {
    if (change.id != inode) continue;
    (change.removed ? removed : made).push_back(change);
  }
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0].path, name_);
  ASSERT_EQ(removed.size(), 1u);
}

TEST_F(CgroupTest, OfVersion1NothingIsTold) {
  const std::string mount = MountOf("cgroup", "rw");
  if (mount.empty()) GTEST_SKIP() << "no cgroup file system of version 1 is mounted";
  MakeAndRemove(mount + name_);
  for (const Change& change : TakeAll()) EXPECT_NE(change.path, name_);
}

// Nobody who does not ask is woken for them, and who does is.
TEST_F(CgroupTest, WhoSleepsIsWoken) {
  const absl::Time begin = absl::Now();
  MakeAndRemove(mount_ + name_);
  while (absl::Now() - begin < absl::Seconds(20)) {
    const absl::Time asleep = absl::Now();
    ASSERT_TRUE(source().Poll(absl::Seconds(20), [](auto) {}).ok());
    if (!TakeAll().empty()) return;
    ASSERT_LT(absl::Now() - asleep, absl::Seconds(20));
  }
  FAIL() << "nothing was told";
}

}  // namespace
}  // namespace vedette
