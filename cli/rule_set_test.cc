// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/config/config.h"
#include "engine/enrich/test_host.h"
#include "rules/classify/explain.h"
#include "sensor/decode/record_builder.h"

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

// What is kept for forensics is a rule without an alert: one mechanism decides what leaves the
// kernel, so what the configuration keeps by default must not need user space to say no.
TEST(RuleSet, WhatIsRecordedByDefaultIsDecidedInTheKernel) {
  RuleInputs inputs;
  for (const auto& [name, condition] : Config().recording) {
    inputs.recording.push_back({name, condition});
  }
  const auto loaded = LoadRuleSet(inputs, 1);
  ASSERT_TRUE(loaded.rules.ok()) << loaded.diagnostics;
  const Program& program = *loaded.rules->program;
  ASSERT_EQ(program.rules.size(), inputs.recording.size());
  for (uint32_t i = 0; i < program.rules.size(); ++i) {
    EXPECT_TRUE(program.rules[i].recording);
    EXPECT_TRUE(Explain(program, loaded.rules->tables, i).exact()) << program.rules[i].name;
  }
  EXPECT_EQ(loaded.rules->tables.alerting, 0u);
}

TEST(RuleSet, TagsThatAreOffTakeTheirRulesWithThem) {
  const std::string file = RuleFile("evt.kind = process_exec\n  tags: [host, hunting]");
  const auto alerting = [&](std::vector<std::string> off, const std::vector<std::string>& more) {
    RuleInputs inputs;
    inputs.paths = {file};
    inputs.paths.insert(inputs.paths.end(), more.begin(), more.end());
    inputs.tags_off = std::move(off);
    const auto loaded = LoadRuleSet(inputs, 1);
    EXPECT_TRUE(loaded.rules.ok()) << loaded.diagnostics;
    return loaded.rules.ok() ? loaded.rules->alerting : size_t{99};
  };
  EXPECT_EQ(alerting({}, {}), 1u);
  EXPECT_EQ(alerting({"other"}, {}), 1u);
  EXPECT_EQ(alerting({"hunting"}, {}), 0u);
  const TemporaryDirectory folder;
  const std::string own = folder.File("own.yaml");
  ASSERT_TRUE(WriteFileAtomically(own, "- rule: R\n  enabled: true\n").ok());
  EXPECT_EQ(alerting({"hunting"}, {own}), 1u);
}

TEST(RuleSet, ErrorsComeWithTheirDiagnostics) {
  const auto loaded = LoadRuleSet({.paths = {RuleFile("proc.nam = nc")}, .recording = {}}, 1);
  EXPECT_THAT(std::string(loaded.rules.status().message()), HasSubstr("1 error"));
  EXPECT_THAT(loaded.diagnostics, HasSubstr("rule_set_test.yaml:3:"));
}

TEST(RuleReload, GivesItsResultOnce) {
  RuleReload reload;
  const RuleInputs inputs = {.paths = {RuleFile("evt.kind = process_exec")}, .recording = {}};
  EXPECT_FALSE(reload.Take().has_value());
  reload.Begin(inputs, 2);
  std::optional<RuleSetOrWhyNot> result;
  while (!(result = reload.Take()).has_value()) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_TRUE(result->rules.ok());
  EXPECT_FALSE(reload.Take().has_value());
}

struct Alerts : PipelineOutput {
  void OnEvent(const Event&, bool) override { ++events; }
  void OnAlert(Alert alert) override { messages.push_back(alert.message); }
  void OnGap(const RecordGap&) override {}
  size_t events = 0;
  std::vector<std::string> messages;
};

class ReloadUnderAStream : public testing::Test {
 protected:
  void Write(absl::string_view rules) { ASSERT_TRUE(WriteFileAtomically(path_, rules).ok()); }
  static std::string Rule(absl::string_view output) {
    return absl::StrCat("- rule: R\n  desc: d\n  condition: evt.type = openat\n  output: ", output,
                        "\n  priority: NOTICE\n");
  }
  void OneRecord() {
    const RecordBytes record =
        RecordBuilder(WIRE_file_open).Set("path", "/x").Set("syscall", 257).Build();
    pipeline_.OnRecord(record);
    ++records_;
  }
  // Records come until the rules have been read, and one more.
  absl::Status Reload() {
    reload_.Begin({.paths = {path_}, .recording = {}}, ++generation_);
    std::optional<RuleSetOrWhyNot> loaded;
    while (!(loaded = reload_.Take()).has_value()) OneRecord();
    if (loaded->rules.ok()) {
      RuleSet& rules = *loaded->rules;
      auto old = pipeline_.SetMatcher(std::move(rules.matcher));
      reload_.Retire(*std::move(loaded->rules), std::move(old));
    }
    OneRecord();
    return loaded->rules.status();
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("reload.yaml");
  Alerts alerts_;
  Pipeline pipeline_{TestHost::SomeHost(), alerts_};
  RuleReload reload_;
  uint32_t generation_ = 0;
  size_t records_ = 0;
};

TEST_F(ReloadUnderAStream, AChangeDuringALoadWasForgotten) {
  Write(Rule("first"));
  EXPECT_TRUE(reload_.Begin({.paths = {path_}, .recording = {}}, 1));
  EXPECT_FALSE(reload_.Begin({.paths = {path_}, .recording = {}}, 1))
      << "it may have read the file already";
  while (!reload_.Take().has_value()) std::this_thread::yield();
  EXPECT_TRUE(reload_.Begin({.paths = {path_}, .recording = {}}, 2));
}

TEST_F(ReloadUnderAStream, NoEventIsLostAndAnInvalidSetChangesNothing) {
  Write(Rule("first"));
  ASSERT_TRUE(Reload().ok());
  EXPECT_EQ(alerts_.messages.back(), "first");
  const size_t before = records_ - alerts_.messages.size();  // There were no rules yet.

  Write(Rule("second"));
  ASSERT_TRUE(Reload().ok());
  EXPECT_EQ(alerts_.messages.back(), "second");

  Write("- rule: R\n  condition: proc.nam = x\n");
  EXPECT_FALSE(Reload().ok());
  EXPECT_EQ(alerts_.messages.back(), "second");

  EXPECT_EQ(alerts_.events, records_);
  EXPECT_EQ(alerts_.messages.size(), records_ - before);
  EXPECT_TRUE(std::is_sorted(alerts_.messages.begin(), alerts_.messages.end()));
  EXPECT_TRUE(pipeline_.counts().Balanced());
}

}  // namespace
}  // namespace vedette
