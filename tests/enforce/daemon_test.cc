// SPDX-License-Identifier: Apache-2.0
//
// The whole way: rules with `action: deny` and `kill`, the real daemon, acts that have no effect,
// alerts that say so, and what remains when the daemon is gone. In guests alone.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/enforce/acts.h"
#include "tests/enforce/daemon_fixture.h"
#include "tests/kernel/io_uring.h"
#include "tests/native/daemon_process.h"

namespace vedette {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST_F(EnforceTest, EachActThatARuleDeniesIsDeniedAndTold) {
  std::string text;
  for (const HookAct& act : HookActs()) {
    const std::string who = act.kind == "process_exec"
                                ? absl::StrCat("proc.exepath = ", In("program"))
                                : absl::StrCat("proc.name = vt_", act.name);
    text += RuleText("Deny " + act.name, absl::StrCat("evt.kind = ", act.kind, " and ", who));
  }
  Start(text);
  for (const HookAct& act : HookActs()) {
    if (!act.needs.empty()) continue;
    SCOPED_TRACE(act.name);
    EXPECT_EQ(ActAs("vt_" + act.name, [&] { return act.act(folder_); }), EPERM);
    EXPECT_TRUE(!act.is_undone || act.is_undone(folder_)) << "it had an effect";
    const json alert = ExpectAlert("Deny " + act.name, "denied");
    if (alert.is_null()) continue;
    EXPECT_EQ(alert["action"], "deny");
    EXPECT_EQ(alert["mode"], "enforce");
    EXPECT_EQ(alert["processes"][0]["name"], "vt_" + act.name);
  }
}

TEST_F(EnforceTest, OneActIsOneAlertThatNamesRuleProcessObjectAndVerdict) {
  Start(RuleText("Secret", absl::StrCat("evt.kind = file_open and fd.name = ", In("object"))));
  EXPECT_EQ(OpenAs("vt_reader", In("object")), EPERM);
  const json alert = ExpectAlert("Secret", "denied", In("object"));
  ASSERT_FALSE(alert.is_null());
  EXPECT_EQ(alert["processes"][0]["name"], "vt_reader");
  EXPECT_EQ(alert["message"], absl::StrCat("vt_reader ", In("object"), " denied"));
  daemon_->Read(absl::Seconds(2));
  EXPECT_EQ(CountAlerts("Secret"), 1U) << "the failed open is not told again";
  EXPECT_EQ(OpenAs("vt_reader", In("program")), 0) << "the neighbour";
  const Finished stored = RunVedette({"alerts", "list", "--output", "json", "--store", store_});
  EXPECT_THAT(stored.output, HasSubstr("\"verdict\":\"denied\""));
}

TEST_F(EnforceTest, ErrnoAndKillAndMonitor) {
  const auto condition = [&](const char* comm) {
    return absl::StrCat("evt.kind = file_open and proc.name = ", comm,
                        " and fd.name = ", In("object"));
  };
  Start(RuleText("Errno", condition("vt_errno"),
                 "  action: deny\n  mode: enforce\n  errno: EACCES\n") +
        RuleText("Kill", condition("vt_kill"), "  action: kill\n  mode: enforce\n") +
        RuleText("Watch", condition("vt_watch"), "  action: kill\n  mode: monitor\n"));
  EXPECT_EQ(OpenAs("vt_errno", In("object"), O_WRONLY | O_TRUNC), EACCES);
  EXPECT_EQ(OpenAs("vt_kill", In("object"), O_WRONLY | O_TRUNC), kKilled);
  EXPECT_EQ(Contents(In("object")), "as it was");
  EXPECT_EQ(OpenAs("vt_watch", In("object"), O_WRONLY | O_TRUNC), 0);
  EXPECT_EQ(Contents(In("object")), "");
  ExpectAlert("Errno", "denied");
  ExpectAlert("Kill", "killed");
  ExpectAlert("Watch", "would_kill");
}

TEST_F(EnforceTest, NoWayToAProtectedFileIsOpen) {
  const std::string secret = In("object");
  mkdir(In("kept").c_str(), 0755);
  std::ofstream(In("kept/inner")) << "inner";
  ASSERT_EQ(link(secret.c_str(), In("hard_link").c_str()), 0);
  ASSERT_EQ(symlink(secret.c_str(), In("soft_link").c_str()), 0);
  Start(RuleText("Secret", absl::StrCat("evt.kind = file_open and fd.name = ", secret)) +
        RuleText("Kept",
                 absl::StrCat("evt.kind = file_open and fd.name startswith ", folder_, "/kept/")));
  EXPECT_EQ(OpenAs("vt_soft", In("soft_link")), EPERM);
  EXPECT_EQ(OpenAs("vt_hard", In("hard_link")), EPERM);
  EXPECT_EQ(OpenAs("vt_root", "/proc/self/root" + secret), EPERM);
  EXPECT_EQ(OpenAs("vt_dots", In("place/../object")), EPERM);
  EXPECT_EQ(OpenAs("vt_kept", In("kept/inner")), EPERM);
  EXPECT_EQ(OpenAs("vt_make", In("kept/new"), O_CREAT | O_WRONLY), EPERM);
  EXPECT_FALSE(Exists(In("kept/new"))) << "nothing may be made there";
  EXPECT_EQ(ActAs("vt_bind",
                  [&] {
                    if (unshare(CLONE_NEWNS) != 0) return 101;
                    mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
                    const std::string place = In("place");
                    if (mount(folder_.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) != 0) {
                      return 102;
                    }
                    const int object = open((place + "/object").c_str(), O_RDONLY);
                    const int inner = open((place + "/kept/inner").c_str(), O_RDONLY);
                    return object < 0 && inner < 0 ? errno : 0;
                  }),
            EPERM);
  EXPECT_EQ(ActAs("vt_ring",
                  [&] {
                    io_uring_sqe operation = {};
                    operation.opcode = IORING_OP_OPENAT;
                    operation.fd = AT_FDCWD;
                    operation.addr = reinterpret_cast<uint64_t>(secret.c_str());
                    operation.open_flags = O_RDONLY;
                    const int result = SubmitOne(operation);
                    return result == -ENOSYS ? EPERM : result < 0 ? -result : 0;
                  }),
            EPERM);
#if defined(__x86_64__)
  EXPECT_EQ(ActAs("vt_compat",
                  [&] {
                    void* low = mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
                    std::strncpy(static_cast<char*>(low), secret.c_str(), 4095);
                    long result = 5;  // open, of the 32-bit calls.
                    asm volatile("int $0x80" : "+a"(result) : "b"(low), "c"(O_RDONLY) : "memory");
                    return result < 0 ? static_cast<int>(-result) : 0;
                  }),
            EPERM);
#endif
  // A name that it gets now.
  ASSERT_EQ(link(In("kept/inner").c_str(), In("fresh_link").c_str()), 0);
  EXPECT_EQ(OpenAs("vt_fresh", In("fresh_link")), EPERM);
  // A parent that is called something else.
  ASSERT_EQ(rename(In("kept").c_str(), In("moved").c_str()), 0);
  EXPECT_EQ(OpenAs("vt_moved", In("moved/inner")), EPERM);
  EXPECT_EQ(OpenAs("vt_neighbour", In("program")), 0);
}

TEST_F(EnforceTest, NoWayToRunAProgramIsOpen) {
  // Ourselves, under another name: a program that needs a loader.
  const std::string program = In("forbidden");
  std::ofstream(program, std::ios::binary) << Contents("/proc/self/exe");
  ASSERT_EQ(chmod(program.c_str(), 0755), 0);
  ASSERT_EQ(symlink(program.c_str(), In("other_name").c_str()), 0);
  ASSERT_EQ(symlink("/usr/bin/busybox", In("vt_forbidden").c_str()), 0);
  Start(RuleText("Path", absl::StrCat("evt.kind = process_exec and proc.exepath = ", program)) +
        RuleText("Name", "evt.kind = process_exec and proc.name = vt_forbidden"));
  const auto run = [](const std::string& path, const char* first) {
    return [=] {
      execl(path.c_str(), path.c_str(), first, static_cast<char*>(nullptr));
      return errno;
    };
  };
  EXPECT_EQ(ActAs("vt_path", run(program, "--gtest_list_tests")), EPERM);
  EXPECT_EQ(ActAs("vt_link", run(In("other_name"), "--gtest_list_tests")), EPERM);
  EXPECT_EQ(ActAs("vt_name", run(In("vt_forbidden"), "")), EPERM);
  EXPECT_EQ(ActAs("vt_descriptor",
                  [&] {
                    const int fd = open(program.c_str(), O_PATH | O_CLOEXEC);
                    char* const arguments[] = {const_cast<char*>("x"), nullptr};
                    fexecve(fd, arguments, environ);
                    return errno;
                  }),
            EPERM);
  const std::string loader = "/lib64/ld-linux-x86-64.so.2";
  if (Exists(loader)) {
    EXPECT_NE(ActAs("vt_loader", run(loader, program.c_str())), 0) << "the loader cannot map it";
    ExpectAlert("Path", "denied", program);
  }
  EXPECT_EQ(ActAs("vt_neighbour", run(In("program"), nullptr)), 0);
}

TEST_F(EnforceTest, TheProgramOfTheActorIsJudgedWhateverItIsCalled) {
  for (const char* name : {"reader", "trusted", "stranger"}) {
    std::ofstream(In(name), std::ios::binary) << Contents("/usr/bin/busybox");
    ASSERT_EQ(chmod(In(name).c_str(), 0755), 0);
  }
  ASSERT_EQ(link(In("reader").c_str(), In("further").c_str()), 0);
  std::string deep = In("place");
  for (int i = 0; i < 30; ++i) {
    deep += "/deeper";
    ASSERT_EQ(mkdir(deep.c_str(), 0755), 0);
  }
  std::ofstream(deep + "/reader", std::ios::binary) << Contents("/usr/bin/busybox");
  ASSERT_EQ(chmod((deep + "/reader").c_str(), 0755), 0);
  std::ofstream(In("second")) << "second";
  Start(RuleText("By program", absl::StrCat("evt.kind = file_open and fd.name = ", In("object"),
                                            " and proc.exepath = ", In("reader"))) +
        RuleText("Below", absl::StrCat("evt.kind = file_open and fd.name = ", In("object"),
                                       " and proc.exepath startswith ", In("place/"))) +
        RuleText("But", absl::StrCat("evt.kind = file_open and fd.name = ", In("second"),
                                     " and not proc.exepath in (", In("trusted"), ")")));
  const auto reads = [&](const std::string& program, const char* file) {
    return ActAs("vt_shell", [&] {
      close(STDERR_FILENO);
      execl(program.c_str(), "cat", In(file).c_str(), nullptr);
      return 200;
    });
  };
  EXPECT_EQ(reads(In("stranger"), "object"), 0);
  EXPECT_EQ(reads(In("reader"), "object"), 1);
  EXPECT_EQ(reads(In("further"), "object"), 1) << "a hard link of it";
  EXPECT_EQ(reads(deep + "/reader", "object"), 1) << "a path longer than the key";
  EXPECT_EQ(reads(In("trusted"), "second"), 0);
  EXPECT_EQ(reads(In("stranger"), "second"), 1);
  ExpectAlert("By program", "denied");
  ExpectAlert("Below", "denied");
  ExpectAlert("But", "denied");
}

TEST_F(EnforceTest, ItOutlivesTheDaemonAndIsTakenOver) {
  const std::string rule =
      RuleText("Secret", absl::StrCat("evt.kind = file_open and fd.name = ", In("object")),
               "  action: deny\n  mode: enforce\n  budget: off\n");
  Start(rule);
  EXPECT_EQ(OpenAs("vt_before", In("object")), EPERM);
  ExpectAlert("Secret", "denied");
  KillDaemon();
  EXPECT_EQ(OpenAs("vt_orphan", In("object")), EPERM) << "without a daemon";
  const Finished status = RunVedette({"enforce", "status", "--offline"});
  EXPECT_THAT(status.output, HasSubstr("Secret")) << status.errors;
  Start(rule);
  EXPECT_EQ(OpenAs("vt_after", In("object")), EPERM);
  const auto told = daemon_->WaitFor(
      [](const json& alert) {
        return alert["rule"] == "Secret" && alert["processes"][0]["name"] == "vt_orphan";
      },
      absl::Seconds(10));
  EXPECT_TRUE(told.has_value()) << "what was decided meanwhile is delivered";
  daemon_.reset();
  EXPECT_EQ(OpenAs("vt_stopped", In("object")), EPERM) << "after an orderly end, too";
  const Finished off = RunVedette({"enforce", "off", "--offline"});
  EXPECT_EQ(off.status, 0) << off.errors;
  EXPECT_THAT(off.output, HasSubstr("1 decision that no daemon has read waits"));
  EXPECT_EQ(OpenAs("vt_free", In("object")), 0) << "the way out";
  Start(rule);
  const auto told_late = daemon_->WaitFor(
      [](const json& alert) {
        return alert["rule"] == "Secret" && alert["processes"][0]["name"] == "vt_stopped";
      },
      absl::Seconds(10));
  EXPECT_TRUE(told_late.has_value()) << "it was decided, so it is told";
  KillDaemon();
  EXPECT_EQ(OpenAs("vt_dropped", In("object")), EPERM);
  const Finished drop = RunVedette({"enforce", "off", "--offline", "--drop-unread"});
  EXPECT_THAT(drop.output, HasSubstr("that no daemon has read")) << drop.errors;
  EXPECT_THAT(RunVedette({"enforce", "off", "--offline"}).output,
              testing::StrEq("nothing was enforced\n"));
}

TEST_F(EnforceTest, KilledInTheMiddleOfTenThousandAttempts) {
  const std::string rule =
      RuleText("Secret", absl::StrCat("evt.kind = file_open and fd.name = ", In("object")),
               "  action: deny\n  mode: enforce\n  budget: off\n");
  Start(rule);
  const int attempts = 10'000;
  std::atomic<int> succeeded = 0;
  std::thread attacker([&] {
    succeeded = ActAs("vt_attacker", [&] {
      for (int i = 0; i < attempts; ++i) {
        if (open(In("object").c_str(), O_RDONLY) >= 0 || errno != EPERM) return 1;
      }
      return 0;
    });
  });
  absl::SleepFor(absl::Milliseconds(500));
  KillDaemon();
  absl::SleepFor(absl::Milliseconds(500));
  Start(rule);
  attacker.join();
  EXPECT_EQ(succeeded, 0) << "an attempt went through";
  daemon_->Read(absl::Seconds(5));
  daemon_.reset();  // Stores all it has.
  const Finished count = RunVedette(
      {"query", "--store", store_, "--format", "json",
       "SELECT (SELECT count(*) FROM file_open WHERE comm = 'vt_attacker' AND record_flags & 64) + "
       "(SELECT coalesce(sum(count),0) FROM gaps WHERE kind = 'file_open') AS n"});
  const json line = json::parse(count.output, nullptr, false);
  ASSERT_TRUE(line.is_object()) << count.output << count.errors;
  EXPECT_GE(line["n"].get<int>(), attempts) << "each in the store, or counted as lost";
  // Twice there may be what one look at the ring hands out: its events were committed, and not yet
  // the mark behind them.
  EXPECT_LE(line["n"].get<int>(), attempts + 512);
  std::cout << "decisions stored or counted as lost: " << line["n"] << " of " << attempts << "\n";
}

// One request to the daemon, without a process for it.
std::string AskSocket(const std::string& request) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, "/run/vedette/control.sock", sizeof(address.sun_path) - 1);
  std::string answer;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string line = request + "\n";
    (void)!write(fd, line.data(), line.size());
    char bytes[4096];
    for (ssize_t size = 0; (size = read(fd, bytes, sizeof(bytes))) > 0;) {
      answer.append(bytes, static_cast<size_t>(size));
    }
  }
  close(fd);
  return answer;
}

