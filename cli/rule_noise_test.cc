// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_noise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/test_store.h"
#include "integrations/format/sample_alert.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Alert By(const std::string& rule, uint64_t number, const std::vector<std::string>& programs) {
  Alert alert = SampleAlert();
  alert.id = absl::StrCat(number, "1e7c0a9b3f2846");
  alert.rule = rule;
  alert.event_number = number;
  alert.time = absl::Now() - absl::Hours(1);
  alert.object = absl::StrCat("/etc/secret", number % 2);
  alert.processes.clear();
  for (const std::string& program : programs) {
    alert.processes.push_back({alert.processes.size() + 1, 7, "p", program, "p", "root"});
  }
  return alert;
}

class RuleNoiseTest : public StoreCommandTest {
 protected:
  void SetUp() override {
    std::vector<Alert> alerts;
    uint64_t number = 0;
    for (int i = 0; i < 5; ++i) {
      alerts.push_back(By("Loud \"rule\"", ++number, {"/usr/bin/cp", "/opt/backup", "/sbin/init"}));
    }
    alerts.push_back(By("Loud \"rule\"", ++number, {"/usr/bin/cp", "/opt/backup", "/bin/bash"}));
    alerts.push_back(By("Loud \"rule\"", ++number, {"/usr/bin/cp", "/bin/bash"}));
    alerts.push_back(By("Quiet rule", ++number, {"/usr/bin/vi"}));
    alerts.push_back(By("Quiet rule", ++number, {"/usr/bin/vi"}));
    alerts.push_back(By("Rare rule", ++number, {"/usr/bin/vi"}));
    alerts.push_back(By("Rare rule", ++number, {"/usr/bin/ed"}));
    Alert old = By("Quiet rule", ++number, {"/usr/bin/vi"});
    old.time = absl::Now() - absl::Hours(24 * 30);
    alerts.push_back(old);
    Alert covered = By("Quiet rule", ++number, {"/usr/bin/vi"});
    covered.suppressed_by = "00000000000000a1";
    alerts.push_back(covered);
    MakeStore(alerts);
  }
  std::vector<json> Noise() {
    CapturedIo io;
    EXPECT_EQ(RunCommandLine({"rules", "noise", "--json", "--store", path_}, io), ExitCode::kDone)
        << io.error();
    std::vector<json> lines;
    size_t at = 0;
    for (size_t end; (end = io.out().find('\n', at)) != std::string::npos; at = end + 1) {
      lines.push_back(json::parse(io.out().substr(at, end - at)));
    }
    return lines;
  }
};

TEST_F(RuleNoiseTest, TheLoudestRuleAndItsLineageComeFirst) {
  const std::vector<json> rules = Noise();
  ASSERT_EQ(rules.size(), 3u);
  EXPECT_EQ(rules[0]["rule"], "Loud \"rule\"");
  EXPECT_EQ(rules[0]["alerts"], 7);
  EXPECT_EQ(rules[0]["lineages"][0]["alerts"], 5);
  EXPECT_EQ(rules[0]["lineages"][0]["programs"],
            json({"/usr/bin/cp", "/opt/backup", "/sbin/init"}));
  EXPECT_EQ(rules[1]["alerts"], 2);
  EXPECT_EQ(rules[1]["suppressed"], 1);
}

TEST_F(RuleNoiseTest, SaysWhatElseTheExceptionHides) {
  const json exception = Noise()[0]["exception"];
  EXPECT_EQ(exception["hides"], 6);
  EXPECT_EQ(exception["elsewhere"], 1);
  EXPECT_EQ(exception["objects"], 2);
  EXPECT_EQ(exception["true_positives"], 0);
}

TEST_F(RuleNoiseTest, WhatEachLineageDidOnceGetsNoException) {
  for (const json& rule : Noise()) {
    const bool rare = rule["rule"] == "Rare rule";
    EXPECT_EQ(rule["exception"]["yaml"] == "", rare) << rule;
    EXPECT_EQ(rule["exception"]["why_not"], rare ? "each lineage has alerted once" : "");
  }
}

// What is proposed is a rule file that amends the rule.
TEST_F(RuleNoiseTest, TheExceptionLoadsOnTopOfTheRule) {
  const RuleSource rule = {"rule.yaml",
                           "- rule: 'Loud \"rule\"'\n  desc: d\n  condition: evt.type = openat\n"
                           "  output: o\n  priority: NOTICE\n"};
  const RuleSource exception = {"noise.yaml", Noise()[0]["exception"]["yaml"].get<std::string>()};
  const LoadResult loaded = LoadRules({rule, exception});
  ASSERT_NE(loaded.program, nullptr) << loaded.diagnostics.ToText();
  EXPECT_TRUE(loaded.diagnostics.empty()) << loaded.diagnostics.ToText();
  EXPECT_THAT(loaded.program->rules[0].condition_text, HasSubstr("/opt/backup"));
}

TEST_F(RuleNoiseTest, WhatWasTrueOnceGetsNoException) {
  CapturedIo closed, text;
  ASSERT_EQ(Ask("alerts", {"close", "31e7", "--verdict", "true-positive"}, closed), ExitCode::kDone)
      << closed.error();
  const json rule = Noise()[0];
  EXPECT_EQ(rule["true_positives"], 1);
  EXPECT_EQ(rule["exception"]["yaml"], "");
  ASSERT_EQ(RunCommandLine({"rules", "noise", "--store", path_}, text), ExitCode::kDone);
  EXPECT_THAT(text.out(), HasSubstr("no exception, it would hide 1 that were closed as true-pos"));
  EXPECT_THAT(text.out(), HasSubstr("5x /sbin/init > /opt/backup > /usr/bin/cp"));
}

}  // namespace
}  // namespace vedette
