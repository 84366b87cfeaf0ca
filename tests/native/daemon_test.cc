// SPDX-License-Identifier: Apache-2.0
//
// The whole way, from an act to a line that a person reads and a row that an investigator finds:
// the real daemon with the shipped rules. Runs natively in tracepoint mode, limited to this test's
// own process tree, and in guests in the other modes (VEDETTE_TEST_MODE).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/native/acts.h"
#include "tests/native/daemon_process.h"

namespace vedette {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string Environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// What an alert has to say.
struct Expected {
  std::string rule;
  std::string executable;              // Part of its path.
  std::string command;                 // The end of the command line.
  std::string object;                  // Its end. Empty: the executable.
  std::vector<std::string> ancestors;  // The nearest ones, by name.
};

Expected Shadow(const std::string& program, const std::string& act) {
  return {.rule = "Password hashes read",
          .executable = absl::StrCat("/", program),
          .command = absl::StrCat(program, " ", act, " /etc/shadow"),
          .object = "/etc/shadow",
          .ancestors = {"daemon_test"}};
}

Expected ReaderOf(const std::string& path, const std::string& rule) {
  return {.rule = rule,
          .executable = "/reader",
          .command = absl::StrCat("reader open ", path),
          .object = path,
          .ancestors = {"daemon_test"}};
}

class DaemonTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "loading programs into the kernel takes root";
    char name[] = "/tmp/vedette_daemon_XXXXXX";
    folder_ = mkdtemp(name);
    store_ = absl::StrCat(folder_, "/history/vedette.db");
  }
  void TearDown() override {
    daemon_.reset();
    std::error_code error;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, error);
  }

  std::vector<std::string> Arguments(const std::string& rules) const {
    return {"run",
            "--output",
            "json",
            "--rules",
            rules,
            "--store",
            store_,
            "--mode",
            Mode(),
            "--scope",
            absl::StrCat("pid:", getpid())};
  }
  static std::string Mode() { return Environment("VEDETTE_TEST_MODE", "tracepoint"); }
  static std::string Packs() { return Environment("VEDETTE_PACKS", ""); }

  void Start(const std::vector<std::string>& arguments) {
    daemon_ = std::make_unique<DaemonProcess>(arguments);
    ASSERT_TRUE(daemon_->running()) << daemon_->errors();
  }
  void StartWithPacks(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = Arguments("");
    arguments.erase(arguments.begin() + 3, arguments.begin() + 5);
    std::set<std::string> packs;  // In order: `base` comes before those that use its macros.
    for (const auto& pack : std::filesystem::directory_iterator(Packs())) {
      if (pack.is_directory()) packs.insert(pack.path());
    }
    for (const std::string& pack : packs) arguments.insert(arguments.end(), {"--rules", pack});
    arguments.insert(arguments.end(), more.begin(), more.end());
    Start(arguments);
  }

  // The alert of the rule; it must be printed within a second, and tell who, what and whence.
  json ExpectAlert(const Expected& expected) {
    const auto alert = daemon_->WaitFor([&](const json& a) { return Fits(a, expected); },
                                        absl::Seconds(slow_ ? 10 : 1));
    if (!alert.has_value()) {
      std::string got;
      for (const json& a : daemon_->alerts()) absl::StrAppend(&got, "\n  ", a.dump());
      ADD_FAILURE() << "no alert \"" << expected.rule << "\" about " << expected.command
                    << "; alerts:" << got << "\n"
                    << daemon_->errors();
      return json();
    }
    const json& processes = (*alert)["processes"];
    EXPECT_THAT(std::string(processes[0]["exe_path"]), HasSubstr(expected.executable)) << *alert;
    EXPECT_EQ(processes[0]["user"], "root") << *alert;
    EXPECT_THAT(std::string((*alert)["object"]),
                EndsWith(expected.object.empty() ? std::string(processes[0]["exe_path"])
                                                 : expected.object));
    // The last ones named are this test and, behind it, what has started it.
    size_t at = 1;
    for (const std::string& ancestor : expected.ancestors) {
      if (at >= processes.size()) {
        ADD_FAILURE() << "ancestors are missing: " << *alert;
        break;
      }
      EXPECT_EQ(processes[at]["name"], ancestor) << *alert;
      EXPECT_FALSE(processes[at]["exe_path"].empty()) << *alert;
      EXPECT_FALSE(processes[at]["command_line"].empty()) << *alert;
      EXPECT_EQ(processes[at++]["user"], "root") << *alert;
    }
    return *alert;
  }

  static bool Fits(const json& alert, const Expected& expected) {
    return alert["rule"] == expected.rule && !alert["processes"].empty() &&
           absl::EndsWith(std::string(alert["processes"][0]["command_line"]), expected.command);
  }

  // By each of the three commands, with all that it said when it was printed.
  void ExpectFoundAgain(const json& alert) {
    const std::string id = alert["id"];
    const json& actor = alert["processes"][0];
    const std::string executable = actor["exe_path"], command = actor["command_line"],
                      object = alert["object"], rule = alert["rule"];
    const Finished list = RunVedette({"alerts", "list", "--store", store_});
    EXPECT_THAT(list.output, HasSubstr(id)) << list.errors;
    const Finished show = RunVedette({"alerts", "show", id, "--store", store_});
    for (const std::string& part : {rule, executable, command, object, std::string("root")}) {
      EXPECT_THAT(show.output, HasSubstr(part)) << show.errors;
    }
    const Finished query = RunVedette(
        {"query",
         absl::StrCat("SELECT a.rule, p.exe_path, p.command_line, p.user, a.object, e.kind FROM "
                      "alerts a JOIN alert_processes p USING (alert) JOIN events e ON e.id = "
                      "a.event_id WHERE p.position = 0 AND a.id = '",
                      id, "'"),
         "--store", store_, "--format", "json"});
    const json row = json::parse(query.output, nullptr, false);
    ASSERT_TRUE(row.is_object()) << query.output << query.errors;
    EXPECT_EQ(row["rule"], rule);
    EXPECT_EQ(row["exe_path"], executable);
    EXPECT_EQ(row["command_line"], command);
    EXPECT_EQ(row["user"], "root");
    EXPECT_EQ(row["object"], object);
    const Finished tree = RunVedette({"tree", id, "--store", store_});
    for (const json& process : alert["processes"]) {
      EXPECT_THAT(tree.output, HasSubstr(absl::StrCat(std::string(process["name"]), "(",
                                                      int64_t{process["pid"]}, ") root")))
          << tree.errors;
    }
    EXPECT_THAT(tree.output, HasSubstr(absl::StrCat(id, " ", std::string(alert["priority"]))));
  }

  // Emulated machines and sanitizers take their time; else a second is the promise.
  const bool slow_ = kSanitized || std::getenv("VEDETTE_TEST_STRICT") != nullptr;
  std::string folder_, store_;
  std::unique_ptr<DaemonProcess> daemon_;
};

