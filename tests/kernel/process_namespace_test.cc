// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "tests/kernel/process_fixture.h"

namespace vedette {
namespace {

class NamespaceTest : public ProcessKindTest {
 protected:
  void SetUp() override {
    ProcessKindTest::SetUp();
    if (!IsSkipped() && geteuid() != 0) GTEST_SKIP() << "new namespaces take root";
  }
  struct Place {
    const char *member, *file;
  };
  static constexpr Place kPlaces[] = {
      {"new_mnt_ns", "mnt"},       {"new_pid_ns", "pid"}, {"new_net_ns", "net"},
      {"new_user_ns", "user"},     {"new_uts_ns", "uts"}, {"new_ipc_ns", "ipc"},
      {"new_cgroup_ns", "cgroup"},
  };
  // All but the named ones are those of the test itself.
  static void ExpectChanged(const Seen& seen, const std::set<std::string>& changed) {
    for (const Place& place : kPlaces) {
      const std::string own = InodeOf(absl::StrCat("/proc/self/ns/", place.file));
      if (changed.count(place.member) > 0) {
        EXPECT_NE(seen.members.at(place.member), own) << place.member;
        EXPECT_NE(seen.members.at(place.member), "0") << place.member;
      } else {
        EXPECT_EQ(seen.members.at(place.member), own) << place.member;
      }
    }
  }
};

TEST_F(NamespaceTest, UnshareTellsWhatIsNew) {
  const pid_t pid = Act([] { return unshare(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID); });
  const Seen seen = Expect("process_namespace", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("ns_flags"), absl::StrCat(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID));
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_EQ(seen.header.syscall, SYS_unshare);
  EXPECT_EQ(seen.header.flags, 0);
  ExpectChanged(seen, {"new_uts_ns", "new_ipc_ns", "new_pid_ns"});
}

TEST_F(NamespaceTest, OneActIsReportedOnce) {
  const pid_t pid = Act([] { return unshare(CLONE_NEWUSER | CLONE_NEWUTS); });
  const Seen seen = Expect("process_namespace", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("ns_flags"), absl::StrCat(CLONE_NEWUSER | CLONE_NEWUTS));
  ExpectChanged(seen, {"new_user_ns", "new_uts_ns"});
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(Count("process_namespace", {{"pid", absl::StrCat(pid)}}), 1);
}

TEST_F(NamespaceTest, UnshareOfOtherThingsIsNone) {
  const pid_t pid = Act([] { return unshare(CLONE_FILES | CLONE_FS); });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("process_namespace", {{"pid", absl::StrCat(pid)}}));
}

TEST_F(NamespaceTest, AFailedUnshareTellsTheError) {
  const pid_t pid = Act([] {
    if (setresuid(65534, 65534, 65534) != 0) return 1;
    return unshare(CLONE_NEWUTS) != 0 ? 0 : 2;
  });
  const Seen seen = Expect("process_namespace", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-EPERM));
  EXPECT_EQ(seen.members.at("ns_flags"), absl::StrCat(CLONE_NEWUTS));
  ExpectChanged(seen, {});
}

TEST_F(NamespaceTest, SetnsTellsWhereItWent) {
  const pid_t pid = Act([] {
    const int own = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
    if (unshare(CLONE_NEWUTS) != 0) return 1;
    return setns(own, 0);
  });
  const std::string id = absl::StrCat(pid);
  const Seen seen =
      Expect("process_namespace", {{"pid", id}, {"new_uts_ns", InodeOf("/proc/self/ns/uts")}});
  EXPECT_EQ(seen.header.syscall, SYS_setns);
  EXPECT_EQ(seen.members.at("ns_flags"), absl::StrCat(CLONE_NEWUTS));  // By the descriptor.
  EXPECT_EQ(seen.members.at("result"), "0");
  ExpectChanged(seen, {});
  EXPECT_EQ(Count("process_namespace", {{"pid", id}}), 2);
}

