// SPDX-License-Identifier: Apache-2.0
//
// The real daemon with rules that deny and kill, in a folder of the test's own. In guests alone.
#ifndef VEDETTE_TESTS_ENFORCE_DAEMON_FIXTURE_H_
#define VEDETTE_TESTS_ENFORCE_DAEMON_FIXTURE_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/enforce/acts.h"
#include "tests/native/daemon_process.h"

namespace vedette {

inline std::string RuleText(const std::string& name, const std::string& condition,
                            const std::string& more = "  action: deny\n  mode: enforce\n") {
  return absl::StrCat("- rule: ", name, "\n  desc: a test\n  condition: ", condition,
                      "\n  output: \"%proc.name %evt.object %evt.verdict\"\n  priority: WARNING\n",
                      more);
}

class EnforceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("VEDETTE_TEST_STRICT") == nullptr) GTEST_SKIP() << "in guests alone";
    folder_ = MakeFolder();
    rules_ = folder_ + "/rules.yaml";
    store_ = "/var/vt_store/vedette.db";
    mkdir("/var/vt_store", 0700);
    Configure("protect_self: false");
  }
  void TearDown() override {
    if (folder_.empty()) return;
    // One that protects itself would not end.
    if (daemon_ != nullptr && daemon_->running()) RunVedette({"enforce", "off"});
    daemon_.reset();
    const Finished off = RunVedette({"enforce", "off", "--offline"});
    EXPECT_EQ(off.status, 0) << off.errors;
    RemoveFolder(folder_);
    RemoveFolder("/var/vt_store");
  }

  std::vector<std::string> Arguments() const {
    const char* mode = std::getenv("VEDETTE_TEST_MODE");
    return {"run",  "--output", "json", "--config", folder_ + "/vedette.yaml",      "--rules",
            rules_, "--store",  store_, "--mode",   mode != nullptr ? mode : "auto"};
  }
  // Few hooks that observe: they take long to load here.
  void Configure(const std::string& enforce) const {
    std::ofstream(folder_ + "/vedette.yaml")
        << "recording:\n  programs: evt.kind = process_exec\nenforce:\n  " << enforce << "\n";
  }
  void Write(const std::string& text) const { std::ofstream(rules_) << text; }
  void Start(const std::string& text, const std::vector<std::string>& more = {}) {
    Write(text);
    std::vector<std::string> arguments = Arguments();
    arguments.insert(arguments.end(), more.begin(), more.end());
    daemon_ = std::make_unique<DaemonProcess>(arguments);
    ASSERT_TRUE(daemon_->running()) << daemon_->errors();
  }
  void KillDaemon() {
    daemon_->Signal(SIGKILL);
    daemon_->Wait();
  }

  // The alert of the rule with the verdict, and with this object if it is not empty.
  nlohmann::json ExpectAlert(const std::string& rule, const std::string& verdict,
                             const std::string& object = "") {
    const auto alert = daemon_->WaitFor(
        [&](const nlohmann::json& candidate) {
          return candidate["rule"] == rule && candidate["verdict"] == verdict &&
                 (object.empty() || candidate["object"] == object);
        },
        absl::Seconds(10));
    if (alert) return *alert;
    std::string seen;
    for (const nlohmann::json& other : daemon_->alerts()) {
      absl::StrAppend(&seen, "\n  ", other["rule"].dump(), " ", other["verdict"].dump(), " ",
                      other["object"].dump());
    }
    ADD_FAILURE() << "no alert " << rule << " " << verdict << " " << object << "; seen:" << seen
                  << "\n"
                  << daemon_->errors();
    return nlohmann::json();
  }
  size_t CountAlerts(const std::string& rule) const {
    size_t count = 0;
    for (const nlohmann::json& alert : daemon_->alerts()) count += alert["rule"] == rule ? 1 : 0;
    return count;
  }

  static int OpenAs(const std::string& comm, const std::string& path, int flags = O_RDONLY) {
    return ActAs(comm, [&] { return ErrnoOf(open(path.c_str(), flags | O_CLOEXEC, 0600)); });
  }
  std::string In(const char* name) const { return absl::StrCat(folder_, "/", name); }

  std::string folder_, rules_, store_;
  std::unique_ptr<DaemonProcess> daemon_;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_ENFORCE_DAEMON_FIXTURE_H_