TEST_F(DaemonTest, EachSuspiciousActGivesItsAlertAndIsFoundAgainAfterAKill) {
  StartWithPacks();
  std::vector<json> alerts;
  ASSERT_GT(DoAs("cat", "open /etc/shadow"), 0);
  alerts.push_back(ExpectAlert({.rule = "Password hashes read",
                                .executable = "/cat",
                                .command = "cat open /etc/shadow",
                                .object = "/etc/shadow",
                                .ancestors = {"daemon_test"}}));
  ASSERT_GT(DoAs("nginx", "shell"), 0);
  alerts.push_back(ExpectAlert({.rule = "Shell below a web server",
                                .executable = "/",
                                .command = "sh -c exit 0",
                                .object = "",
                                .ancestors = {"nginx", "daemon_test"}}));
  ASSERT_GT(DoAs("python3", "connect 4444"), 0);
  alerts.push_back(ExpectAlert({.rule = "Interpreter connects to a rare port",
                                .executable = "/python3",
                                .command = "python3 connect 4444",
                                .object = "->127.0.0.1:4444",
                                .ancestors = {"daemon_test"}}));
  ASSERT_GT(DoAs("dropper", "deleted"), 0);
  alerts.push_back(ExpectAlert({.rule = "Deleted program run",
                                .executable = "/vedette_ghost_",
                                .command = " --haunt",
                                .object = "",
                                .ancestors = {"daemon_test"}}));
  ASSERT_GT(DoAs("loader", "memfd"), 0);
  alerts.push_back(ExpectAlert({.rule = "Program run from memory",
                                .executable = "memfd:ghost",
                                .command = " --haunt",
                                .object = "memfd:ghost",
                                .ancestors = {"daemon_test"}}));

  sleep(1);
  daemon_->Signal(SIGKILL);
  EXPECT_EQ(daemon_->Wait(), 128 + SIGKILL);
  for (const json& alert : alerts) {
    if (alert.is_object()) ExpectFoundAgain(alert);
  }
}

