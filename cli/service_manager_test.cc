// SPDX-License-Identifier: Apache-2.0
#include "cli/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fake_clock.h"
#include "base/temporary_directory.h"

namespace vedette {
namespace {

class ServiceManagerTest : public testing::Test {
 protected:
  void SetUp() override {
    sockaddr_un at = {};
    at.sun_family = AF_UNIX;
    path_.copy(at.sun_path, sizeof(at.sun_path) - 1);
    ASSERT_EQ(bind(systemd_.get(), reinterpret_cast<sockaddr*>(&at), sizeof(at)), 0);
    setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    setenv("WATCHDOG_USEC", "20000000", 1);
    setenv("WATCHDOG_PID", absl::StrCat(getpid()).c_str(), 1);
  }
  // What has been said since the last call, one message a line.
  std::string Heard() {
    std::string all;
    char buffer[512];
    for (ssize_t size; (size = recv(systemd_.get(), buffer, sizeof(buffer), MSG_DONTWAIT)) > 0;) {
      absl::StrAppend(&all, std::string(buffer, static_cast<size_t>(size)), "|");
    }
    return all;
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("notify");
  const OwnedFd systemd_{socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  FakeClock clock_;
};

TEST_F(ServiceManagerTest, HearsTheLifeOfTheDaemon) {
  ServiceManager manager(clock_);
  EXPECT_TRUE(manager.present());
  EXPECT_EQ(getenv("NOTIFY_SOCKET"), nullptr) << "children do not speak for us";
  manager.Ready("watching\nMAINPID=1");
  EXPECT_EQ(Heard(), "READY=1\nSTATUS=watching\\x0aMAINPID=1|");
  manager.Reloading();
  EXPECT_TRUE(absl::StartsWith(Heard(), "RELOADING=1\nMONOTONIC_USEC="));
  manager.Stopping();
  EXPECT_EQ(Heard(), "STOPPING=1|");
}

TEST_F(ServiceManagerTest, SignsOfLifeComeTwiceAsOftenAsAsked) {
  ServiceManager manager(clock_);
  EXPECT_EQ(manager.watchdog_interval(), absl::Seconds(10));
  manager.Alive();
  EXPECT_EQ(Heard(), "WATCHDOG=1|");
  manager.Alive();
  clock_.Advance(absl::Seconds(9));
  manager.Alive();
  EXPECT_EQ(Heard(), "");
  clock_.Advance(absl::Seconds(1));
  manager.Alive();
  EXPECT_EQ(Heard(), "WATCHDOG=1|");
}

TEST_F(ServiceManagerTest, NobodyIsFineToo) {
  setenv("WATCHDOG_PID", "1", 1);  // Meant for another process.
  setenv("NOTIFY_SOCKET", "relative", 1);
  ServiceManager manager(clock_);
  EXPECT_FALSE(manager.present());
  manager.Ready("x");
  manager.Alive();
  EXPECT_EQ(manager.watchdog_interval(), absl::ZeroDuration());
  EXPECT_EQ(Heard(), "");
}

}  // namespace
}  // namespace vedette
