// SPDX-License-Identifier: Apache-2.0
#include "cli/sensor_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/load.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Hook MakeHook(EventKind kind, std::string section, HookState state, std::string why = "",
              bool fired = false) {
  Hook hook;
  hook.section = std::move(section);
  hook.kind = FindKind(kind);
  hook.state = state;
  hook.why = std::move(why);
  hook.fired = fired;
  return hook;
}

// What a rule set without the other kinds has.
std::vector<Hook> Healthy() {
  std::vector<Hook> hooks = {
      MakeHook(WIRE_process_fork, "tp_btf/fork", HookState::kAttached, "", true),
      MakeHook(WIRE_process_exec, "tp_btf/exec", HookState::kAttached, "", true),
      MakeHook(WIRE_process_exit, "tp_btf/exit", HookState::kAttached, "", true),
      MakeHook(WIRE_file_open, "lsm/open", HookState::kUnfit),
      MakeHook(WIRE_file_open, "fexit/open", HookState::kAttached, "", true),
      MakeHook(WIRE_network_connect, "fexit/connect", HookState::kUnwanted)};
  for (const KindInfo& info : Kinds()) {
    if (info.kind != WIRE_file_open && (ProcessKinds() & KindBit(info.kind)) == 0) {
      hooks.push_back(MakeHook(info.kind, "fexit/other", HookState::kUnwanted));
    }
  }
  return hooks;
}

TEST(DescribeSensor, CountsWhatIsAttached) {
  EXPECT_EQ(DescribeSensor(SensorMode::kFentry, Healthy(), ""), "mode fentry, 4 hooks, whole host");
  EXPECT_EQ(DescribeSensor(SensorMode::kLsm, {}, "pid:7"), "mode lsm, 0 hooks, scope pid:7");
}

TEST(HookWarnings, NothingToWarnOf) { EXPECT_TRUE(HookWarnings(Healthy()).empty()); }

TEST(HookWarnings, AMissingKindWithItsReason) {
  std::vector<Hook> hooks = Healthy();
  hooks[4].state = HookState::kRefused;
  hooks[4].why = "the verifier says no";
  EXPECT_THAT(HookWarnings(hooks),
              ElementsAre(HasSubstr("no events of kind file_open, so rules about them stay silent: "
                                    "fexit/open: the verifier says no")));
}

TEST(HookWarnings, KindsThatMissForOneReasonShareALine) {
  std::vector<Hook> hooks = Healthy();
  for (const size_t i : {0, 4}) {
    hooks[i].state = HookState::kUnfit;
    hooks[i].section = "lsm/x";
    hooks[i].why = "";
  }
  EXPECT_THAT(HookWarnings(hooks),
              ElementsAre(HasSubstr("no events of kinds process_fork, file_open, so rules")));
}

TEST(SilentRules, ThoseAboutAnEnvironmentThatIsNotRecorded) {
  const LoadResult loaded = LoadRules(
      {{"a.yaml",
        "- rule: one\n  desc: d\n  condition: proc.env[LD_PRELOAD] exists\n  output: o\n"
        "  priority: NOTICE\n- rule: two\n  desc: d\n  condition: proc.name = a\n  output: o\n"
        "  priority: NOTICE\n"}});
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  Config::Sensor settings;
  EXPECT_THAT(SilentRules(Healthy(), *loaded.program, settings),
              ElementsAre(HasSubstr("the rule \"one\" asks for the environment")));
  settings.environment = true;
  EXPECT_THAT(SilentRules(Healthy(), *loaded.program, settings), ElementsAre());
}

TEST(HookWarnings, AHookThatIsNeverCalled) {
  std::vector<Hook> hooks = Healthy();
  hooks[4].fired = false;
  EXPECT_THAT(HookWarnings(hooks), ElementsAre(HasSubstr("fexit/open is attached, but")));
}

TEST(CheckHooksFor, RulesMayNotNeedMoreThanIsAttached) {
  EXPECT_TRUE(CheckHooksFor(KindBit(WIRE_file_open), Healthy()).ok());
  const absl::Status status = CheckHooksFor(KindBit(WIRE_network_connect), Healthy());
  EXPECT_THAT(std::string(status.message()), HasSubstr("network_connect"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("restart"));
}

TEST(OpenSensor, AWrongScopeIsAMistakeOfTheUser) {
  Config::Sensor settings;
  settings.scope = "pid:none";
  EXPECT_TRUE(absl::IsInvalidArgument(OpenSensor(settings, ProcessKinds()).status()));
}

}  // namespace
}  // namespace vedette
