// SPDX-License-Identifier: Apache-2.0
#include "cli/self_protection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/classify/enforcement.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(SelfProtection, ItsRulesAreDecidedByTheKernelAndLockNobodyOut) {
  const auto source = SelfProtectionRules(Config(), "/system.slice/vedette.service");
  ASSERT_TRUE(source.has_value());
  const LoadResult loaded = LoadRules({&*source, 1}, {}, {.decidability = DecidabilityOf});
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  EXPECT_EQ(loaded.diagnostics.ToText(), "");
  ASSERT_EQ(loaded.program->rules.size(), 2U);
  for (uint32_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(loaded.program->rules[i].decided);
    EXPECT_EQ(WhyLocksOut(*loaded.program, i), "");
  }
}

TEST(SelfProtection, GroupsAboveAreProtectedAsWell) {
  const auto source = SelfProtectionRules(Config(), "/system.slice/vedette.service");
  ASSERT_TRUE(source.has_value());
  EXPECT_THAT(source->text, HasSubstr("/sys/fs/cgroup/system.slice/vedette.service/cgroup.kill"));
  EXPECT_THAT(source->text, HasSubstr("/sys/fs/cgroup/system.slice/cgroup.freeze"));
}

TEST(SelfProtection, AnOddNameBreaksNoRule) {
  Config config;
  config.store.path = "/var/lib/a\" or evt.kind = process_exec or \"/x.db";
  const auto source = SelfProtectionRules(config, "/odd \"name");
  ASSERT_TRUE(source.has_value());
  EXPECT_THAT(source->text, Not(HasSubstr("process_exec")));
  EXPECT_THAT(source->text, Not(HasSubstr("odd")));
}

TEST(SelfProtection, TheConfigurationSwitchesItOff) {
  Config config;
  config.enforce.protect_self = false;
  EXPECT_FALSE(SelfProtectionRules(config, "/").has_value());
}

}  // namespace
}  // namespace vedette
