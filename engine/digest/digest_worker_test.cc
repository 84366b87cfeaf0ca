// SPDX-License-Identifier: Apache-2.0
#include "engine/digest/digest_worker.h"

#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/temporary_directory.h"
#include "engine/digest/executable_file.h"

namespace vedette {
namespace {

FileIdentity IdentityOf(const struct stat& file) {
  const auto ns = [](const timespec& t) {
    return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
  };
  return {file.st_ino, ns(file.st_ctim), ns(file.st_mtim), static_cast<uint32_t>(file.st_dev)};
}

// A copy of sleep(1) that runs until the test ends.
class DigestWorkerTest : public testing::Test {
 protected:
  void SetUp() override {
    program_ = folder_.File("program");
    std::ifstream from("/bin/sleep", std::ios::binary);
    std::ofstream(program_, std::ios::binary) << from.rdbuf();
    chmod(program_.c_str(), 0755);
    struct stat file = {};
    ASSERT_EQ(stat(program_.c_str(), &file), 0);
    request_.file = IdentityOf(file);
    size_ = static_cast<uint64_t>(file.st_size);
    request_.path = program_;
    child_ = fork();
    if (child_ == 0) {
      execl(program_.c_str(), "sleep", "1000", nullptr);
      _exit(1);
    }
    request_.pid = static_cast<uint32_t>(child_);
    request_.parent_pid = static_cast<uint32_t>(getpid());
    // Until it runs the program.
    struct stat exe = {};
    for (int i = 0; i < 500; ++i) {
      const std::string link = absl::StrCat("/proc/", child_, "/exe");
      if (stat(link.c_str(), &exe) == 0 && exe.st_ino == file.st_ino) break;
      usleep(10000);
    }
  }
  void TearDown() override { EndChild(); }
  void EndChild() {
    if (child_ <= 0) return;
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
    child_ = -1;
  }

  static DigestResult Wait(DigestWorker& worker) {
    for (int i = 0; i < 1000; ++i) {
      std::vector<DigestResult> results = worker.Take();
      if (!results.empty()) return results[0];
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "no result within 10 s";
    return {};
  }
  DigestState StateOf(const DigestRequest& request, DigestLimits limits = {}) {
    DigestWorker worker(limits);
    EXPECT_TRUE(worker.Request(request));
    return Wait(worker).digest.state;
  }
  // As sha256sum(1) says it.
  std::string Expected() const {
    FILE* const pipe = popen(absl::StrCat("sha256sum ", program_).c_str(), "r");
    char hex[65] = {};
    if (fread(hex, 1, 64, pipe) != 64) ADD_FAILURE() << "sha256sum";
    pclose(pipe);
    return hex;
  }

  TemporaryDirectory folder_;
  std::string program_;
  DigestRequest request_;
  uint64_t size_ = 0;
  pid_t child_ = -1;
};

TEST_F(DigestWorkerTest, TheDigestIsThatOfTheFile) {
  DigestWorker worker({});
  ASSERT_TRUE(worker.Request(request_));
  const DigestResult result = Wait(worker);
  EXPECT_EQ(result.file, request_.file);
  EXPECT_EQ(result.digest.state, DigestState::kOk);
  EXPECT_EQ(HexOf(result.digest.sha256), Expected());
}

TEST_F(DigestWorkerTest, AProgramThatWasDeletedIsReachedThroughItsProcess) {
  const std::string expected = Expected();
  unlink(program_.c_str());
  struct stat file = {};  // Its last name went, so its ctime changed.
  ASSERT_EQ(stat(absl::StrCat("/proc/", child_, "/exe").c_str(), &file), 0);
  request_.file = IdentityOf(file);
  DigestWorker worker({});
  worker.Request(request_);
  EXPECT_EQ(HexOf(Wait(worker).digest.sha256), expected);
}

TEST_F(DigestWorkerTest, WhyThereIsNoneIsTold) {
  DigestRequest changed = request_;
  ++changed.file.ctime_ns;
  EXPECT_EQ(StateOf(changed), DigestState::kGone);
  DigestRequest other = request_;
  ++other.file.ino;
  EXPECT_EQ(StateOf(other), DigestState::kGone);
  DigestRequest remote = request_;
  remote.fs_magic = FUSE_SUPER_MAGIC;
  EXPECT_EQ(StateOf(remote), DigestState::kRemote);
  EXPECT_EQ(StateOf(request_, {.file_bytes_max = size_ - 1}), DigestState::kTooLarge);
  EXPECT_EQ(StateOf(request_, {.file_bytes_max = size_}), DigestState::kOk);
  EndChild();  // A path outside of the system's folders may have been changed since.
  EXPECT_EQ(StateOf(request_), DigestState::kGone);
}

TEST_F(DigestWorkerTest, AProgramOfTheSystemThatHasEndedIsReadByItsPath) {
  struct stat file = {};
  ASSERT_EQ(stat("/usr/bin/env", &file), 0);
  EndChild();
  request_.file = IdentityOf(file);
  request_.path = "/usr/bin/env";
  EXPECT_EQ(StateOf(request_), DigestState::kOk);
}

TEST_F(DigestWorkerTest, TooManyRequestsAreRefusedAndReadingKeepsToItsPace) {
  // One piece a minute: what is open waits, what is not stays a request.
  DigestWorker worker({.bytes_per_second = size_ / 60 + 1, .waiting_max = 10});
  int taken = 0;
  for (int i = 0; i < 1000; ++i) taken += worker.Request(request_) ? 1 : 0;
  EXPECT_GE(taken, 10);
  EXPECT_LT(taken, 1000);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LE(worker.Take().size(), 1U);
}  // And it ends at once.

TEST(ExecutableFileTest, OnOverlayfsAndBtrfsNumbersOfStatAreOthers) {
  struct stat found = {};
  found.st_mode = S_IFREG;
  found.st_ino = 5;
  found.st_dev = 6;
  found.st_ctim = {.tv_sec = 1, .tv_nsec = 2};
  found.st_mtim = {.tv_sec = 3, .tv_nsec = 4};
  FileIdentity file = {.ino = 5, .ctime_ns = 1'000'000'002, .mtime_ns = 3'000'000'004, .dev = 6};
  EXPECT_TRUE(IsSameFile(file, EXT4_SUPER_MAGIC, found));
  file.dev = 7;
  EXPECT_FALSE(IsSameFile(file, EXT4_SUPER_MAGIC, found));
  EXPECT_TRUE(IsSameFile(file, BTRFS_SUPER_MAGIC, found));
  file.ino = 8;
  EXPECT_FALSE(IsSameFile(file, BTRFS_SUPER_MAGIC, found));
  EXPECT_TRUE(IsSameFile(file, OVERLAYFS_SUPER_MAGIC, found));
  ++file.mtime_ns;
  EXPECT_FALSE(IsSameFile(file, OVERLAYFS_SUPER_MAGIC, found));
  found.st_mode = S_IFIFO;
  --file.mtime_ns;
  EXPECT_FALSE(IsSameFile(file, OVERLAYFS_SUPER_MAGIC, found));
}

}  // namespace
}  // namespace vedette
