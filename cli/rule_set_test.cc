// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/temporary_directory.h"

namespace vedette {
namespace {

using testing::HasSubstr;

std::string RuleFile(absl::string_view condition) {
  static const TemporaryDirectory folder;
  const std::string path = folder.File("rule_set_test.yaml");
  EXPECT_TRUE(
      WriteFileAtomically(path, absl::StrCat("- rule: R\n  desc: d\n  condition: ", condition,
                                             "\n  output: o\n  priority: NOTICE\n"))
          .ok());
  return path;
}

TEST(RuleSet, CountsRulesThatAlertAndLoadsTheOthersToo) {
  const auto loaded =
      LoadRuleSet({.paths = {RuleFile("evt.kind = process_exec and proc.name = nc")},
                   .recording = {{"connections", "evt.kind = network_connect"}}},
                  7);
  ASSERT_TRUE(loaded.rules.ok()) << loaded.diagnostics;
  EXPECT_EQ(loaded.rules->alerting, 1u);
  EXPECT_EQ(loaded.rules->program->rules.size(), 2u);
  EXPECT_EQ(loaded.rules->tables.generation, 7u);
  EXPECT_NE(loaded.rules->tables.wanted & KindBit(WIRE_network_connect), 0u);
  const ClassifierImage image = ImageOf(loaded.rules->tables);
  EXPECT_EQ(image.kinds.size(), loaded.rules->tables.kinds.size());
  EXPECT_EQ(image.values.size(), loaded.rules->tables.values.size());
}

TEST(RuleSet, ErrorsComeWithTheirDiagnostics) {
  const auto loaded = LoadRuleSet({.paths = {RuleFile("proc.nam = nc")}, .recording = {}}, 1);
  EXPECT_THAT(std::string(loaded.rules.status().message()), HasSubstr("1 error"));
  EXPECT_THAT(loaded.diagnostics, HasSubstr("rule_set_test.yaml:3:"));
}

TEST(RuleReload, GivesItsResultOnce) {
  RuleReload reload({.paths = {RuleFile("evt.kind = process_exec")}, .recording = {}});
  EXPECT_FALSE(reload.Take().has_value());
  reload.Begin(2);
  std::optional<RuleSetOrWhyNot> result;
  while (!(result = reload.Take()).has_value()) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_TRUE(result->rules.ok());
  EXPECT_FALSE(reload.Take().has_value());
}

}  // namespace
}  // namespace vedette
