// SPDX-License-Identifier: Apache-2.0
//
// Rules as people write them, events as records: through the pipeline, whose counts must balance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "engine/match/test_program.h"
#include "engine/pipeline.h"
#include "rules/lang/testing.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint64_t kSecond = 1'000'000'000;

class TemporalRulesTest : public testing::Test, public PipelineOutput {
 protected:
  TemporalRulesTest() : pipeline_(std::make_unique<Pipeline>(TestHost::SomeHost(), *this)) {}
  ~TemporalRulesTest() override { EXPECT_TRUE(pipeline_->counts().Balanced()); }

  void OnEvent(const Event& event, bool keep) override {
    if (keep) kept_.push_back(event.number);
  }
  void OnAlert(Alert alert) override {
    told_.push_back(absl::StrCat(alert.rule, " at ", Second(alert.time)));
    alerts_.push_back(std::move(alert));
  }
  void OnGap(const RecordGap&) override {}
  bool OnCombination(const KnownCombination& known) override {
    stored_[absl::StrCat(known.rule, "|", known.combination)] = known;
    return true;
  }

  static int64_t Second(absl::Time time) {
    return absl::ToUnixNanos(time - absl::Nanoseconds(1'714'564'800'000'000'000)) /
           static_cast<int64_t>(kSecond);
  }

  void Load(const std::string& rules) {
    const LoadResult loaded = LoadFiles({rules});
    ASSERT_NE(loaded.program, nullptr) << Messages(loaded);
    pipeline_->SetProgram(loaded.program);
  }
  static std::string Rule(absl::string_view name, absl::string_view condition,
                          absl::string_view more) {
    return RuleYaml(name, condition, absl::StrCat("  ", more, "\n"));
  }

  // Process `id` with the pid of the same number, child of `parent`.
  void Exec(uint64_t id, uint64_t parent, absl::string_view path, uint64_t second) {
    pipeline_->OnRecord(RecordBuilder(WIRE_process_exec)
                            .Set("exec_id", id)
                            .Set("pid", id)
                            .Set("parent_exec_id", parent)
                            .Set("start_ns", id)
                            .Set("comm", path.substr(path.rfind('/') + 1))
                            .Set("exe_path", path)
                            .Set("time_ns", second * kSecond)
                            .Build());
  }
  void Open(uint64_t id, absl::string_view path, uint64_t second) {
    pipeline_->OnRecord(RecordBuilder(WIRE_file_open)
                            .Set("exec_id", id)
                            .Set("pid", id)
                            .Set("path", path)
                            .Set("time_ns", second * kSecond)
                            .Build());
  }

  std::unique_ptr<Pipeline> pipeline_;
  std::vector<Alert> alerts_;
  std::vector<std::string> told_;
  std::vector<uint64_t> kept_;
  std::map<std::string, KnownCombination> stored_;
};

constexpr char kDropped[] = R"(
- rule: dropped
  desc: d
  output: "%proc.exepath ran"
  priority: error
  attack: T1105
  references: https://a.org/
  sequence:
    within: 10m
    steps:
      - {name: write, condition: evt.kind = file_open, by: fd.name}
      - {name: run, condition: evt.type = execve, by: proc.exepath}
)";

TEST_F(TemporalRulesTest, ASequenceTellsWhatLedToIt) {
  Load(kDropped);
  Exec(2, 1, "/bin/curl", 1);
  Open(2, "/tmp/x", 2);
  Open(2, "/tmp/y", 3);
  Exec(3, 1, "/tmp/x", 4);
  Exec(4, 1, "/tmp/x", 5);  // Told once.
  ASSERT_THAT(told_, ElementsAre("dropped at 4"));
  const Alert& alert = alerts_[0];
  EXPECT_EQ(alert.message, "/tmp/x ran");
  EXPECT_EQ(alert.reason, "2 steps within 2s");
  EXPECT_THAT(alert.attack, ElementsAre("T1105"));
  EXPECT_THAT(alert.references, ElementsAre("https://a.org/"));
  ASSERT_EQ(alert.evidence.size(), 2U);
  EXPECT_EQ(alert.evidence[0].step, "write");
  EXPECT_EQ(alert.evidence[0].event_kind, "file_open");
  EXPECT_EQ(alert.evidence[0].event_number, 2U);
  EXPECT_EQ(alert.evidence[0].process.exe_path, "/bin/curl");
  EXPECT_EQ(alert.evidence[0].object, "/tmp/x");
  EXPECT_EQ(alert.evidence[1].step, "run");
  EXPECT_EQ(alert.evidence[1].event_number, alert.event_number);
  EXPECT_EQ(alert.evidence[1].object, "/tmp/x");
  // A program that follows nothing is no step of anything, and not even compared.
  EXPECT_THAT(kept_, ElementsAre(2U, 3U, 4U));
  EXPECT_EQ(pipeline_->counts().temporal.steps, 3U);
}