TEST_F(DaemonTest, AnOpenThroughIoUringGivesTheSameAlertAsOpenat) {
  if (Mode() == "tracepoint") {
    GTEST_SKIP() << "in tracepoint mode io_uring passes by; `vedette doctor` says so";
  }
  StartWithPacks();
  ASSERT_GT(DoAs("plain", "open /etc/shadow"), 0);
  const json plain = ExpectAlert(Shadow("plain", "open"));
  ASSERT_GT(DoAs("ring", "uring /etc/shadow"), 0);
  const json ring = ExpectAlert(Shadow("ring", "uring"));
  ASSERT_TRUE(plain.is_object() && ring.is_object());
  EXPECT_EQ(plain["object"], ring["object"]);
  EXPECT_EQ(plain["priority"], ring["priority"]);
}

std::string WriteRules(const std::string& folder, const std::string& name,
                       const std::string& text) {
  const std::string path = absl::StrCat(folder, "/", name);
  std::ofstream(path) << text;
  return path;
}

constexpr char kGoodRules[] =
    "- rule: Marked file opened\n"
    "  desc: d\n"
    "  condition: evt.type in (open, openat, openat2) and fd.name endswith /marked\n"
    "  output: '%proc.name opened %fd.name'\n"
    "  priority: WARNING\n";

constexpr char kFiveMistakes[] =
    "- rule: One\n  desc: d\n  condition: proc.nam = nc\n  output: o\n  priority: WARNING\n"
    "- rule: Two\n  desc: d\n  condition: evt.type = opennat\n  output: o\n  priority: WARNING\n"
    "- rule: Three\n  desc: d\n  condition: proc.name = (\n  output: o\n  priority: WARNING\n"
    "- rule: Four\n  desc: d\n  condition: proc.name = nc\n  output: '%proc.nmae'\n  priority: "
    "WARNING\n"
    "- rule: Five\n  desc: d\n  condition: proc.name = nc\n  output: o\n  priority: URGENT\n";

TEST_F(DaemonTest, ABadFileIsRefusedAtStartWithEveryMistakeNamed) {
  const std::string path = WriteRules(folder_, "bad.yaml", kFiveMistakes);
  const Finished check = RunVedette({"rules", "check", path});
  EXPECT_EQ(check.status, 1);
  const DaemonProcess refused(Arguments(path));
  EXPECT_FALSE(refused.running());
  const std::string checked = check.output + check.errors;
  for (const std::string line : {"3:", "8:", "13:", "19:", "25:"}) {
    const std::string place = absl::StrCat("bad.yaml:", line);
    EXPECT_NE(checked.find(place), std::string::npos) << place << "\n" << checked;
    EXPECT_NE(refused.errors().find(place), std::string::npos) << place << "\n" << refused.errors();
  }
}

TEST_F(DaemonTest, ABadFileAtReloadChangesNothing) {
  const std::string path = WriteRules(folder_, "rules.yaml", kGoodRules);
  Start(Arguments(path));
  WriteRules(folder_, "rules.yaml", kFiveMistakes);
  daemon_->Signal(SIGHUP);
  ASSERT_TRUE(daemon_->WaitForError("rules.yaml:3:", absl::Seconds(10))) << daemon_->errors();
  const std::string marked = WriteRules(folder_, "marked", "");
  ASSERT_GT(DoAs("reader", absl::StrCat("open ", marked)), 0);
  ExpectAlert(ReaderOf(marked, "Marked file opened"));
}

TEST_F(DaemonTest, AGoodFileAtReloadTakesOver) {
  const std::string path = WriteRules(folder_, "rules.yaml", kGoodRules);
  Start(Arguments(path));
  std::string other = kGoodRules;
  other.replace(other.find("Marked file"), 11, "Second rule");
  other.replace(other.find("/marked"), 7, "/second");
  WriteRules(folder_, "rules.yaml", other);
  daemon_->Signal(SIGHUP);
  daemon_->Read(absl::Seconds(slow_ ? 8 : 2));
  const std::string second = WriteRules(folder_, "second", "");
  ASSERT_GT(DoAs("reader", absl::StrCat("open ", second)), 0);
  ExpectAlert(ReaderOf(second, "Second rule opened"));
}