TEST_F(EnforceTest, SwappingRuleSetsUnderLoadLetsNothingThroughAndNothingFail) {
  Start(RuleText("Secret", absl::StrCat("evt.kind = file_open and fd.name = ", In("object")),
                 "  action: deny\n  mode: enforce\n  budget: off\n") +
        RuleText("Other", absl::StrCat("evt.kind = file_open and proc.name = vt_nobody and fd.name "
                                       "startswith ",
                                       folder_)));
  std::atomic<bool> over = false;
  std::atomic<int> wrong = -1;
  std::thread load([&] {
    wrong = ActAs("vt_load", [&] {
      for (uint64_t i = 0;; ++i) {  // Until all swaps are done.
        if (open(In("object").c_str(), O_RDONLY) >= 0) return 1;
        const int fd = open(In("program").c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) return 2;
        close(fd);
        usleep(200);
        if (i % 64 == 0 && access(In("over").c_str(), F_OK) == 0) return 0;
      }
    });
    over = true;
  });
  int swaps = 0;
  for (; swaps < 1000 && !over; ++swaps) {
    const std::string answer =
        AskSocket(absl::StrCat("rule\tOther\t", swaps % 2 == 0 ? "monitor" : "enforce"));
    EXPECT_THAT(answer, HasSubstr("the rule")) << "swap " << swaps << daemon_->errors();
    if (HasFailure()) break;  // The load has to be ended.
  }
  std::ofstream(In("over")) << "";
  load.join();
  EXPECT_EQ(wrong, 0) << "1: a denied act succeeded; 2: an allowed one failed";
  EXPECT_EQ(swaps, 1000);
}

