// SPDX-License-Identifier: Apache-2.0
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <thread>

#include "tests/kernel/process_fixture.h"

namespace vedette {
namespace {

class CredentialsTest : public ProcessKindTest {
 protected:
  void SetUp() override {
    ProcessKindTest::SetUp();
    if (!IsSkipped() && geteuid() != 0) GTEST_SKIP() << "changing users takes root";
  }
  // What the call's return does not know any more is all ones.
  static std::string Old(const std::string& value) {
    return ByCall("process_credentials") ? "4294967295" : value;
  }
};

// As the kernel takes them: two words each.
int SetCapabilities(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2] = {};
  for (int i = 0; i < 2; ++i) {
    data[i].effective = static_cast<uint32_t>(effective >> (32 * i));
    data[i].permitted = static_cast<uint32_t>(permitted >> (32 * i));
    data[i].inheritable = static_cast<uint32_t>(inheritable >> (32 * i));
  }
  return static_cast<int>(syscall(SYS_capset, &header, data));
}

TEST_F(CredentialsTest, ANewUserTellsWhatWasAndWhatIs) {
  const pid_t pid = Act([] { return static_cast<int>(syscall(SYS_setresuid, 1, 2, 3)); });
  const Seen seen = Expect("process_credentials", {{"pid", absl::StrCat(pid)}});
  const auto& m = seen.members;
  EXPECT_EQ(m.at("new_uid"), "1");
  EXPECT_EQ(m.at("new_euid"), "2");
  EXPECT_EQ(m.at("new_suid"), "3");
  EXPECT_EQ(m.at("new_gid"), absl::StrCat(getgid()));
  EXPECT_EQ(m.at("new_egid"), absl::StrCat(getegid()));
  EXPECT_EQ(m.at("new_sgid"), absl::StrCat(getegid()));
  EXPECT_EQ(m.at("new_cap_effective"), "0");
  EXPECT_EQ(m.at("new_cap_permitted"), "0");
  for (const char* id : {"old_uid", "old_euid", "old_suid"}) EXPECT_EQ(m.at(id), Old("0")) << id;
  for (const char* id : {"old_gid", "old_egid", "old_sgid"}) {
    EXPECT_EQ(m.at(id), Old(absl::StrCat(getgid()))) << id;
  }
  EXPECT_NE(m.at("old_cap_effective"), "0");
  EXPECT_NE(m.at("old_cap_permitted"), "0");
  EXPECT_EQ(m.at("new_user_ns"), InodeOf("/proc/self/ns/user"));
  EXPECT_EQ(m.at("old_user_ns"), Old(InodeOf("/proc/self/ns/user")));
  EXPECT_EQ(seen.header.syscall, SYS_setresuid);
  EXPECT_EQ(seen.header.flags, 0);
}

TEST_F(CredentialsTest, ANewGroupIsOne) {
  const pid_t pid = Act([] { return static_cast<int>(syscall(SYS_setresgid, 4, 5, 6)); });
  const Seen seen = Expect("process_credentials", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("new_gid"), "4");
  EXPECT_EQ(seen.members.at("new_egid"), "5");
  EXPECT_EQ(seen.members.at("new_sgid"), "6");
  EXPECT_EQ(seen.members.at("new_uid"), "0");
  EXPECT_EQ(seen.header.syscall, SYS_setresgid);
}

TEST_F(CredentialsTest, GivingCapabilitiesUpIsOne) {
  constexpr uint64_t kChown = 1, kKill = uint64_t{1} << CAP_KILL;
  const pid_t pid = Act([] { return SetCapabilities(kChown, kChown | kKill, 0); });
  const Seen seen = Expect("process_credentials", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("new_cap_effective"), absl::StrCat(kChown));
  EXPECT_EQ(seen.members.at("new_cap_permitted"), absl::StrCat(kChown | kKill));
  EXPECT_EQ(seen.header.syscall, SYS_capset);
}

TEST_F(CredentialsTest, AnotherUserForFilesIsOneToo) {
  const pid_t pid = Act([] {
    setfsuid(77);
    return 0;
  });
  const Seen seen = Expect("process_credentials", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("new_uid"), "0");
  EXPECT_EQ(seen.members.at("new_fsuid"), "77");
  EXPECT_EQ(seen.members.at("old_fsuid"), Old("0"));
  EXPECT_EQ(seen.members.at("new_fsgid"), absl::StrCat(getegid()));
  EXPECT_EQ(seen.header.syscall, SYS_setfsuid);
}

TEST_F(CredentialsTest, AnotherGroupForFilesIsOneToo) {
  const pid_t pid = Act([] {
    setfsgid(78);
    return 0;
  });
  const Seen seen = Expect("process_credentials", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("new_fsgid"), "78");
  EXPECT_EQ(seen.members.at("old_fsgid"), Old(absl::StrCat(getegid())));
  EXPECT_EQ(seen.members.at("new_fsuid"), "0");
}

TEST_F(CredentialsTest, CapabilitiesThatAreHandedOnAreTold) {
  constexpr uint64_t kChown = 1, kKill = uint64_t{1} << CAP_KILL;
  const pid_t pid = Act([] { return SetCapabilities(kChown, kChown | kKill, kKill); });
  const Seen seen = Expect("process_credentials", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("new_cap_inheritable"), absl::StrCat(kKill));
  if (!ByCall("process_credentials")) {
    EXPECT_EQ(seen.members.at("old_cap_inheritable"), "0");
  }
}

TEST_F(CredentialsTest, WhatChangesNothingIsNone) {
  const pid_t pid = Act([] {
    setfsuid(0);
    if (!ByCall("process_credentials") && setresuid(0, 0, 0) != 0) return 1;
    return setresuid(9, 9, 9) == 0 && setresuid(0, 0, 0) != 0 ? 0 : 2;  // The last one fails.
  });
  Expect("process_credentials", {{"pid", absl::StrCat(pid)}, {"new_uid", "9"}});
  EXPECT_FALSE(Saw("process_credentials", {{"pid", absl::StrCat(pid)}, {"new_uid", "0"}}));
}

TEST_F(CredentialsTest, AnExecIsNone) {
  const pid_t pid = Act([] {
    // Capabilities that are not inherited come back with the exec: root's.
    if (SetCapabilities(0, 1, 0) != 0) return 1;
    execl("/bin/sh", "sh", "-c", ":", nullptr);
    return 2;
  });
  Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  Expect("process_credentials", {{"pid", absl::StrCat(pid)}, {"new_cap_permitted", "1"}});
  const Seen exit = Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("process_credentials", {{"exec_id", exit.members.at("exec_id")}}));
}

TEST_F(CredentialsTest, AThreadHasItsOwn) {
  const pid_t pid = Act([] {
    long result = -1;
    std::thread([&] { result = syscall(SYS_setresuid, 11, 11, 11); }).join();
    return result == 0 && getuid() == 0 ? 0 : 1;
  });
  const Seen seen = Expect("process_credentials", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("new_uid"), "11");
  EXPECT_NE(seen.members.at("tid"), absl::StrCat(pid));
}

}  // namespace
}  // namespace vedette