TEST_F(NamespaceTest, SetnsByPidfdTellsWhatWasAsked) {
  const pid_t pid = Act([] {
    const int self = static_cast<int>(syscall(SYS_pidfd_open, getppid(), 0));
    return setns(self, CLONE_NEWUTS | CLONE_NEWNET);
  });
  const Seen seen = Expect("process_namespace", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("ns_flags"), absl::StrCat(CLONE_NEWUTS | CLONE_NEWNET));
  ExpectChanged(seen, {});
}

TEST_F(NamespaceTest, AFailedSetnsIsSeenAtTheReturnOfTheCallOnly) {
  const pid_t pid = Act([] {
    const int self = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
    return setns(self, CLONE_NEWNET) != 0 ? 0 : 1;  // It is no such namespace.
  });
  if (!ByCall("process_namespace")) {
    Expect("process_exit", {{"pid", absl::StrCat(pid)}});
    GTEST_SKIP() << "no hook sees a setns that fails";
  }
  const Seen seen = Expect("process_namespace", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-EINVAL));
}

TEST_F(NamespaceTest, ACloneTellsWhatTheChildGets) {
  if (ByCall("process_namespace")) GTEST_SKIP() << "in tracepoint mode clone is not looked at";
  const pid_t pid = Act([] {
    const long child =
        syscall(SYS_clone, CLONE_NEWUTS | CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, 0);
    if (child == 0) _exit(0);
    return child > 0 ? StatusOf(static_cast<pid_t>(child)) : 1;
  });
  const Seen seen = Expect("process_namespace", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("ns_flags"), absl::StrCat(CLONE_NEWUTS | CLONE_NEWUSER));
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_EQ(seen.header.syscall, SYS_clone);
  ExpectChanged(seen, {"new_uts_ns", "new_user_ns"});
  EXPECT_EQ(Count("process_namespace", {{"pid", absl::StrCat(pid)}}), 1);
}

TEST_F(NamespaceTest, Clone3IsAClone) {
  if (ByCall("process_namespace")) GTEST_SKIP() << "in tracepoint mode clone is not looked at";
  const pid_t pid = Act([] {
    clone_args how = {};
    how.flags = CLONE_NEWIPC;
    how.exit_signal = SIGCHLD;
    const long child = syscall(SYS_clone3, &how, sizeof(how));
    if (child == 0) _exit(0);
    return child > 0 ? StatusOf(static_cast<pid_t>(child)) : 1;
  });
  const Seen seen = Expect("process_namespace", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("ns_flags"), absl::StrCat(CLONE_NEWIPC));
  EXPECT_EQ(seen.header.syscall, SYS_clone3);
  ExpectChanged(seen, {"new_ipc_ns"});
}

TEST_F(NamespaceTest, AUserNamespaceThatMayNotBeMadeIsSeen) {
  if (ByCall("process_namespace")) GTEST_SKIP() << "in tracepoint mode clone is not looked at";
  if (HookOf("process_namespace", "user") == "lsm/userns_create") {
    GTEST_SKIP() << "this hook knows what security modules refuse only";
  }
  if (HookOf("process_namespace", "user").empty()) {
    GTEST_SKIP() << "the only hook of this part that fits the mode is taken away";
  }
  const pid_t pid = Act([] {
    // Whose root directory is not that of the mount namespace may not have one.
    if (chroot("/proc") != 0) return 1;
    return syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, 0) < 0 ? 0 : 2;
  });
  const Seen seen = Expect("process_namespace", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("ns_flags"), absl::StrCat(CLONE_NEWUSER));
  EXPECT_EQ(seen.members.at("result"), absl::StrCat(-EPERM));
  EXPECT_EQ(seen.members.at("new_user_ns"), "0");
  EXPECT_EQ(seen.members.at("new_mnt_ns"), "0");
  EXPECT_EQ(Count("process_namespace", {{"pid", absl::StrCat(pid)}}), 1);
}

}  // namespace
}  // namespace vedette