TEST_F(EnforceTest, CommandsActAtOnceAndAreRecorded) {
  Start(RuleText("Secret", absl::StrCat("evt.kind = file_open and fd.name = ", In("object"))));
  EXPECT_EQ(OpenAs("vt_reader", In("object")), EPERM);
  const Finished status = RunVedette({"enforce", "status"});
  EXPECT_THAT(status.output, HasSubstr("enforcement on")) << status.errors;
  EXPECT_THAT(status.output, HasSubstr("Secret"));
  EXPECT_EQ(RunVedette({"enforce", "off"}).status, 0);
  EXPECT_EQ(OpenAs("vt_reader", In("object")), 0);
  EXPECT_EQ(RunVedette({"enforce", "on"}).status, 0);
  EXPECT_EQ(OpenAs("vt_reader", In("object")), EPERM);
  EXPECT_EQ(RunVedette({"enforce", "rule", "Secret", "monitor"}).status, 0);
  EXPECT_EQ(OpenAs("vt_reader", In("object")), 0);
  ExpectAlert("Secret", "would_deny");
  const Finished unknown = RunVedette({"enforce", "rule", "Secrt", "enforce"});
  EXPECT_NE(unknown.status, 0);
  EXPECT_THAT(unknown.errors, HasSubstr("did you mean \"Secret\"?"));
  daemon_->Read(absl::Seconds(1));
  EXPECT_EQ(CountAlerts("Enforcement was changed"), 3U);
}

