// SPDX-License-Identifier: Apache-2.0
#include "cli/history_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/lang/load.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> LimitsOf(const std::string& condition, HistoryFacts facts) {
  const RuleSource source = {
      "r.yaml", "- rule: R\n  desc: d\n  condition: " + condition +
                    "\n  output: \"%proc.name %container.name\"\n  priority: NOTICE\n"};
  const LoadResult loaded = LoadRules({&source, 1});
  EXPECT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  return HistoryLimits(*loaded.program, facts);
}

TEST(HistoryLimitsTest, WhatTheStoreAnswersIsNotNamed) {
  EXPECT_THAT(LimitsOf("evt.kind = file_open and fd.name = /x and proc.aname = sh and"
                       " group.name = ops",
                       {RuleKinds(), true}),
              ElementsAre());
}

TEST(HistoryLimitsTest, FieldsAndKindsThatItDoesNotHaveAreNamed) {
  EXPECT_THAT(LimitsOf("evt.kind = file_open and not (fd.name = /x or group.name = ops)",
                       {RuleKinds(), false}),
              ElementsAre(HasSubstr("cannot rely on group.name: ")));
  EXPECT_THAT(LimitsOf("evt.kind = file_open and toupper(user.shell) = X", {RuleKinds(), true}),
              ElementsAre(HasSubstr("user.shell")));
  EXPECT_THAT(LimitsOf("evt.kind = file_open and k8s.ns.name = prod and container.id != host",
                       {RuleKinds(), true}),
              ElementsAre(HasSubstr("cannot rely on k8s.ns.name: ")));
  EXPECT_THAT(LimitsOf("evt.kind = file_open", {KindBit(WIRE_process_exec), true}),
              ElementsAre(HasSubstr("no events of kind file_open")));
}

}  // namespace
}  // namespace vedette
