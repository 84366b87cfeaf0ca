// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor_coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

Hook Make(const char* program, const char* section, EventKind kind, HookState state) {
  Hook hook;
  hook.program = program;
  hook.section = section;
  hook.kind = FindKind(kind);
  hook.state = state;
  return hook;
}

std::vector<Hook> Sample() {
  std::vector<Hook> hooks = {
      Make("file_open__do_filp_open", "fexit/do_filp_open", WIRE_file_open, HookState::kAttached),
      Make("kernel_load__lsm__file", "lsm/kernel_read_file", WIRE_kernel_load,
           HookState::kAttached),
      Make("kernel_load__lsm__memory", "lsm/kernel_load_data", WIRE_kernel_load,
           HookState::kAttached),
      Make("kernel_bpf__lsm", "lsm/bpf", WIRE_kernel_bpf, HookState::kRefused)};
  hooks[0].fired = true;
  hooks[3].why = "the verifier refused it: for one of those long reasons that it knows to give";
  return hooks;
}

TEST(DoctorCoverage, SaysOfEachKindHowItIsSeenAndByWhat) {
  const std::string text = CoverageText(Sample());
  EXPECT_THAT(text, HasSubstr("\nfile\n  open            yes        fexit/do_filp_open\n"));
  EXPECT_THAT(text, HasSubstr("\n  load            before     "
                              "lsm/kernel_read_file, lsm/kernel_load_data\n"));
  EXPECT_THAT(text, HasSubstr("\n  lockdown        no         this mode has no hook for it\n"));
  EXPECT_THAT(text, HasSubstr("\nbefore       Seen when the kernel asks"));
}

TEST(DoctorCoverage, SaysWhy) {
  EXPECT_THAT(CoverageText(Sample()),
              HasSubstr("\n  bpf             no         lsm/bpf: the verifier refused it: for one "
                        "of those\n                             long reasons"));
}

TEST(DoctorCoverage, AHookOfTwoProgramsIsNamedOnce) {
  const std::vector<Hook> hooks = {
      Make("process_signal__signal_generate__asked", "tp_btf/signal_generate", WIRE_process_signal,
           HookState::kAttached),
      Make("process_signal__signal_generate__unasked", "tp_btf/signal_generate",
           WIRE_process_signal, HookState::kAttached)};
  const std::string text = CoverageText(hooks);
  const size_t first = text.find("tp_btf/signal_generate");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find("tp_btf/signal_generate", first + 1), std::string::npos);
}

TEST(DoctorCoverage, AHookThatShouldHaveBeenCalledIsNamed) {
  std::vector<Hook> hooks = Sample();
  EXPECT_THAT(CoverageText(hooks), Not(HasSubstr("NOT CALLED")));
  hooks[0].fired = false;
  EXPECT_THAT(CoverageText(hooks), HasSubstr("NOT CALLED"));
}

TEST(DoctorCoverage, FitsATerminalOf80Columns) {
  for (const absl::string_view line : absl::StrSplit(CoverageText(Sample()), '\n')) {
    EXPECT_LE(line.size(), 80u) << line;
  }
  EXPECT_EQ(CoverageText({}), "");
}

}  // namespace
}  // namespace vedette