TEST_F(EnforceTest, ABudgetTripsTheRuleBackToMonitor) {
  Start(RuleText("Secret", absl::StrCat("evt.kind = file_open and fd.name = ", In("object")),
                 "  action: deny\n  mode: enforce\n  budget: {count: 3, within: 10m}\n"));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(OpenAs("vt_reader", In("object")), EPERM) << i;
  const auto told =
      daemon_->WaitFor([](const json& alert) { return alert["rule"] == "Enforcement was changed"; },
                       absl::Seconds(10));
  ASSERT_TRUE(told.has_value());
  EXPECT_THAT((*told)["message"].get<std::string>(),
              HasSubstr("denied more than 3 processes within 10m"));
  EXPECT_EQ(OpenAs("vt_reader", In("object")), 0);
}

TEST_F(EnforceTest, ARuleThatWouldLockTheMachineIsRefused) {
  Write(RuleText("Everything", "evt.kind = process_exec"));
  const Finished refused = RunVedette(Arguments());
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.errors, HasSubstr("could lock everybody out"));
  EXPECT_THAT(refused.errors, HasSubstr("--i-know"));

  Start(RuleText("Everything", "evt.kind = process_exec",
                 "  action: deny\n  mode: enforce\n  budget: {count: 5, within: 10m}\n"),
        {"--i-know"});
  EXPECT_EQ(RunProgram(In("program")), EPERM);
  // Our own program is always run: the way out works.
  EXPECT_EQ(RunVedette({"enforce", "off"}).status, 0);
  EXPECT_EQ(RunProgram(In("program")), 0);
  EXPECT_EQ(RunVedette({"enforce", "on"}).status, 0);
  for (int i = 0; i < 8; ++i) {
    ActAs("vt_runner", [&] { return RunProgram(In("program")); });
    daemon_->Read(absl::Milliseconds(100));
  }
  EXPECT_EQ(RunProgram(In("program")), 0) << "it has used up its budget";
}

