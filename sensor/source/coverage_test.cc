// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace vedette {
namespace {

Hook Make(const char* program, const char* section, EventKind kind, HookState state) {
  Hook hook;
  hook.program = program;
  hook.section = section;
  hook.kind = FindKind(kind);
  hook.state = state;
  if (state == HookState::kMissing) hook.why = "this kernel has no such function";
  return hook;
}

Coverage Of(EventKind kind, const std::vector<Hook>& hooks) {
  for (Coverage& coverage : CoverageOf(hooks)) {
    if (coverage.kind->kind == kind) return coverage;
  }
  return {};
}

TEST(CoverageTest, AFunctionsReturnSeesAll) {
  const Coverage open = Of(
      WIRE_file_open,
      {Make("file_open__do_filp_open", "fexit/do_filp_open", WIRE_file_open, HookState::kAttached),
       Make("file_open__lsm", "lsm/file_open", WIRE_file_open, HookState::kSpare)});
  EXPECT_EQ(open.seen, Seen::kWhole);
  EXPECT_EQ(open.hooks, std::vector<std::string>{"fexit/do_filp_open"});
  EXPECT_EQ(open.why, "");
}

TEST(CoverageTest, SecurityModulesAreAskedBefore) {
  for (const char* section : {"lsm/file_open", "fexit/security_file_open"}) {
    EXPECT_EQ(
        Of(WIRE_file_open, {Make("file_open__x", section, WIRE_file_open, HookState::kAttached)})
            .seen,
        Seen::kBefore);
  }
}

TEST(CoverageTest, TheReturnOfACallIsAllForCallsThatNoHookCovers) {
  const auto at_return = [](EventKind kind) {
    return Of(kind, {Make("x__sys_exit", "tp_btf/sys_exit", kind, HookState::kAttached)}).seen;
  };
  EXPECT_EQ(at_return(WIRE_file_open), Seen::kAtReturn);
  EXPECT_EQ(at_return(WIRE_system_call), Seen::kWhole);
}

TEST(CoverageTest, AMissingPartIsNamedWithItsReason) {
  const Coverage load =
      Of(WIRE_kernel_load, {Make("kernel_load__lsm__file", "lsm/kernel_read_file", WIRE_kernel_load,
                                 HookState::kAttached),
                            Make("kernel_load__lsm__memory", "lsm/kernel_load_data",
                                 WIRE_kernel_load, HookState::kMissing)});
  EXPECT_EQ(load.seen, Seen::kInParts);
  EXPECT_EQ(load.why, "memory is not seen: lsm/kernel_load_data: this kernel has no such function");
}

TEST(CoverageTest, AFactThatIsNotKnownIsNamedAndTheKindIsSeenAllTheSame) {
  const Coverage exec =
      Of(WIRE_process_exec, {Make("process_exec__sched", "tp_btf/sched_process_exec",
                                  WIRE_process_exec, HookState::kAttached),
                             Make("process_exec__open_exec__also_loader", "fexit/open_exec",
                                  WIRE_process_exec, HookState::kUnfit)});
  EXPECT_EQ(exec.seen, Seen::kWhole);
  EXPECT_EQ(exec.hooks, std::vector<std::string>{"tp_btf/sched_process_exec"});
  EXPECT_EQ(exec.why, "loader is not known: this mode has no hook for it");
}

TEST(CoverageTest, ACallThatTheKernelDoesNotHaveIsNotMissed) {
  const Coverage memfd =
      Of(WIRE_kernel_memfd, {Make("kernel_memfd__shmem__pages", "fexit/shmem_file_setup",
                                  WIRE_kernel_memfd, HookState::kAttached),
                             Make("kernel_memfd__x64__secret", "fexit/__x64_sys_memfd_secret",
                                  WIRE_kernel_memfd, HookState::kMissing)});
  EXPECT_EQ(memfd.seen, Seen::kWhole);
  EXPECT_EQ(memfd.why, "");
}

TEST(CoverageTest, AKindWithoutAHookSaysWhy) {
  const Coverage missing = Of(WIRE_file_open, {Make("file_open__do_filp_open", "fexit/do_filp_open",
                                                    WIRE_file_open, HookState::kMissing)});
  EXPECT_EQ(missing.seen, Seen::kNot);
  EXPECT_EQ(missing.why, "fexit/do_filp_open: this kernel has no such function");
  EXPECT_EQ(Of(WIRE_file_open, {}).why, "this mode has no hook for it");
  EXPECT_EQ(
      Of(WIRE_file_open, {Make("a__b", "lsm/file_open", WIRE_file_open, HookState::kUnwanted)})
          .seen,
      Seen::kUnwanted);
}

TEST(CoverageTest, KindsOfOurOwnAreLeftOut) {
  const std::vector<Coverage> all = CoverageOf({});
  EXPECT_TRUE(std::none_of(all.begin(), all.end(), [](const Coverage& coverage) {
    return coverage.kind->kind == WIRE_lost || coverage.kind->kind == WIRE_process_seen;
  }));
}

}  // namespace
}  // namespace vedette
