// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <sys/mman.h>

#include <cstring>
#include <ctime>

#include "tests/kernel/kernel_fixture.h"
#include "tests/kernel/kernel_outcome.h"

namespace vedette {
namespace {

class KernelWaysTest : public KernelTest {
 protected:
  // The result where the hook knows it; the verdict, which was "yes", where it is asked before.
  static std::string ResultOf(absl::string_view kind, const Outcome& outcome) {
    return AskedBefore(kind) ? "0" : outcome.result();
  }
  static void ExpectAttempt(absl::string_view kind, const Seen& seen) {
    EXPECT_EQ((seen.header.flags & WIRE_FLAG_ATTEMPT) != 0, AskedBefore(kind)) << kind;
  }
};

TEST_F(KernelWaysTest, OnlyTracepointModePaysForTheReturnOfEverySystemCall) {
  if (InMode(SensorMode::kTracepoint)) GTEST_SKIP() << "here there is nothing else";
  for (const Hook& hook : source().hooks()) {
    if (hook.kind->category != "system" || hook.kind->kind == WIRE_system_call) continue;
    EXPECT_FALSE(IsCallHandler(hook.section) && hook.state == HookState::kAttached)
        << hook.program << " has to stand in";
    EXPECT_NE(hook.state, HookState::kRefused) << hook.program << ": " << hook.why;
  }
}

TEST_F(KernelWaysTest, ABpfMapIsSeenWithItsTypeAndName) {
  Outcome outcome;
  const pid_t pid = Act([&] {
    bpf_attr attributes = {};
    attributes.map_type = BPF_MAP_TYPE_HASH;
    attributes.key_size = attributes.value_size = 4;
    attributes.max_entries = 1;
    std::memcpy(attributes.map_name, "vedette_test", 12);
    return outcome.Call(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes)) < 0 ? 1 : 0;
  });
  const Seen seen = Expect("kernel_bpf", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("command"), absl::StrCat(BPF_MAP_CREATE));
  EXPECT_EQ(seen.members.at("object_type"), absl::StrCat(BPF_MAP_TYPE_HASH));
  EXPECT_EQ(seen.members.at("object_name"), "vedette_test");
  EXPECT_EQ(seen.members.at("attach_type"), "0");
  EXPECT_EQ(seen.members.at("result"), "0");
  ExpectAttempt("kernel_bpf", seen);
}

TEST_F(KernelWaysTest, ABpfProgramIsSeenWhetherTheVerifierTakesItOrNot) {
  Outcome outcome;
  const pid_t pid = Act([&] {
    bpf_attr attributes = {};
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_SKB;
    attributes.expected_attach_type = BPF_CGROUP_INET_EGRESS;
    std::memcpy(attributes.prog_name, "fifteen_letters", 15);
    outcome.Call(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof(attributes));  // It has no code.
    return 0;
  });
  const Seen seen = Expect("kernel_bpf", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("command"), absl::StrCat(BPF_PROG_LOAD));
  EXPECT_EQ(seen.members.at("object_type"), absl::StrCat(BPF_PROG_TYPE_CGROUP_SKB));
  EXPECT_EQ(seen.members.at("attach_type"), absl::StrCat(BPF_CGROUP_INET_EGRESS));
  EXPECT_EQ(seen.members.at("object_name"), "fifteen_letters");
  EXPECT_EQ(seen.members.at("result"), ResultOf("kernel_bpf", outcome));
}

TEST_F(KernelWaysTest, LookingThroughBpfObjectsIsNotReported) {
  const pid_t pid = Act([] {
    bpf_attr attributes = {};
    syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, &attributes, sizeof(attributes));
    return 0;
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("kernel_bpf", {{"pid", absl::StrCat(pid)}}));
}

TEST_F(KernelWaysTest, APerformanceEventIsSeenWithWhatItCounts) {
  Outcome outcome;
  const pid_t pid = Act([&] {
    perf_event_attr attributes = {};
    attributes.size = sizeof(attributes);
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.config = PERF_COUNT_SW_CONTEXT_SWITCHES;
    outcome.Call(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
    return 0;
  });
  if (outcome.returned() < 0 && AskedBefore("kernel_perf")) {
    GTEST_SKIP() << "the kernel refused before it made the event: " << -outcome.returned();
  }
  const Seen seen = Expect("kernel_perf", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("perf_type"), absl::StrCat(PERF_TYPE_SOFTWARE));
  EXPECT_EQ(seen.members.at("perf_config"), absl::StrCat(PERF_COUNT_SW_CONTEXT_SWITCHES));
  EXPECT_EQ(seen.members.at("result"), ResultOf("kernel_perf", outcome));
  ExpectAttempt("kernel_perf", seen);
}

TEST_F(KernelWaysTest, AnIoUringIsSeenWithItsSizesAndFlags) {
  Outcome outcome;
  const pid_t pid = Act([&] {
    io_uring_params parameters = {};
    parameters.flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
    parameters.cq_entries = 32;
    outcome.Call(SYS_io_uring_setup, 8, &parameters);
    return 0;
  });
  if (outcome.returned() < 0) GTEST_SKIP() << "no io_uring here: " << -outcome.returned();
  const Seen seen = Expect("kernel_io_uring", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("sq_entries"), "8");
  EXPECT_EQ(seen.members.at("cq_entries"), "32");
  EXPECT_EQ(std::stoul(seen.members.at("setup_flags")) & 0x1f,
            uint64_t{IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP});
  EXPECT_EQ(seen.members.at("result"), "0");
}

TEST_F(KernelWaysTest, AFileInMemoryIsSeenWithItsNameAndFlags) {
  const pid_t pid = Act([] { return memfd_create("vedette test", MFD_CLOEXEC) < 0 ? 1 : 0; });
  const Seen seen = Expect("kernel_memfd", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("memfd_name"), "vedette test");
  EXPECT_EQ(seen.members.at("memfd_flags"), absl::StrCat(MFD_CLOEXEC));
  EXPECT_EQ(seen.members.at("secret"), "0");
  EXPECT_EQ(seen.members.at("result"), "0");
  EXPECT_EQ(seen.header.syscall, SYS_memfd_create);
}

constexpr long kMemfdSecret = 447;  // Not in every libc.

// Also where the kernel has it switched off: then it fails.
TEST_F(KernelWaysTest, SecretMemoryIsSeenWithItsFlagsAndResult) {
  Outcome outcome;
  const pid_t pid = Act([&] {
    outcome.Call(kMemfdSecret, O_CLOEXEC);
    return 0;
  });
  if (outcome.returned() == -ENOSYS && !Saw("kernel_memfd", {{"pid", absl::StrCat(pid)}})) {
    GTEST_SKIP() << "this kernel has no memfd_secret";
  }
  const Seen seen = Expect("kernel_memfd", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("secret"), "1");
  EXPECT_EQ(seen.members.at("memfd_name"), "");
  EXPECT_FALSE(seen.truncated.at("memfd_name"));
  EXPECT_EQ(seen.members.at("memfd_flags"), absl::StrCat(O_CLOEXEC));
  EXPECT_EQ(seen.members.at("result"), outcome.result());
  EXPECT_EQ(seen.header.syscall, kMemfdSecret);
  EXPECT_EQ(Count("kernel_memfd", {{"pid", absl::StrCat(pid)}}), 1);
}

TEST_F(KernelWaysTest, AFileInHugePagesIsAFileInMemory) {
  Outcome outcome;
  const pid_t pid = Act([&] {
    outcome.Call(SYS_memfd_create, "huge", MFD_HUGETLB);
    return 0;
  });
  if (outcome.returned() == -ENOSYS || outcome.returned() == -EINVAL ||
      outcome.returned() == -ENOENT) {
    GTEST_SKIP() << "no huge pages here: " << -outcome.returned();
  }
  const Seen seen = Expect("kernel_memfd", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("memfd_name"), "huge");
  EXPECT_EQ(seen.members.at("memfd_flags"), absl::StrCat(MFD_HUGETLB));
  EXPECT_EQ(seen.members.at("result"), outcome.result());
}

TEST_F(KernelWaysTest, MemoryThatHasNoNameIsNoMemfd) {
  const pid_t pid = Act([] {
    void* const shared =
        mmap(nullptr, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);  // "dev/zero"
    return shared == MAP_FAILED ? 1 : 0;
  });
  Expect("process_exit", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("kernel_memfd", {{"pid", absl::StrCat(pid)}}));
}

TEST_F(KernelWaysTest, SettingTheClockIsSeen) {
  Outcome outcome;
  timespec time = {12345, 0};
  clockid_t clock = CLOCK_MONOTONIC;  // Which cannot be set: natively nothing may change.
  if (!InMode(SensorMode::kTracepoint)) {
    clock = CLOCK_REALTIME;
    clock_gettime(clock, &time);
  }
  const pid_t pid = Act([&] {
    outcome.Call(SYS_clock_settime, clock, &time);
    return 0;
  });
  const Seen seen = Expect("kernel_clock", {{"pid", absl::StrCat(pid)}});
  EXPECT_EQ(seen.members.at("seconds"), absl::StrCat(time.tv_sec));
  EXPECT_EQ(seen.members.at("result"), ResultOf("kernel_clock", outcome));
  EXPECT_EQ(seen.header.syscall, SYS_clock_settime);
  ExpectAttempt("kernel_clock", seen);
}

// LOCKDOWN_KCORE, as the record numbers it.
constexpr char kKcore[] = "22";

TEST_F(KernelWaysTest, LockdownIsAskedBeforeTheKernelsMemoryIsRead) {
  if (InMode(SensorMode::kTracepoint)) {
    GTEST_SKIP() << "in tracepoint mode nothing shows that lockdown is asked";
  }
  const pid_t pid = Act([] { return open("/proc/kcore", O_RDONLY | O_CLOEXEC) < 0 ? 1 : 0; });
  const Seen seen = Expect("kernel_lockdown", {{"pid", absl::StrCat(pid)}, {"reason", kKcore}});
  EXPECT_EQ(seen.members.at("result"), "0");
  ExpectAttempt("kernel_lockdown", seen);
}

}  // namespace
}  // namespace vedette