TEST_F(EnforceTest, ItProtectsItself) {
  Configure("protect_self: true");
  Start(RuleText("Secret", absl::StrCat("evt.kind = file_open and fd.name = ", In("object"))));
  daemon_->Read(absl::Seconds(1));
  const pid_t pid = daemon_->pid();
  EXPECT_EQ(ActAs("vt_killer", [&] { return ErrnoOf(kill(pid, SIGKILL)); }), EPERM);
  EXPECT_EQ(ActAs("vt_stopper", [&] { return ErrnoOf(kill(pid, SIGSTOP)); }), EPERM);
  EXPECT_EQ(
      ActAs("vt_tracer", [&] { return ErrnoOf(ptrace(PTRACE_ATTACH, pid, nullptr, nullptr)); }),
      EPERM);
  EXPECT_NE(OpenAs("vt_reader", absl::StrCat("/proc/", pid, "/mem"), O_RDWR), 0);
  EXPECT_EQ(OpenAs("vt_writer", store_, O_RDWR), EPERM);
  EXPECT_EQ(ActAs("vt_remover",
                  [] {
                    const std::string pins = "/sys/fs/bpf/vedette/set-1/ring";
                    return Exists(pins) ? ErrnoOf(unlink(pins.c_str())) : 103;
                  }),
            EPERM);
  EXPECT_EQ(ActAs("vt_umounter", [] { return ErrnoOf(umount2("/sys/fs/bpf", MNT_DETACH)); }),
            EPERM);
  EXPECT_EQ(OpenAs("vt_still", In("object")), EPERM);
  ExpectAlert("Vedette protects itself", "denied");
  ExpectAlert("Vedette protects its files", "denied");
  EXPECT_EQ(RunVedette({"enforce", "off"}).status, 0);
  daemon_->Signal(SIGTERM);
  EXPECT_EQ(daemon_->Wait(), 0) << "the way to stop it";
}

TEST_F(EnforceTest, WhatTheKernelCannotDecideIsRefusedWithTheReason) {
  Write(RuleText("Vague", "evt.kind = file_open and fd.name contains secret"));
  const Finished refused = RunVedette(Arguments());
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.errors, HasSubstr("the kernel cannot decide this part"));
  EXPECT_THAT(refused.errors, HasSubstr("fd.name contains secret"));
  EXPECT_THAT(refused.errors, HasSubstr("^~~~"));
}

}  // namespace
}  // namespace vedette
