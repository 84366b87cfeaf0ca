// SPDX-License-Identifier: Apache-2.0
//
// A flood of uninteresting acts must not push out an interesting one: two processes flood the
// sensor for ten seconds, every act of theirs recorded, while fifty suspicious acts are spread over
// the flood. All fifty are alerted, and the books balance to the record. Natively in tracepoint
// mode, limited to this test's own process tree, and in guests in the other modes.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/native/acts.h"
#include "tests/native/daemon_process.h"

namespace vedette {
namespace {

constexpr int kSuspicious = 50;
constexpr int kFloodSeconds = 10;

constexpr char kRules[] =
    "- rule: Marked file opened\n"
    "  desc: d\n"
    "  condition: evt.type in (open, openat, openat2) and fd.name contains /marked-\n"
    "  output: '%proc.name opened %fd.name'\n"
    "  priority: WARNING\n";

class FloodTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "loading programs into the kernel takes root";
    char name[] = "/tmp/vedette_flood_XXXXXX";
    folder_ = mkdtemp(name);
    Write("rules.yaml", kRules);
    Write("config.yaml",
          "recording: {all: \"evt.kind in (file_open, process_fork, process_exec)\"}\n");
  }
  void TearDown() override {
    for (const pid_t pid : flooders_) waitpid(pid, nullptr, 0);
    std::error_code error;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, error);
  }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(absl::StrCat(folder_, "/", name)) << text;
  }

  // In a process of its own, in a working directory of its own.
  void StartFlood(const std::string& act) {
    const std::string place = absl::StrCat(folder_, "/flood", flooders_.size());
    std::filesystem::create_directory(place);
    const pid_t pid = fork();
    if (pid == 0) {
      if (chdir(place.c_str()) != 0) _exit(1);
      _exit(DoAs("flooder", absl::StrCat(act, " ", kFloodSeconds)) > 0 ? 0 : 1);
    }
    ASSERT_GT(pid, 0);
    flooders_.push_back(pid);
  }

  void ActAndCount(const std::string& flood) {
    const char* mode = std::getenv("VEDETTE_TEST_MODE");
    DaemonProcess daemon({"run", "--config", absl::StrCat(folder_, "/config.yaml"), "--output",
                          "json", "--rules", absl::StrCat(folder_, "/rules.yaml"), "--store",
                          absl::StrCat(folder_, "/vedette.db"), "--mode",
                          mode != nullptr ? mode : "tracepoint", "--scope",
                          absl::StrCat("pid:", getpid())});
    ASSERT_TRUE(daemon.running()) << daemon.errors();
    StartFlood(flood);
    StartFlood(flood);
    std::set<std::string> wanted;
    for (int i = 0; i < kSuspicious; ++i) {
      daemon.Read(absl::Milliseconds(1000 * kFloodSeconds / kSuspicious - 20));
      const std::string name = absl::StrCat("marked-", i);
      Write(name, "");
      const std::string path = absl::StrCat(folder_, "/", name);
      ASSERT_GT(DoAs("reader", absl::StrCat("open ", path)), 0);
      wanted.insert(path);
    }
    for (const pid_t pid : flooders_) {
      int status = 1;
      waitpid(pid, &status, 0);
      EXPECT_EQ(status, 0) << "the flood itself failed";
    }
    flooders_.clear();
    daemon.Read(absl::Seconds(2));
    daemon.Signal(SIGTERM);
    EXPECT_EQ(daemon.Wait(), 0) << daemon.errors();
    std::set<std::string> found;
    for (const nlohmann::json& alert : daemon.alerts()) {
      if (alert["processes"][0]["name"] == "reader") found.insert(std::string(alert["object"]));
    }
    EXPECT_EQ(found, wanted) << daemon.errors();
    EXPECT_NE(daemon.errors().find("; balanced"), std::string::npos) << daemon.errors();
    std::cout << daemon.errors();
  }

 private:
  std::string folder_;
  std::vector<pid_t> flooders_;
};

TEST_F(FloodTest, OfOpensHidesNoSuspiciousAct) { ActAndCount("flood-open"); }

TEST_F(FloodTest, OfExecsHidesNoSuspiciousAct) { ActAndCount("flood-exec"); }

}  // namespace
}  // namespace vedette
