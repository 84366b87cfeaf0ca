// SPDX-License-Identifier: Apache-2.0
//
// Rules that deny, aimed at containers and services: decided by the cgroup. In guests alone. The
// containers are cgroups where docker makes them, and files as docker leaves them.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/enforce/acts.h"
#include "tests/enforce/daemon_fixture.h"

namespace vedette {
namespace {

constexpr char kDocker[] = "/var/lib/docker/containers/";
constexpr char kCgroups[] = "/sys/fs/cgroup/";

class ContainerEnforceTest : public EnforceTest {
 protected:
  void SetUp() override {
    EnforceTest::SetUp();
    if (!folder_.empty()) MakeProgram(In("tool"));
  }
  void TearDown() override {
    EnforceTest::TearDown();
    for (const std::string& cgroup : cgroups_) rmdir(cgroup.c_str());
    if (!folder_.empty()) std::filesystem::remove_all(kDocker);
  }
  std::string MakeCgroup(const std::string& path) {
    std::filesystem::create_directories(kCgroups + path);
    cgroups_.push_back(kCgroups + path);
    return cgroups_.back();
  }
  std::string MakeContainer(char digit, const std::string& image, const std::string& tier) {
    const std::string id(64, digit);
    std::filesystem::create_directories(kDocker + id);
    std::ofstream(kDocker + id + "/config.v2.json")
        << R"({"Name": "/c", "Config": {"Image": ")" << image << R"(", "Labels": {"tier": ")"
        << tier << R"("}}})";
    return MakeCgroup("docker/" + id);
  }
  // As a runtime does it: into the cgroup, and then the first program.
  static int RunIn(const std::string& cgroup, const std::vector<std::string>& command) {
    std::vector<std::string> all = {"/bin/busybox", "sh", "-c",
                                    "echo 0 > $0/cgroup.procs && exec \"$@\"", cgroup};
    all.insert(all.end(), command.begin(), command.end());
    return RunCommand(all);
  }
  int ToolIn(const std::string& cgroup) const { return RunIn(cgroup, {In("tool")}); }
  int CatIn(const std::string& cgroup) const {
    return RunIn(cgroup, {"/bin/busybox", "cat", In("object")});
  }
  // Once the daemon has been told of the cgroup.
  static int Settled(const std::function<int()>& act, int wanted) {
    int last = -1;
    for (int i = 0; i < 100 && last != wanted; ++i) {
      if (i > 0) absl::SleepFor(absl::Milliseconds(200));
      last = act();
    }
    return last;
  }
  static std::string Scoped(const std::string& scope, const std::string& more = "") {
    return absl::StrCat("  scope: {", scope, "}\n  action: deny\n  mode: enforce\n", more,
                        "  budget: off\n");
  }

  std::vector<std::string> cgroups_;
};

TEST_F(ContainerEnforceTest, ARuleActsInTheContainersThatItIsAimedAtAndNowhereElse) {
  const std::string web = MakeContainer('a', "web:1", "front");
  const std::string other = MakeContainer('b', "other:1", "back");
  const std::string service = MakeCgroup("system.slice/vt.service");
  const std::string neighbour = MakeCgroup("system.slice/vt-other.service");
  Start(RuleText("No tool in web", "evt.kind = process_exec and proc.name = tool",
                 Scoped("image: web")) +
        RuleText("No object in the back",
                 absl::StrCat("evt.kind = file_open and fd.name = ", In("object")),
                 Scoped("labels: {tier: back}")) +
        RuleText("No tool in the service", "evt.kind = process_exec and proc.name = tool",
                 Scoped("service: vt")));
  EXPECT_EQ(Settled([&] { return ToolIn(web); }, kNotPermitted), kNotPermitted);
  ExpectAlert("No tool in web", "denied", In("tool"));
  EXPECT_EQ(CatIn(web), 0);
  EXPECT_EQ(Settled([&] { return CatIn(other); }, 1), 1);
  ExpectAlert("No object in the back", "denied", In("object"));
  EXPECT_EQ(ToolIn(other), 0);
  EXPECT_EQ(Settled([&] { return ToolIn(service); }, kNotPermitted), kNotPermitted);
  ExpectAlert("No tool in the service", "denied", In("tool"));
  EXPECT_EQ(ToolIn(neighbour), 0);
  EXPECT_EQ(CatIn(neighbour), 0);
  EXPECT_EQ(RunCommand({In("tool")}), 0) << "the host";
  KillDaemon();
  EXPECT_EQ(ToolIn(web), kNotPermitted) << "without a daemon";
  EXPECT_EQ(ToolIn(other), 0);
}

