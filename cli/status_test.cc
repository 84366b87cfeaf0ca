// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "base/clock.h"
#include "base/temporary_directory.h"
#include "base/unix_socket.h"
#include "cli/command.h"
#include "integrations/status/status_server.h"

namespace vedette {
namespace {

std::vector<OwnedFd> Only(OwnedFd listener) {
  std::vector<OwnedFd> listeners;
  listeners.push_back(std::move(listener));
  return listeners;
}

StatusReport AllIsWell(Clock& clock) {
  StatusReport report;
  report.time = clock.Now();
  report.text = "all is well\n";
  return report;
}

TEST(StatusCommand, PrintsWhatTheDaemonSays) {
  const TemporaryDirectory folder;
  const std::string path = folder.File("s");
  CapturedIo nobody;
  EXPECT_EQ(RunCommandLine({"status", "--socket", path}, nobody), ExitCode::kFailed);
  EXPECT_THAT(nobody.error(), testing::HasSubstr("no daemon answers"));
  auto fd = ListenOnPath(path);
  ASSERT_TRUE(fd.ok()) << fd.status();
  RealClock clock;
  StatusServer server(clock, Only(*std::move(fd)));
  StatusReport report = AllIsWell(clock);
  report.metrics = {{"x", "X.", Metric::Type::kGauge, {}, 1}};
  server.Publish(report);
  CapturedIo well;
  EXPECT_EQ(RunCommandLine({"status", "--socket", path}, well), ExitCode::kDone);
  EXPECT_EQ(well.out(), "all is well\n");
  CapturedIo metrics;
  EXPECT_EQ(RunCommandLine({"status", "--socket", path, "--metrics"}, metrics), ExitCode::kDone);
  EXPECT_THAT(metrics.out(), testing::HasSubstr("x 1\n"));
  report.problems = {"no disk"};
  server.Publish(report);
  CapturedIo bad;
  EXPECT_EQ(RunCommandLine({"status", "--socket", path}, bad), ExitCode::kFailed);
  EXPECT_EQ(bad.out(), "all is well\nproblem: no disk\n");
}

TEST(StatusCommand, AsksAtAnAddress) {
  const std::string address = "127.0.0.1:29465";
  CapturedIo nobody;
  EXPECT_EQ(RunCommandLine({"status", "--address", address}, nobody), ExitCode::kFailed);
  EXPECT_THAT(nobody.error(), testing::HasSubstr("127.0.0.1:29465: no daemon answers"));
  auto fd = ListenOnAddress(address);
  ASSERT_TRUE(fd.ok()) << fd.status();
  RealClock clock;
  StatusServer server(clock, Only(*std::move(fd)));
  const StatusReport report = AllIsWell(clock);
  server.Publish(report);
  CapturedIo well;
  EXPECT_EQ(RunCommandLine({"status", "--address", "localhost:29465"}, well), ExitCode::kDone)
      << well.error();
  EXPECT_EQ(well.out(), "all is well\n");
}

}  // namespace
}  // namespace vedette
