// SPDX-License-Identifier: Apache-2.0
#include "base/unix_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "base/temporary_directory.h"

namespace vedette {
namespace {

class UnixSocketTest : public testing::Test {
 protected:
  bool IsThere() const {
    struct stat status = {};
    return lstat(path_.c_str(), &status) == 0;
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("below/x.sock");
};

TEST_F(UnixSocketTest, ListensForItsOwnerAloneInAFolderThatItMakes) {
  auto fd = ListenOnPath(path_);
  ASSERT_TRUE(fd.ok()) << fd.status();
  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  ASSERT_EQ(stat(folder_.File("below").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(UnixSocketTest, OneIsReplacedOnlyWhenNobodyListens) {
  auto first = ListenOnPath(path_);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(absl::IsAlreadyExists(ListenOnPath(path_).status()));
  first->Reset();
  EXPECT_TRUE(IsThere()) << "as after a death of the daemon";
  EXPECT_TRUE(ListenOnPath(path_).ok());
}

TEST_F(UnixSocketTest, OneThatDoesNotListenToItsCallersIsNotReplaced) {
  auto first = ListenOnPath(path_);
  ASSERT_TRUE(first.ok()) << first.status();
  const sockaddr_un at = *UnixAddress(path_);
  std::vector<OwnedFd> callers;
  do {
    callers.emplace_back(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ASSERT_LT(callers.size(), 1000U);
  } while (connect(callers.back().get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0);
  EXPECT_TRUE(absl::IsAlreadyExists(ListenOnPath(path_).status()));
}

TEST_F(UnixSocketTest, NoFileIsReplaced) {
  ASSERT_TRUE(ListenOnPath(path_).ok());
  ASSERT_EQ(unlink(path_.c_str()), 0);
  ASSERT_TRUE(WriteFileAtomically(path_, "kept").ok());
  EXPECT_FALSE(ListenOnPath(path_).ok());
  EXPECT_EQ(*ReadFile(path_, 10), "kept");
}

TEST_F(UnixSocketTest, OfManyThatComeAtOnceOneListens) {
  for (int round = 0; round < 200; ++round) {
    std::vector<absl::StatusOr<OwnedFd>> fds(4);
    std::latch all(4);
    std::vector<std::thread> threads;
    for (auto& fd : fds) {
      threads.emplace_back([&] {
        all.arrive_and_wait();
        fd = ListenOnPath(path_);
      });
    }
    for (std::thread& thread : threads) thread.join();
    const auto listens = [](const absl::StatusOr<OwnedFd>& fd) { return fd.ok(); };
    ASSERT_EQ(std::count_if(fds.begin(), fds.end(), listens), 1) << "round " << round;
  }
}

TEST_F(UnixSocketTest, ALockThatSomebodyKeepsHoldsNobodyUpForever) {
  ASSERT_EQ(mkdir(folder_.File("below").c_str(), 0700), 0);
  const OwnedFd folder(open(folder_.File("below").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(flock(folder.get(), LOCK_EX), 0);
  EXPECT_TRUE(ListenOnPath(path_).ok());
}

TEST_F(UnixSocketTest, ClosingRemovesTheName) {
  auto fd = ListenOnPath(path_);
  ASSERT_TRUE(fd.ok()) << fd.status();
  CloseListener(*std::move(fd));
  EXPECT_FALSE(IsThere());
  CloseListener(OwnedFd());
  CloseListener(OwnedFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
}

TEST_F(UnixSocketTest, ALongPathIsRefused) {
  const auto fd = ListenOnPath(folder_.File(std::string(200, 'x')));
  EXPECT_TRUE(absl::IsInvalidArgument(fd.status())) << fd.status();
}

}  // namespace
}  // namespace vedette
