// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/temporary_directory.h"
#include "cli/command.h"

namespace vedette {
namespace {

using testing::HasSubstr;

class EnforceCommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(config_) << "enforce:\n  socket: " << folder_.File("none.sock")
                           << "\n  pins: " << folder_.File("pins") << "\n";
  }
  ExitCode Run(std::vector<std::string> arguments, CapturedIo& io) {
    arguments.insert(arguments.begin(), "enforce");
    arguments.insert(arguments.end(), {"--config", config_});
    return RunCommandLine(arguments, io);
  }

  const TemporaryDirectory folder_;
  const std::string config_ = folder_.File("vedette.yaml");
};

TEST_F(EnforceCommandTest, WithoutADaemonTheWayOutIsNamed) {
  for (const std::string command : {"status", "on", "off"}) {
    CapturedIo io;
    EXPECT_NE(Run({command}, io), ExitCode::kDone) << command;
    EXPECT_THAT(io.error(), HasSubstr("no daemon listens"));
    EXPECT_THAT(io.error(), HasSubstr("vedette enforce off --offline"));
  }
}

TEST_F(EnforceCommandTest, OfflineNothingIsEnforced) {
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  CapturedIo status;
  EXPECT_EQ(Run({"status", "--offline"}, status), ExitCode::kDone) << status.error();
  EXPECT_THAT(status.out(), HasSubstr("nothing is enforced"));
  CapturedIo off;
  EXPECT_EQ(Run({"off", "--offline"}, off), ExitCode::kDone) << off.error();
  EXPECT_THAT(off.out(), HasSubstr("nothing was enforced"));
}

TEST_F(EnforceCommandTest, AModeIsOneOfTwo) {
  CapturedIo io;
  EXPECT_EQ(Run({"rule", "Some rule", "sometimes"}, io), ExitCode::kUsage);
}

}  // namespace
}  // namespace vedette
