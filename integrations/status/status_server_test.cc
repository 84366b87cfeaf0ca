// SPDX-License-Identifier: Apache-2.0
#include "integrations/status/status_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/fake_clock.h"
#include "base/temporary_directory.h"
#include "base/unix_socket.h"

namespace vedette {
namespace {

using testing::HasSubstr;

class StatusServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto fd = ListenOnPath(path_);
    ASSERT_TRUE(fd.ok()) << fd.status();
    std::vector<OwnedFd> listeners;
    listeners.push_back(*std::move(fd));
    server_ = std::make_unique<StatusServer>(clock_, std::move(listeners));
  }
  StatusAnswer Ask(const std::string& target) {
    const auto answer = AskStatus(path_, target);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.value_or(StatusAnswer{});
  }

  FakeClock clock_;
  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("run/status.sock");
  std::unique_ptr<StatusServer> server_;
};

TEST_F(StatusServerTest, TellsTheTruth) {
  EXPECT_EQ(Ask("/healthz").status, 503) << "nothing has been published";
  StatusReport report;
  report.time = clock_.Now();
  report.text = "fine\n";
  report.metrics = {{"x", "X.", Metric::Type::kGauge, {}, 1}};
  server_->Publish(report);
  EXPECT_EQ(Ask("/healthz").status, 200);
  EXPECT_EQ(Ask("/readyz").status, 200);
  EXPECT_EQ(Ask("/status").body, "fine\n");
  EXPECT_THAT(Ask("/metrics").body, HasSubstr("\nx 1\n"));
  report.problems = {"sink siem is down"};
  server_->Publish(report);
  EXPECT_EQ(Ask("/healthz").status, 200);
  EXPECT_EQ(Ask("/readyz").status, 503);
  EXPECT_THAT(Ask("/readyz").body, HasSubstr("sink siem is down"));
  EXPECT_EQ(Ask("/status").status, 503);
  EXPECT_THAT(Ask("/status").body, HasSubstr("problem: sink siem is down"));
  clock_.Advance(kReportAgeMax + absl::Seconds(1));
  EXPECT_EQ(Ask("/healthz").status, 503);
  EXPECT_THAT(Ask("/healthz").body, HasSubstr("does not come round"));
}

TEST_F(StatusServerTest, OtherRequestsAreAnsweredToo) {
  EXPECT_EQ(Ask("/").status, 404);
  EXPECT_EQ(Ask("/metrics HTTP/1.1\r\nX: y\r\n\r\nPOST /metrics").status, 200);
  EXPECT_EQ(Ask("no blanks").status, 400);
}

TEST_F(StatusServerTest, ManyWhoSayNothingHoldUpNobody) {
  std::vector<OwnedFd> silent;
  sockaddr_un at = {};
  at.sun_family = AF_UNIX;
  path_.copy(at.sun_path, sizeof(at.sun_path) - 1);
  for (int i = 0; i < 40; ++i) {
    silent.emplace_back(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    // The queue of the listener may be full for a moment.
    for (int again = 0; again < 100; ++again) {
      if (connect(silent.back().get(), reinterpret_cast<sockaddr*>(&at), sizeof(at)) == 0) break;
      absl::SleepFor(absl::Milliseconds(10));
    }
    const absl::string_view half = "GET /healthz HTTP/1.1\r\n";
    EXPECT_EQ(send(silent.back().get(), half.data(), half.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(half.size()));
  }
  const absl::Time before = absl::Now();
  EXPECT_EQ(Ask("/healthz").status, 503);
  EXPECT_LT(absl::Now() - before, absl::Seconds(1));
}

TEST_F(StatusServerTest, AReloadIsAskedForAtTheSocketAlone) {
  EXPECT_FALSE(server_->TakeReloadRequest());
  const auto answer = AskStatus(path_, "/reload", "POST");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(server_->TakeReloadRequest());
  EXPECT_FALSE(server_->TakeReloadRequest()) << "once";
  EXPECT_EQ(Ask("/reload").status, 404);
  EXPECT_EQ(AskStatus(path_, "/status", "POST")->status, 405);
  // At an address, where anybody may ask.
  auto listener = ListenOnAddress("127.0.0.1:39766");
  ASSERT_TRUE(listener.ok()) << listener.status();
  std::vector<OwnedFd> listeners;
  listeners.push_back(*std::move(listener));
  StatusServer open(clock_, std::move(listeners));
  const OwnedFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at = {};
  at.sin_family = AF_INET;
  at.sin_port = htons(39766);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(fd.get(), reinterpret_cast<sockaddr*>(&at), sizeof(at)), 0);
  const absl::string_view request = "POST /reload HTTP/1.1\r\n\r\n";
  ASSERT_EQ(send(fd.get(), request.data(), request.size(), 0),
            static_cast<ssize_t>(request.size()));
  char buffer[64] = {};
  ASSERT_GT(recv(fd.get(), buffer, sizeof(buffer) - 1, 0), 0);
  EXPECT_THAT(buffer, testing::StartsWith("HTTP/1.1 405"));
  EXPECT_FALSE(open.TakeReloadRequest());
}

TEST_F(StatusServerTest, NotesAreNoProblems) {
  StatusReport report;
  report.time = clock_.Now();
  report.text = "fine\n";
  report.notes = {"no hook for kernel_lockdown"};
  server_->Publish(report);
  EXPECT_EQ(Ask("/readyz").status, 200);
  EXPECT_EQ(Ask("/status").body, "fine\nnote: no hook for kernel_lockdown\n");
  EXPECT_THAT(Ask("/status.json").body, HasSubstr("\"notes\":[\"no hook for kernel_lockdown\"]"));
}

TEST_F(StatusServerTest, TheSocketIsOursAlone) {
  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  server_.reset();
  EXPECT_TRUE(absl::IsUnavailable(AskStatus(path_, "/status").status()));
  EXPECT_NE(stat(path_.c_str(), &status), 0) << "nobody listens, so nothing says so";
}

TEST(StatusAddressTest, OnlyNumbersAreListenedOn) {
  EXPECT_TRUE(ListenOnAddress("127.0.0.1:39765").ok());
  EXPECT_FALSE(ListenOnAddress("localhost:39765").ok());
  EXPECT_FALSE(ListenOnAddress("9765").ok());
}

}  // namespace
}  // namespace vedette
