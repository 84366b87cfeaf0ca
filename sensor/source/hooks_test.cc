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

TEST(Hooks, TheNameOfAProgramTellsItsPart) {
  EXPECT_EQ(PartOf("file_unlink__lsm__rmdir"), "rmdir");
  EXPECT_EQ(PartOf("file_unlink__lsm"), "");
  EXPECT_EQ(PartOf("file_unlink"), "");
  EXPECT_EQ(PartOf("file_open__do_filp_open"), "");
}

// The states after the choice, in the order of the programs.
std::vector<HookState> ChosenOf(const std::vector<const char*>& programs) {
  std::vector<Hook> hooks;
  for (const char* program : programs) hooks.push_back(Candidate(program, WIRE_kernel_load));
  ChooseHooks(absl::MakeSpan(hooks));
  std::vector<HookState> states;
  for (const Hook& hook : hooks) states.push_back(hook.state);
  return states;
}

constexpr HookState kUsed = HookState::kAttached;
constexpr HookState kSpare = HookState::kSpare;

TEST(Hooks, TheFirstAlternativeOfEachPartIsChosen) {
  EXPECT_EQ(ChosenOf({"k__lsm__file", "k__security__file", "k__lsm__memory"}),
            (std::vector<HookState>{kUsed, kSpare, kUsed}));
}

TEST(Hooks, AWholeProgramBehindPartsIsSpare) {
  EXPECT_EQ(ChosenOf({"k__lsm__file", "k__lsm__memory", "k__sys_exit"}),
            (std::vector<HookState>{kUsed, kUsed, kSpare}));
}

TEST(Hooks, PartsBehindAWholeProgramAreSpare) {
  EXPECT_EQ(ChosenOf({"k__all", "k__lsm__file", "k__lsm__memory"}),
            (std::vector<HookState>{kUsed, kSpare, kSpare}));
}

TEST(Hooks, PartsOfTwoKindsWithOneNameAreTwoParts) {
  std::vector<Hook> hooks = {Candidate("a__x__part", WIRE_file_open),
                             Candidate("b__x__part", WIRE_file_unlink)};
  ChooseHooks(absl::MakeSpan(hooks));
  EXPECT_EQ(hooks[0].state, kUsed);
  EXPECT_EQ(hooks[1].state, kUsed);
}

TEST(Hooks, ASupplementServesBesideTheOthers) {
  EXPECT_EQ(ChosenOf({"k__a__also_loader", "k__sched", "k__b__also_loader", "k__c__also_digest"}),
            (std::vector<HookState>{kUsed, kUsed, kSpare, kUsed}));
  EXPECT_EQ(ChosenOf({"k__a__also_loader", "k__lsm__part", "k__sys_exit"}),
            (std::vector<HookState>{kUsed, kUsed, kSpare}));
}

TEST(Hooks, AWholeProgramServesWhereEveryPartIsRefused) {
  std::vector<Hook> hooks = {Candidate("k__lsm__file", WIRE_kernel_load),
                             Candidate("k__sys_exit", WIRE_kernel_load)};
  ChooseHooks(absl::MakeSpan(hooks));
  RejectHook(absl::MakeSpan(hooks), hooks[0], HookState::kRefused, "no");
  ChooseHooks(absl::MakeSpan(hooks));
  EXPECT_EQ(hooks[1].state, kUsed);
}

TEST(Hooks, SecurityModulesAreForTheirModeAndTracepointsForAll) {
  EXPECT_TRUE(FitsMode("lsm/file_open", SensorMode::kLsm));
  EXPECT_FALSE(FitsMode("lsm/file_open", SensorMode::kFentry));
  EXPECT_TRUE(FitsMode("lsm.s/bprm_committed_creds", SensorMode::kLsm));
  EXPECT_FALSE(FitsMode("lsm.s/bprm_committed_creds", SensorMode::kFentry));
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
                        "vedette doctor lists the hooks"));
}

}  // namespace
}  // namespace vedette
