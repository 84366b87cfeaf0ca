// SPDX-License-Identifier: Apache-2.0
#include "integrations/status/status_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/fake_clock.h"
#include "base/temporary_directory.h"

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

TEST_F(StatusServerTest, WhoSaysNothingHoldsUpNobodyForLong) {
  const OwnedFd silent(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un at = {};
  at.sun_family = AF_UNIX;
  path_.copy(at.sun_path, sizeof(at.sun_path) - 1);
  ASSERT_EQ(connect(silent.get(), reinterpret_cast<sockaddr*>(&at), sizeof(at)), 0);
  const absl::Time before = absl::Now();
  EXPECT_EQ(Ask("/healthz").status, 503);
  EXPECT_LT(absl::Now() - before, absl::Seconds(6));
}

TEST_F(StatusServerTest, TheSocketIsOursAlone) {
  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_TRUE(absl::IsFailedPrecondition(ListenOnPath(path_).status()));
  server_.reset();
  EXPECT_TRUE(absl::IsUnavailable(AskStatus(path_, "/status").status()));
  EXPECT_TRUE(ListenOnPath(path_).ok()) << "a socket of a daemon that is gone is replaced";
}

TEST(StatusAddressTest, OnlyNumbersAreListenedOn) {
  EXPECT_TRUE(ListenOnAddress("127.0.0.1:39765").ok());
  EXPECT_FALSE(ListenOnAddress("localhost:39765").ok());
  EXPECT_FALSE(ListenOnAddress("9765").ok());
}

}  // namespace
}  // namespace vedette
