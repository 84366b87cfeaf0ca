// SPDX-License-Identifier: Apache-2.0
//
// Mode tracepoint, where nothing can be denied: programs that begin are killed. In guests alone.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/enforce/acts.h"
#include "tests/enforce/daemon_fixture.h"

namespace vedette {
namespace {

class KillTest : public EnforceTest {
 protected:
  void SetUp() override {
    const char* mode = std::getenv("VEDETTE_TEST_MODE");
    if (mode == nullptr || absl::string_view(mode) != "tracepoint") {
      GTEST_SKIP() << "in mode tracepoint alone: in others the act is denied as well";
    }
    EnforceTest::SetUp();
  }
  // A copy of busybox that makes a file.
  void MakeMaker(const char* name) {
    std::ofstream(In(name), std::ios::binary) << Contents("/usr/bin/busybox");
    ASSERT_EQ(chmod(In(name).c_str(), 0755), 0);
  }
  int MakeBy(const char* maker, const char* file) {
    return ActAs("vt_shell", [&] {
      execl(In(maker).c_str(), "touch", In(file).c_str(), nullptr);
      return errno;
    });
  }
};

TEST_F(KillTest, AProgramThatBeginsIsKilledBeforeItDoesAnything) {
  for (const char* name : {"killed", "watched", "denied", "neighbour"}) MakeMaker(name);
  const auto runs = [&](const char* name) {
    return absl::StrCat("evt.kind = process_exec and proc.exepath = ", In(name));
  };
  Start(RuleText("Kill", runs("killed"), "  action: kill\n  mode: enforce\n") +
        RuleText("Watch", runs("watched"), "  action: kill\n  mode: monitor\n") +
        RuleText("Deny", runs("denied")));
  EXPECT_TRUE(absl::StrContains(daemon_->errors(), "only alert: 1")) << daemon_->errors();
  EXPECT_EQ(MakeBy("killed", "made"), kKilled);
  EXPECT_FALSE(Exists(In("made")));
  const nlohmann::json alert = ExpectAlert("Kill", "killed_late");
  ASSERT_FALSE(alert.is_null());
  EXPECT_EQ(alert["action"], "kill");
  EXPECT_EQ(MakeBy("watched", "made"), 0);
  EXPECT_TRUE(Exists(In("made")));
  ExpectAlert("Watch", "would_kill");
  EXPECT_EQ(MakeBy("denied", "made"), 0) << "nothing can be denied";
  const auto told = daemon_->WaitFor(
      [](const nlohmann::json& each) { return each["rule"] == "Deny"; }, absl::Seconds(10));
  ASSERT_TRUE(told.has_value()) << "but told";
  EXPECT_TRUE((*told)["verdict"].is_null());
  EXPECT_EQ(MakeBy("neighbour", "made"), 0);
  KillDaemon();
  unlink(In("made").c_str());
  EXPECT_EQ(MakeBy("killed", "made"), kKilled) << "without a daemon";
  EXPECT_FALSE(Exists(In("made")));
}

}  // namespace
}  // namespace vedette