// Judged by a matcher that never lets a rule rest.
class RestingRules : public TemporalRulesTest {
 protected:
  RestingRules()
      : judge_([](const Alert&) {}, [](const KnownCombination&) { return true; }),
        program_(LoadFiles({kRules}).program),
        matcher_(program_) {
    judge_.SetProgram(program_);
    pipeline_->SetProgram(program_);
  }
  void OnEvent(const Event& event, bool keep) override {
    std::vector<Alert> alerts;
    const bool judged = judge_.Decide(event, matcher_.Match(event), alerts);
    EXPECT_EQ(keep, judged);
    for (const Alert& alert : alerts) {
      expected_.push_back(absl::StrCat(alert.rule, " at ", Second(alert.time)));
    }
  }

  static constexpr char kRules[] = R"yaml(
- rule: two
  desc: d
  output: o
  priority: error
  sequence:
    within: 20s
    by: proc.exec_id
    steps: [fd.name = /a, fd.name = /b]
- rule: three
  desc: d
  output: o
  priority: error
  sequence:
    within: 30s
    by: proc.exec_id
    steps: ["fd.name in (/a, /c)", "fd.name in (/b, /c)", "fd.name in (/c, /d)"]
)yaml";
  TemporalRules judge_;
  std::shared_ptr<const Program> program_;
  Matcher matcher_;
  std::vector<std::string> expected_;
};

TEST_F(RestingRules, MissNothing) {
  std::mt19937 random(7);
  uint64_t second = 1;
  for (int i = 0; i < 4000; ++i) {
    // Now and then all that waits is forgotten, so that rules go to rest again.
    second += random() % 50 == 0 ? 60 : random() % 4;
    // Other CPUs' events come a little late.
    const uint64_t late = random() % 4 == 0 ? 1 : 0;
    Open(1 + random() % 3, std::string("/") + "abcd"[random() % 4], second - late);
  }
  EXPECT_EQ(told_, expected_);
  EXPECT_GT(told_.size(), 100U);
  EXPECT_LT(pipeline_->matcher().counts().rules, matcher_.counts().rules);
}

std::string Lineage(absl::string_view by) {
  return absl::StrCat(
      "- rule: family\n  desc: d\n  output: o\n  priority: error\n  sequence:\n    by: ", by,
      "\n    within: 1h\n    steps: [fd.name = /first, fd.name = /second]\n");
}

TEST_F(TemporalRulesTest, LineageIsTheProcessAndItsDescendants) {
  struct Case {
    const char* name;
    const char* by;
    uint64_t first, second;
    bool alerts;
  };
  // 10 is the parent of 11 and 12; 13 is a child of 12; 14 is what 12 becomes by an exec.
  constexpr Case kCases[] = {
      {"the same process", "lineage", 12, 12, true},
      {"a child", "lineage", 12, 13, true},
      {"a grandchild", "lineage", 10, 13, true},
      {"not the parent", "lineage", 12, 10, false},
      {"not a brother", "lineage", 11, 12, false},
      {"a brother, with the parent's family", "lineage[1]", 11, 12, true},
      {"a brother's child, with the parent's family", "lineage[1]", 11, 13, true},
      {"the parent itself, with its family", "lineage[1]", 11, 10, true},
      {"not the whole host", "lineage[8]", 20, 11, false},
      {"the same process after an exec", "lineage", 12, 14, true},
  };
  for (const Case& test : kCases) {
    pipeline_ = std::make_unique<Pipeline>(TestHost::SomeHost(), *this);
    told_.clear();
    Load(Lineage(test.by));
    Exec(1, 0, "/sbin/init", 1);
    Exec(10, 1, "/bin/bash", 1);
    Exec(11, 10, "/bin/a", 1);
    Exec(12, 10, "/bin/b", 1);
    Exec(13, 12, "/bin/c", 1);
    Exec(20, 1, "/bin/d", 1);
    Open(test.first, "/first", 2);
    if (test.second == 14) {
      pipeline_->OnRecord(RecordBuilder(WIRE_process_exec)
                              .Set("exec_id", 14)
                              .Set("previous_exec_id", 12)
                              .Set("pid", 12)
                              .Set("start_ns", 12)
                              .Set("parent_exec_id", 10)
                              .Set("time_ns", 3 * kSecond)
                              .Set("exe_path", "/bin/e")
                              .Build());
    }
    Open(test.second, "/second", 4);
    EXPECT_EQ(told_.size(), test.alerts ? 1U : 0U) << test.name;
    EXPECT_TRUE(pipeline_->counts().Balanced());
  }
}

TEST_F(TemporalRulesTest, AnEventDoesNotFollowItself) {
  Load(
      "- rule: twice\n  desc: d\n  output: o\n  priority: error\n  sequence:\n"
      "    {by: proc.exec_id, within: 1h, steps: [fd.name = /a, fd.name startswith /]}\n");
  Open(2, "/a", 1);
  EXPECT_THAT(told_, IsEmpty());
  Open(2, "/a", 2);
  EXPECT_THAT(told_, ElementsAre("twice at 2"));
}