TEST_F(ContainerEnforceTest, WhatIsForTheHostSparesContainers) {
  const std::string web = MakeContainer('f', "web:1", "front");
  const std::string service = MakeCgroup("system.slice/vt.service");
  Start(RuleText("No object on the host",
                 absl::StrCat("evt.kind = file_open and fd.name = ", In("object")),
                 Scoped("host: true")));
  EXPECT_EQ(Settled([&] { return OpenAs("vt_opener", In("object")); }, EPERM), EPERM)
      << "outside of all cgroups, which are of version 2 alone here";
  EXPECT_EQ(Settled([&] { return CatIn(service); }, 1), 1);
  EXPECT_EQ(Settled([&] { return CatIn(web); }, 0), 0);
  absl::SleepFor(absl::Seconds(1));
  EXPECT_EQ(CatIn(web), 0) << "and it stays so";
}

// What a daemon knows of cgroups the next one knows from the start: `fail: open` has no gap.
TEST_F(ContainerEnforceTest, ARestartOpensNoRuleThatIsAimedAtContainers) {
  const std::string web = MakeContainer('1', "web:1", "front");
  const std::string other = MakeContainer('2', "other:1", "front");
  const std::string rules = RuleText(
      "No object in web", absl::StrCat("evt.kind = file_open and fd.name = ", In("object")),
      Scoped("image: web"));
  Start(rules);
  EXPECT_EQ(Settled([&] { return CatIn(web); }, 1), 1);
  EXPECT_EQ(CatIn(other), 0);
  // Opens it twenty times a second, until the end; writes a byte where that succeeds or fails.
  std::ofstream(In("loop")) << "while [ ! -e $1/stop ]; do /bin/busybox usleep 50000; if "
                               "/bin/busybox cat $1/object > /dev/null 2>&1; then "
                               "echo > $1/opened; else "
                               "echo > $1/denied; fi; done";
  const pid_t loop = fork();
  if (loop == 0) {
    RunIn(web, {"/bin/busybox", "sh", In("loop"), folder_});
    _exit(0);
  }
  const auto wait_for_denial = [&] {
    unlink(In("denied").c_str());
    for (int i = 0; i < 600 && !Exists(In("denied")); ++i) absl::SleepFor(absl::Milliseconds(100));
    return Exists(In("denied"));
  };
  EXPECT_TRUE(wait_for_denial());
  for (const bool in_order : {true, false}) {
    if (!in_order) KillDaemon();
    daemon_.reset();
    EXPECT_TRUE(wait_for_denial()) << "without a daemon";
    Start(rules);
    EXPECT_TRUE(wait_for_denial()) << "with the next one";
    EXPECT_FALSE(Exists(In("opened"))) << "after an end " << (in_order ? "in order" : "by force");
  }
  // No runtime says anything any more: the past tells, and goes on to.
  std::filesystem::remove_all(kDocker);
  daemon_.reset();
  Start(rules);
  absl::SleepFor(absl::Seconds(12));
  EXPECT_TRUE(wait_for_denial());
  EXPECT_FALSE(Exists(In("opened")));
  std::ofstream(In("stop")) << "";
  int status = 0;
  waitpid(loop, &status, 0);
}

TEST_F(ContainerEnforceTest, TheFirstProgramOfANewContainerIsJudgedAsTheRuleSays) {
  Start(RuleText("Closed", "evt.kind = process_exec and proc.name = tool",
                 Scoped("image: web", "  fail: closed\n")) +
        RuleText("Open", absl::StrCat("evt.kind = file_open and fd.name = ", In("object")),
                 Scoped("image: web")));
  const std::string web = MakeContainer('c', "web:1", "front");
  const std::string other = MakeContainer('d', "other:1", "front");
  EXPECT_EQ(ToolIn(web), kNotPermitted) << "before anybody has heard of it";
  ExpectAlert("Closed", "denied", In("tool"));
  EXPECT_EQ(ToolIn(other), kNotPermitted) << "nor of this one";
  EXPECT_EQ(CatIn(MakeContainer('e', "web:1", "front")), 0) << "open until it is known";
  // A program that is let through tells the daemon of the cgroup.
  EXPECT_EQ(RunIn(other, {"/bin/busybox", "true"}), 0);
  EXPECT_EQ(Settled([&] { return ToolIn(other); }, 0), 0) << "it is known to be another one";
  EXPECT_EQ(RunIn(web, {"/bin/busybox", "true"}), 0);
  EXPECT_EQ(Settled([&] { return CatIn(web); }, 1), 1) << "it is known to be the one";
  EXPECT_EQ(ToolIn(web), kNotPermitted);
}

}  // namespace
}  // namespace vedette