// Whoever has a service start a program is not among its ancestors.
TEST_F(DaemonTest, AProgramThatAServiceStartsIsKnownByWhoAskedForIt) {
  const std::string path = WriteRules(
      folder_, "rules.yaml",
      // What is only recorded may be read later than what alerts: the connection has to be as
      // quick.
      "- rule: Service asked\n"
      "  desc: d\n"
      "  condition: evt.type = connect and proc.name = asker\n"
      "  output: 'asked'\n"
      "  priority: WARNING\n"
      "- rule: Program asked for\n"
      "  desc: d\n"
      "  condition: evt.type = execve and proc.requested_by.name = asker\n"
      "  output: '%proc.name for %proc.requested_by.cmdline (%proc.requested_by.candidates)'\n"
      "  priority: WARNING\n");
  Start(Arguments(path));
  ASSERT_GT(DoAs("manager", "manage"), 0);
  const json alert = ExpectAlert({.rule = "Program asked for",
                                  .executable = "/",
                                  .command = "sh -c exit 0",
                                  .object = "",
                                  .ancestors = {"manager", "daemon_test"}});
  ASSERT_TRUE(alert.is_object());
  EXPECT_EQ(alert["message"], "sh for asker --politely (1)");
  EXPECT_EQ(daemon_->alerts().size(), 2U) << "the asker itself was started by nobody's leave";
}

// Two sets of rules tell of one act twice, until a suppression leaves one alert for each event.
TEST_F(DaemonTest, WhatPublishedRulesAndPacksBothTellOfIsFolded) {
  const std::string published =
      absl::StrCat(Environment("VEDETTE_SHARED", "../shared"), "/falco/falco_rules.yaml");
  if (!std::filesystem::exists(published)) GTEST_SKIP() << "no published rules (VEDETTE_SHARED)";
  StartWithPacks({"--rules", published});
  Expected theirs = Shadow("cat", "open");
  theirs.rule = "Read sensitive file untrusted";
  ASSERT_GT(DoAs("cat", "open /etc/shadow"), 0);
  ExpectAlert(Shadow("cat", "open"));
  ExpectAlert(theirs);

  const Finished fold = RunVedette({"alerts", "suppress", "--duplicate-of", "*", "--for", "1h",
                                    "-m", "one alert for each act", "--store", store_});
  ASSERT_EQ(fold.status, 0) << fold.errors;
  ASSERT_GT(DoAs("tac", "open /etc/shadow"), 0);
  ExpectAlert(Shadow("tac", "open"));
  theirs.command = "tac open /etc/shadow";
  daemon_->Read(absl::Seconds(1));
  EXPECT_TRUE(std::none_of(daemon_->alerts().begin(), daemon_->alerts().end(),
                           [&](const json& alert) { return Fits(alert, theirs); }));
  daemon_->Signal(SIGTERM);
  EXPECT_EQ(daemon_->Wait(), 0) << daemon_->errors();
  const Finished hidden =
      RunVedette({"alerts", "list", "--suppressed", "--store", store_, "--output", "json"});
  EXPECT_THAT(hidden.output, HasSubstr(theirs.rule)) << hidden.errors;
  EXPECT_THAT(hidden.output, HasSubstr("tac open /etc/shadow"));
  EXPECT_THAT(hidden.output, testing::Not(HasSubstr("Password hashes read"))) << hidden.output;
}

TEST_F(DaemonTest, WatchSaidNothingWhenItWasAttached) {
  const Finished watch = RunVedette({"watch", "--exec", "--mode", Mode(), "--scope",
                                     absl::StrCat("pid:", getpid()), "--duration", "100ms"});
  EXPECT_EQ(watch.status, 0) << watch.errors;
  EXPECT_THAT(watch.errors, StartsWith(absl::StrCat("vedette watches: mode ", Mode(), ", ")));
  EXPECT_THAT(watch.errors, HasSubstr(absl::StrCat(" hooks, scope pid:", getpid())));
}

TEST_F(DaemonTest, AnUnknownHookToDisableIsRefused) {
  const DaemonProcess refused([this] {
    std::vector<std::string> arguments = Arguments(Packs());
    arguments.insert(arguments.end(), {"--disable-hook", "tp_btf/sys_exut"});
    return arguments;
  }());
  EXPECT_FALSE(refused.running());
  EXPECT_THAT(refused.errors(), HasSubstr("did you mean \"tp_btf/sys_exit\"?"));
  EXPECT_THAT(refused.errors(), HasSubstr("vedette doctor lists the hooks"));
}

TEST_F(DaemonTest, ItStopsInOrderAndItsCountsBalance) {
  StartWithPacks();
  ASSERT_GT(DoAs("cat", "open /etc/shadow"), 0);
  ExpectAlert(Shadow("cat", "open"));
  daemon_->Signal(SIGTERM);
  EXPECT_EQ(daemon_->Wait(), 0) << daemon_->errors();
  EXPECT_THAT(daemon_->errors(), StartsWith("vedette is watching: "));
  EXPECT_THAT(daemon_->errors(), HasSubstr("; balanced\n"));
}

}  // namespace
}  // namespace vedette
