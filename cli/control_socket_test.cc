// SPDX-License-Identifier: Apache-2.0
#include "cli/control_socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "absl/time/clock.h"

namespace vedette {
namespace {

class ControlSocketTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/vedette_control_XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    path_ = folder_ + "/run/control.sock";
  }
  void TearDown() override {
    unlink(path_.c_str());
    rmdir((folder_ + "/run").c_str());
    rmdir(folder_.c_str());
  }

  // Asks while the socket is being served.
  absl::StatusOr<std::string> Ask(ControlSocket& socket, const std::string& request,
                                  const ControlSocket::Handler& handler) {
    std::atomic<bool> done = false;
    absl::StatusOr<std::string> answer = "";
    std::thread asker([&] {
      answer = AskDaemon(path_, request);
      done = true;
    });
    while (!done) {
      socket.Serve(handler);
      absl::SleepFor(absl::Milliseconds(1));
    }
    asker.join();
    return answer;
  }

  std::string folder_, path_;
};

TEST_F(ControlSocketTest, RootIsAnsweredAndTheHandlerKnowsWhoAsks) {
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  auto socket = ControlSocket::Listen(path_);
  ASSERT_TRUE(socket.ok()) << socket.status();
  const auto answer =
      Ask(*socket, "status", [](const std::string& request, const ControlPeer& peer) {
        EXPECT_EQ(peer.pid, getpid());
        EXPECT_EQ(peer.uid, 0U);
        return "you said " + request + "\n";
      });
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(*answer, "you said status\n");
}

TEST_F(ControlSocketTest, ALongAnswerArrivesWhole) {
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  auto socket = ControlSocket::Listen(path_);
  ASSERT_TRUE(socket.ok()) << socket.status();
  const std::string text(600'000, 'x');
  const auto answer =
      Ask(*socket, "all", [&](const std::string&, const ControlPeer&) { return text; });
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->size(), text.size());
}

TEST_F(ControlSocketTest, ARequestWithoutEndIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  auto socket = ControlSocket::Listen(path_);
  ASSERT_TRUE(socket.ok()) << socket.status();
  const auto answer = Ask(*socket, std::string(2 * ControlSocket::kRequestMax, 'x'),
                          [](const std::string&, const ControlPeer&) { return "not reached"; });
  if (answer.ok()) {
    EXPECT_EQ(*answer, "error: the request is too long\n");
  }
}

TEST_F(ControlSocketTest, TheSocketIsForItsOwnerAlone) {
  auto socket = ControlSocket::Listen(path_);
  ASSERT_TRUE(socket.ok()) << socket.status();
  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(ControlSocketTest, ASecondDaemonIsToldAndALeftoverIsReplaced) {
  {
    auto first = ControlSocket::Listen(path_);
    ASSERT_TRUE(first.ok()) << first.status();
    EXPECT_EQ(ControlSocket::Listen(path_).status().code(), absl::StatusCode::kAlreadyExists);
  }
  EXPECT_TRUE(ControlSocket::Listen(path_).ok()) << "nobody listens on it any more";
}

TEST_F(ControlSocketTest, NoDaemonIsUnavailable) {
  EXPECT_EQ(AskDaemon(path_, "status").status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(AskDaemon("/" + std::string(200, 'x'), "status").status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace vedette
