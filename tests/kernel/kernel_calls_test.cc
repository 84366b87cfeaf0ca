// SPDX-License-Identifier: Apache-2.0
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <sys/personality.h>
#include <sys/timex.h>

#include <cstdlib>

#include "tests/kernel/kernel_fixture.h"
#include "tests/kernel/kernel_outcome.h"

namespace vedette {
namespace {

// Calls that no hook covers, in every mode at their return.
class SystemCallTest : public KernelTest {
 protected:
  // Does the call in another process and expects its record, with all that it was given.
  template <typename... Arguments>
  Seen DoAndExpect(long number, Arguments... arguments) {
    Outcome outcome;
    const pid_t pid = Act([&] {
      outcome.Call(number, arguments...);
      return 0;
    });
    const Seen seen = Expect("system_call", {{"pid", absl::StrCat(pid)}});
    if (seen.kind.empty()) return seen;
    EXPECT_EQ(seen.header.syscall, number);
    EXPECT_EQ(seen.header.flags, 0);
    const uint64_t given[] = {static_cast<uint64_t>(arguments)...};
    for (size_t i = 0; i < std::size(given); ++i) {
      EXPECT_EQ(seen.members.at(absl::StrCat("arg", i)), absl::StrCat(given[i])) << i;
    }
    EXPECT_EQ(seen.members.at("returned"), absl::StrCat(outcome.returned()));
    EXPECT_EQ(seen.members.at("result"), outcome.result());
    return seen;
  }
};

TEST_F(SystemCallTest, APersonalityThatTurnsOffRandomisationIsSeen) {
  DoAndExpect(SYS_personality, ADDR_NO_RANDOMIZE);
}

TEST_F(SystemCallTest, AFilterOfSystemCallsIsSeenWhetherItIsTakenOrNot) {
  const uint64_t kNoProgram = 0;
  const Seen seen = DoAndExpect(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, kNoProgram);
  EXPECT_NE(seen.members.at("result"), "0");
}

TEST_F(SystemCallTest, KeysAreSeen) {
  DoAndExpect(SYS_keyctl, KEYCTL_GET_KEYRING_ID, static_cast<uint64_t>(KEY_SPEC_SESSION_KEYRING),
              0);
  const char* const type = "user";
  const char* const description = "vedette-test";
  DoAndExpect(SYS_request_key, reinterpret_cast<uint64_t>(type),
              reinterpret_cast<uint64_t>(description), 0, 0);
}

TEST_F(SystemCallTest, AUserfaultfdIsSeen) { DoAndExpect(SYS_userfaultfd, UFFD_USER_MODE_ONLY); }

TEST_F(SystemCallTest, AskingForTheClocksStateIsSeen) {
  timex state = {};  // No modes: nothing is changed.
  DoAndExpect(SYS_adjtimex, reinterpret_cast<uint64_t>(&state));
  DoAndExpect(SYS_clock_adjtime, CLOCK_REALTIME, reinterpret_cast<uint64_t>(&state));
}

TEST_F(SystemCallTest, WhatTheKernelRefusesIsSeenWithItsError) {
  const int kNoDescriptor = -1;
  const Seen seen =
      DoAndExpect(SYS_landlock_restrict_self, static_cast<uint64_t>(kNoDescriptor), 0);
  EXPECT_NE(seen.members.at("result"), "0");
  EXPECT_EQ(seen.members.at("result"), seen.members.at("returned"));
}

TEST_F(SystemCallTest, ACallThatNoKindWantsReachesNoHandler) {
  const pid_t pid = Act([] {
    for (int i = 0; i < 1000; ++i) syscall(SYS_getppid);
    return 0;
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("system_call", {{"pid", absl::StrCat(pid)}}));
}

TEST_F(SystemCallTest, KindsAtTheReturnOfCallsDoNotTakeEachOthersCalls) {
  const pid_t pid = Act([] {
    syscall(SYS_personality, PER_LINUX);
    timespec never = {12345, 0};
    return syscall(SYS_clock_settime, CLOCK_MONOTONIC, &never) == 0 ? 1 : 0;
  });
  const std::string who = absl::StrCat(pid);
  EXPECT_EQ(Expect("system_call", {{"pid", who}}).header.syscall, SYS_personality);
  EXPECT_FALSE(Saw("system_call", {{"pid", who}, {"syscall", absl::StrCat(SYS_clock_settime)}}));
  if (!InMode(SensorMode::kTracepoint)) return;  // Else the kernel refuses before it asks.
  EXPECT_EQ(Expect("kernel_clock", {{"pid", who}}).header.syscall, SYS_clock_settime);
}

}  // namespace
}  // namespace vedette
