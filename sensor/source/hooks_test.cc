// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/hooks.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

Hook Candidate(const char* program, EventKind kind) {
  Hook hook;
  hook.program = program;
  hook.kind = FindKind(kind);
  return hook;
}

std::vector<Hook> ThreeAlternatives() {
  return {Candidate("a", WIRE_file_open), Candidate("b", WIRE_file_open),
          Candidate("c", WIRE_process_exec)};
}

TEST(Hooks, TheFirstAlternativeOfEachKindIsChosen) {
  std::vector<Hook> hooks = ThreeAlternatives();
  ChooseHooks(absl::MakeSpan(hooks));
  EXPECT_EQ(hooks[0].state, HookState::kAttached);
  EXPECT_EQ(hooks[1].state, HookState::kSpare);
  EXPECT_EQ(hooks[2].state, HookState::kAttached);
}

TEST(Hooks, ARejectedAlternativeMakesRoomForTheNext) {
  std::vector<Hook> hooks = ThreeAlternatives();
  ChooseHooks(absl::MakeSpan(hooks));
  RejectHook(absl::MakeSpan(hooks), hooks[0], HookState::kRefused, "no");
  ChooseHooks(absl::MakeSpan(hooks));
  EXPECT_EQ(hooks[0].state, HookState::kRefused);
  EXPECT_EQ(hooks[0].why, "no");
  EXPECT_EQ(hooks[1].state, HookState::kAttached);
  EXPECT_EQ(hooks[2].state, HookState::kAttached);
}

TEST(Hooks, SecurityModulesAreForTheirModeAndTracepointsForAll) {
  EXPECT_TRUE(FitsMode("lsm/file_open", SensorMode::kLsm));
  EXPECT_FALSE(FitsMode("lsm/file_open", SensorMode::kFentry));
  EXPECT_TRUE(FitsMode("fexit/do_filp_open", SensorMode::kLsm));
  EXPECT_TRUE(FitsMode("fexit/do_filp_open", SensorMode::kFentry));
  EXPECT_FALSE(FitsMode("fexit/do_filp_open", SensorMode::kTracepoint));
  for (const SensorMode mode : {SensorMode::kLsm, SensorMode::kFentry, SensorMode::kTracepoint}) {
    EXPECT_TRUE(FitsMode("tp_btf/sched_process_exec", mode));
  }
}

TEST(Hooks, AnUnknownNameToDisableWasTaken) {
  std::vector<Hook> hooks = ThreeAlternatives();
  hooks[0].section = "fexit/do_filp_open";
  hooks[1].section = hooks[2].section = "tp_btf/sys_exit";
  EXPECT_TRUE(CheckHookNames(hooks, {}).ok());
  EXPECT_TRUE(CheckHookNames(hooks, {"tp_btf/sys_exit"}).ok());
  const absl::Status status = CheckHookNames(hooks, {"tp_btf/sys_exit", "fexit/do_filp_opne\x1b"});
  EXPECT_EQ(status, absl::InvalidArgumentError(
                        "there is no hook \"fexit/do_filp_opne\\x1b\" to disable; did you mean "
                        "\"fexit/do_filp_open\"?\n"
                        "The hooks are: fexit/do_filp_open, tp_btf/sys_exit"));
}

}  // namespace
}  // namespace vedette
