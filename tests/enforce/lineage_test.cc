// SPDX-License-Identifier: Apache-2.0
//
// Rules about the programs from which one descends, decided by the kernel. In guests alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/enforce/acts.h"
#include "tests/enforce/daemon_fixture.h"

namespace vedette {
namespace {

class LineageEnforceTest : public EnforceTest {
 protected:
  void SetUp() override {
    EnforceTest::SetUp();
    if (folder_.empty()) return;
    for (const char* name : {"vt_service", "vt_login", "vt_other"}) MakeService(In(name));
    MakeProgram(In("tool"));
  }
  std::string Rules() const {
    return RuleText("No tool below the service",
                    "evt.kind = process_exec and proc.name = tool and proc.lineage.name in "
                    "(vt_nobody, vt_service)",
                    kEnforce) +
           RuleText("Only who has logged in",
                    absl::StrCat("evt.kind = file_open and fd.name = ", In("object"),
                                 " and not proc.lineage.name = vt_login"),
                    kEnforce);
  }
  // Waits for `go`, runs the tool, and leaves its exit status in a file of the name.
  std::string Later(const std::string& result) const {
    return absl::StrCat("while [ ! -e ", In("go"), " ]; do sleep 0.1; done; ", In("tool"),
                        "; echo $? > ", In(result.c_str()));
  }
  std::string ResultOf(const std::string& result) const {
    for (int i = 0; i < 300 && Contents(In(result.c_str())).empty(); ++i) {
      absl::SleepFor(absl::Milliseconds(100));
    }
    return Contents(In(result.c_str()));
  }

  static constexpr char kEnforce[] = "  action: deny\n  mode: enforce\n  budget: off\n";
  const std::string busybox_ = "/bin/busybox";
};

TEST_F(LineageEnforceTest, WhoDescendsIsDeniedAndTheNeighbourGoesOn) {
  Start(Rules());
  EXPECT_EQ(RunCommand({In("tool")}), 0) << "nobody's";
  EXPECT_EQ(RunCommand({In("vt_other"), In("tool")}), 0) << "another's";
  EXPECT_EQ(RunCommand({In("vt_service"), busybox_, "true"}), 0) << "another program";
  EXPECT_EQ(RunCommand({In("vt_service"), In("tool")}), kNotPermitted);
  const nlohmann::json alert = ExpectAlert("No tool below the service", "denied", In("tool"));
  EXPECT_EQ(alert["mode"], "enforce");
  EXPECT_EQ(RunCommand({In("vt_service"), In("vt_other"), In("tool")}), kNotPermitted);
  // Its parents have ended, and it has run another program by then.
  EXPECT_EQ(RunCommand({In("vt_service"), busybox_, "sh", "-c",
                        absl::StrCat("(exec ", busybox_, " sh -c '", Later("orphan"), "') &")}),
            0);
  std::ofstream(In("go")) << "";
  EXPECT_EQ(ResultOf("orphan"), "126\n");
}

TEST_F(LineageEnforceTest, WhoDoesNotDescendIsDeniedAndWhoDoesGoesOn) {
  Start(Rules());
  EXPECT_NE(RunCommand({busybox_, "cat", In("object")}), 0);
  EXPECT_NE(RunCommand({In("vt_other"), busybox_, "cat", In("object")}), 0);
  ExpectAlert("Only who has logged in", "denied", In("object"));
  EXPECT_EQ(RunCommand({In("vt_login"), busybox_, "cat", In("object")}), 0);
  EXPECT_EQ(RunCommand({In("vt_login"), In("vt_other"), busybox_, "cat", In("object")}), 0);
  EXPECT_NE(OpenAs("vt_login", In("object")), 0) << "a name that it gave itself is no program";
}

TEST_F(LineageEnforceTest, TheKernelKnowsThePastOfOldDaemonsAndOfWhoWasThereBefore) {
  const auto start = [&](const std::string& command) {
    return RunCommand({busybox_, "sh", "-c", absl::StrCat(command, " &")});
  };
  // Its parent is there when the daemon starts, and tells of it.
  start(absl::StrCat(In("vt_service"), " ", busybox_, " sh -c '", Later("early"), "'"));
  start(absl::StrCat(In("vt_other"), " ", busybox_, " sh -c '", Later("free"), "'"));
  absl::SleepFor(absl::Seconds(1));
  Start(Rules());
  // Its parents have ended when the next daemon starts.
  RunCommand({In("vt_service"), busybox_, "sh", "-c", absl::StrCat("(", Later("kept"), ") &")});
  KillDaemon();
  EXPECT_EQ(RunCommand({In("vt_service"), In("tool")}), kNotPermitted) << "without a daemon";
  EXPECT_EQ(RunCommand({In("tool")}), 0);
  RunCommand({In("vt_service"), busybox_, "sh", "-c", absl::StrCat("(", Later("orphan"), ") &")});
  Start(Rules());
  std::ofstream(In("go")) << "";
  EXPECT_EQ(ResultOf("early"), "126\n");
  EXPECT_EQ(ResultOf("kept"), "126\n");
  EXPECT_EQ(ResultOf("orphan"), "126\n");
  EXPECT_EQ(ResultOf("free"), "0\n");
}

TEST_F(LineageEnforceTest, ARuleSetThatComesLaterKnowsThePast) {
  Start(RuleText("Another", absl::StrCat("evt.kind = process_exec and proc.name = vt_none"),
                 kEnforce));
  RunCommand({In("vt_service"), busybox_, "sh", "-c", absl::StrCat("(", Later("result"), ") &")});
  Write(RuleText("No tool below the service",
                 "evt.kind = process_exec and proc.name = tool and proc.lineage.name = vt_service",
                 kEnforce));
  daemon_->Signal(SIGHUP);
  for (int i = 0; i < 100; ++i) {
    if (RunCommand({In("vt_service"), In("tool")}) == kNotPermitted) break;
    absl::SleepFor(absl::Milliseconds(200));
  }
  std::ofstream(In("go")) << "";
  EXPECT_EQ(ResultOf("result"), "126\n");
}

}  // namespace
}  // namespace vedette