TEST_F(TemporalRulesTest, AThresholdCountsByGroup) {
  Load(Rule("burst", "fd.name startswith /etc/",
            "threshold: {distinct: fd.name, count: 3, by: proc.exec_id, within: 10s}"));
  for (uint64_t at = 1; at <= 5; ++at) {
    Open(2, absl::StrCat("/etc/", at), at);
    Open(3, "/etc/same", at);
    Open(4, "/home/x", at);
  }
  ASSERT_THAT(told_, ElementsAre("burst at 3"));
  EXPECT_EQ(alerts_[0].reason, "3 different fd.name within 10s for 2");
  ASSERT_EQ(alerts_[0].evidence.size(), 3U);
  EXPECT_EQ(alerts_[0].evidence[0].step, "/etc/1");
  EXPECT_EQ(pipeline_->counts().temporal.counted, 9U);
}

TEST_F(TemporalRulesTest, FirstSeenLearnsAndRemembersOverARestart) {
  const std::string rule =
      Rule("new", "evt.type = execve", "first_seen: {fields: proc.exepath, for: 30d, warm_up: 1d}");
  constexpr uint64_t kDay = 86'400;
  Load(rule);
  Exec(2, 1, "/bin/a", 1);
  EXPECT_THAT(pipeline_->WarmUps(absl::FromUnixSeconds(1'714'564'800 + 60)),
              ElementsAre("the rule \"new\" learns what is usual until 2024-05-02T12:00:01Z and "
                          "does not alert"));
  Exec(3, 1, "/bin/a", kDay + 2);
  Exec(4, 1, "/bin/b", kDay + 3);
  EXPECT_THAT(told_, ElementsAre("new at 86403"));
  EXPECT_EQ(alerts_[0].reason,
            "first seen: proc.exepath = /bin/b (1 others known, learning since "
            "2024-05-01T12:00:01Z, warm-up 24h)");
  EXPECT_THAT(kept_, ElementsAre(3U));  // What is known is no news.
  EXPECT_THAT(pipeline_->WarmUps(absl::FromUnixSeconds(1'714'564'800 + 2 * kDay)), IsEmpty());

  std::vector<KnownCombination> known;
  for (const auto& [key, one] : stored_) known.push_back(one);
  EXPECT_EQ(known.size(), 3U);
  EXPECT_TRUE(pipeline_->counts().Balanced());
  pipeline_ = std::make_unique<Pipeline>(TestHost::SomeHost(), *this);
  pipeline_->Restore(known);
  Load(rule);
  Exec(5, 1, "/bin/b", kDay + 4);
  Exec(6, 1, "/bin/c", kDay + 5);
  EXPECT_THAT(told_, ElementsAre("new at 86403", "new at 86405"));
}

TEST_F(TemporalRulesTest, RepeatsAreFoldedUntilTheWindowEnds) {
  Load(Rule("loud", "fd.name = /a", "suppress: {by: proc.exec_id, for: 10s}"));
  for (uint64_t at = 1; at <= 4; ++at) Open(2, "/a", at);
  Open(3, "/a", 5);
  EXPECT_THAT(told_, ElementsAre("loud at 1", "loud at 5"));
  pipeline_->AdvanceTo(12 * kSecond);  // A late event could still be one of them.
  EXPECT_EQ(told_.size(), 2U);
  pipeline_->AdvanceTo(14 * kSecond);
  EXPECT_THAT(told_, ElementsAre("loud at 1", "loud at 5", "loud at 4"));
  EXPECT_EQ(alerts_[2].repeats, 3U);
  EXPECT_EQ(alerts_[2].repeats_of, alerts_[0].id);
  Open(3, "/a", 14);
  pipeline_->Finish();
  EXPECT_THAT(told_, ElementsAre("loud at 1", "loud at 5", "loud at 4", "loud at 14"));
  EXPECT_EQ(alerts_[3].repeats_of, alerts_[1].id);
  EXPECT_EQ(pipeline_->counts().temporal.folded, 4U);
  EXPECT_EQ(pipeline_->counts().temporal.summaries, 2U);
  EXPECT_EQ(kept_.size(), 6U);
}

TEST_F(TemporalRulesTest, AReloadKeepsTheStateOfRulesThatStay) {
  const std::string loud = Rule("loud", "fd.name = /loud", "suppress: {for: 1h}");
  Load(std::string(kDropped) + loud);
  Open(2, "/tmp/x", 1);
  Open(2, "/loud", 2);
  Open(2, "/loud", 3);
  Load(Rule("other", "fd.name = /other", "enabled: true") + kDropped);
  ASSERT_EQ(told_.size(), 2U);  // The rule that is gone says what it has folded.
  EXPECT_THAT(alerts_[1].reason, HasSubstr("1 repeat of "));
  Exec(3, 1, "/tmp/x", 4);
  EXPECT_EQ(told_.back(), "dropped at 4");
}

}  // namespace
}  // namespace vedette
