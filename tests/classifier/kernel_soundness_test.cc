// SPDX-License-Identifier: Apache-2.0
//
// The kernel's classifier, with real maps, against the one in user space (bit by bit) and the
// obvious evaluator; here and in guests.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "sensor/source/classifier_trial.h"
#include "tests/classifier/image.h"
#include "tests/classifier/random_acts.h"
#include "tests/classifier/soundness.h"

namespace vedette {
namespace {

const Member* MemberOf(const EventView& view, absl::string_view name) {
  for (const Member& member : view.info().members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

TrialAct TrialOf(const EventView& view, const ClassifierInput& input) {
  TrialAct act;
  act.header = view.header();
  act.has_path = input.path.has_value() && !input.path->empty();
  if (act.has_path) act.path = *input.path;
  act.target = input.target.value_or("");
  act.mode = input.mode;
  act.port = input.port;
  act.own_port = input.own_port;
  act.capabilities = input.capabilities;
  const Member* family = MemberOf(view, "family");
  if (family == nullptr) return act;
  act.has_peer = true;
  act.family = static_cast<uint32_t>(view.Number(*family));
  const bool own = view.kind() == WIRE_network_bind;
  const Member* address = MemberOf(view, own ? "local_address" : "remote_address");
  const auto* bytes = reinterpret_cast<const uint8_t*>(view.bytes().data()) + address->offset;
  std::copy(bytes, bytes + act.address.size(), act.address.begin());
  return act;
}

class KernelSoundnessTest : public testing::Test {
 protected:
  // Which rules survive an act of the process.
  uint64_t SurvivorsOf(uint64_t exec_id) {
    TrialAct act;
    act.header.kind = WIRE_file_open;
    act.header.exec_id = exec_id;
    const auto answer = trial_->Classify(act);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->survivors.words[0] : 0;
  }

  void SetUp() override {
    auto trial = ClassifierTrial::Open();
    ASSERT_TRUE(trial.ok()) << trial.status();
    trial_ = *std::move(trial);
  }

  // What the kernel says; it has to be what user space says.
  Judge JudgeInKernel() {
    user_ = JudgeInUserSpace();
    return {[this](const ClassifierTables& tables) {
              user_.begin(tables);
              kinds_ = &tables;
              ASSERT_TRUE(trial_->Load(tables.generation, MakeImage(tables)).ok());
            },
            [this](const EventView& view, const ClassifierInput& input) {
              const Survivors expected = user_.survivors(view, input);
              Survivors found = {};
              // The second time the process's part has been folded.
              for (int time = 0; time < 2; ++time) {
                const auto answer = trial_->Classify(TrialOf(view, input));
                EXPECT_TRUE(answer.ok()) << answer.status();
                if (!answer.ok()) return found;
                found = answer->survivors;
                EXPECT_TRUE(std::equal(std::begin(found.words), std::end(found.words),
                                       std::begin(expected.words)))
                    << view.info().name << " the " << time << ". time";
              }
              return found;
            }};
  }

  // Every process of random_acts.cc that is known.
  void TellProcesses() {
    std::mt19937 random(1);
    for (const Act& act : RandomActs(random, 2000)) {
      const auto view = EventView::Parse(act.record);
      const uint64_t exec_id = view->header().exec_id;
      if (act.lineage) TellLineage(exec_id, *act.lineage);
      if (!act.exe) continue;
      const uint64_t cgroup = act.scope ? 1000 + exec_id : 0;
      ASSERT_TRUE(trial_->Remember(exec_id, *act.exe, cgroup).ok());
      if (act.scope) trial_->SetScope(cgroup, *act.scope);
      if (act.scope) trial_->SetNumber(cgroup, act.container);
    }
  }

  // It ran all of them, the last one before it became what it is.
  void TellLineage(uint64_t exec_id, const std::vector<std::string>& programs) {
    uint64_t before = 0;
    uint64_t next = 1'000'000 + 1000 * exec_id;
    for (const std::string& name : programs) {
      ASSERT_TRUE(trial_->Exec(before, ++next, name).ok());
      before = next;
    }
    ASSERT_TRUE(trial_->Exec(before, exec_id, "itself").ok());
  }

  std::unique_ptr<ClassifierTrial> trial_;
  Judge user_;
  const ClassifierTables* kinds_ = nullptr;
};

// A million pairs.
TEST_F(KernelSoundnessTest, TheMapsSayWhatUserSpaceSaysAndNoRuleIsLost) {
  TellProcesses();
  const SoundnessPlan plan = {.first_seed = 5001, .seeds = 50};
  const SoundnessTally tally = CheckRandomRules(plan, JudgeInKernel());
  PrintTally("kernel, seeds 5001 to 5050", tally);
  EXPECT_EQ(tally.pairs, uint64_t{plan.seeds} * plan.rules * plan.acts);
  EXPECT_GE(tally.exact, tally.pairs / 4);
}

TEST_F(KernelSoundnessTest, NorByWhatThoseKnowWhoDeny) {
  TellProcesses();
  const SoundnessPlan plan = {.first_seed = 6001, .seeds = 50, .decider = Decider::kEnforcer};
  const SoundnessTally tally = CheckRandomRules(plan, JudgeInKernel());
  PrintTally("kernel, who deny, seeds 6001 to 6050", tally);
  EXPECT_EQ(tally.pairs, uint64_t{plan.seeds} * plan.rules * plan.acts);
  EXPECT_GE(tally.exact, tally.pairs / 4);
}

// The same processes and acts, under one rule set after the other: what was folded for the last one
// is not taken for the next.
TEST_F(KernelSoundnessTest, NorAcrossRuleSets) {
  TellProcesses();
  std::mt19937 random(7001);
  const std::vector<Act> acts = RandomActs(random, 20);
  SoundnessTally tally;
  const Judge judge = JudgeInKernel();
  for (int i = 0; i < 100 && !HasFatalFailure(); ++i) {
    TestProgram program;
    for (int rule = 0; rule < 4; ++rule) {
      program.AddRule(RandomActCondition(random, program, 1));
    }
    CheckSoundness(program, acts, judge, tally);
  }
  PrintTally("kernel, seed 7001", tally);
}

class ProcessPartTest : public KernelSoundnessTest {
 protected:
  void SetUp() override {
    KernelSoundnessTest::SetUp();
    TestProgram p;
    p.AddRule(p.Is("proc.exepath", "=", {"/usr/sbin/nginx"}));
    p.AddRule(p.Is("proc.exepath", "startswith", {"/tmp/"}));
    p.AddRule(p.Not(p.Is("proc.exepath", "exists", {})));
    const ClassifierTables tables = BuildTables(*p, 1);
    ASSERT_TRUE(trial_->Load(1, MakeImage(tables)).ok());
  }
};

TEST_F(ProcessPartTest, AProcessThatNobodySawIsNotJudged) { EXPECT_EQ(SurvivorsOf(1), 7u); }

TEST_F(ProcessPartTest, AProgramIsKnownFromItsExecToItsEnd) {
  ASSERT_TRUE(trial_->Remember(1, "/usr/sbin/nginx").ok());
  EXPECT_EQ(SurvivorsOf(1), 1u);
  ASSERT_TRUE(trial_->Forget(1).ok());
  // What was folded stays true: an exec_id is never given again.
  EXPECT_EQ(SurvivorsOf(1), 1u);
}

TEST_F(ProcessPartTest, AChildRunsWhatItsCreatorRuns) {
  ASSERT_TRUE(trial_->Remember(1, "/tmp/x").ok());
  ASSERT_TRUE(trial_->Inherit(1, 2).ok());
  EXPECT_EQ(SurvivorsOf(2), 2u);
  ASSERT_TRUE(trial_->Inherit(99, 3).ok());  // Of a creator that nobody knows.
  EXPECT_EQ(SurvivorsOf(3), 7u);
}

TEST_F(ProcessPartTest, AThreadOfTheKernelHasNoProgram) {
  ASSERT_TRUE(trial_->Remember(1, "").ok());
  EXPECT_EQ(SurvivorsOf(1), 4u);
}

TEST_F(ProcessPartTest, AContainerIsJudgedOnceUserSpaceHasToldOfIt) {
  TestProgram p;
  p.AddRule(p.Is("container.id", "=", {"host"}));
  p.AddRule(p.Is("container.id", "!=", {"host"}));
  ASSERT_TRUE(trial_->Load(2, MakeImage(BuildTables(*p, 2))).ok());
  ASSERT_TRUE(trial_->Remember(1, "/bin/sh", 77).ok());
  EXPECT_EQ(SurvivorsOf(1), 3u);
  trial_->SetScope(77, CLASSIFY_CONTAINER);
  EXPECT_EQ(SurvivorsOf(1), 2u);
  ASSERT_TRUE(trial_->Inherit(1, 2).ok());
  EXPECT_EQ(SurvivorsOf(2), 2u);
  ASSERT_TRUE(trial_->Remember(3, "/bin/sh", 0).ok());  // Of a host without cgroups of version 2.
  EXPECT_EQ(SurvivorsOf(3), 3u);
}

// By the traits of the number that its cgroup has.
TEST_F(ProcessPartTest, WhatIsTrueOfACgroupIsJudgedOnceItIsToldAndAnewWhenItIsAnother) {
  TestProgram p;
  p.AddRule(p.Is("container.image", "=", {"web"}));
  p.AddRule(p.Not(p.Is("container.image", "=", {"web"})));
  ClassifierTables tables = BuildTables(*p, 2);
  ASSERT_FALSE(tables.containers.empty());
  tables.values.push_back(ContainerValue(2, WIRE_file_open, 11, 1));
  tables.values.push_back(ContainerValue(2, WIRE_file_open, 12, 0));
  ASSERT_TRUE(trial_->Load(2, MakeImage(tables)).ok());
  EXPECT_EQ(SurvivorsOf(1), 3u) << "nobody saw it begin";
  ASSERT_TRUE(trial_->Remember(1, "/bin/sh", 77).ok());
  EXPECT_EQ(SurvivorsOf(1), 3u) << "nothing is known of its cgroup";
  EXPECT_EQ(SurvivorsOf(1), 3u) << "the same, folded";
  trial_->SetNumber(77, 11);
  EXPECT_EQ(SurvivorsOf(1), 1u);
  EXPECT_EQ(SurvivorsOf(1), 1u);
  trial_->SetNumber(77, 12);
  EXPECT_EQ(SurvivorsOf(1), 2u) << "what was folded with what was known before is forgotten";
  trial_->SetNumber(77, 0);
  EXPECT_EQ(SurvivorsOf(1), 3u);
  ASSERT_TRUE(trial_->Remember(3, "/bin/sh", 0).ok());  // Of a host without cgroups of version 2.
  EXPECT_EQ(SurvivorsOf(3), 3u);
}

TEST_F(ProcessPartTest, APathThatIsTooLongIsNotJudged) {
  ASSERT_TRUE(trial_->Remember(1, "/tmp/" + std::string(CLASSIFY_EXE_MAX - 6, 'x')).ok());
  EXPECT_EQ(SurvivorsOf(1), 2u);
  ASSERT_TRUE(trial_->Remember(2, "/tmp/" + std::string(CLASSIFY_EXE_MAX - 5, 'x')).ok());
  EXPECT_EQ(SurvivorsOf(2), 7u);
}

class LineageTest : public KernelSoundnessTest {
 protected:
  void SetUp() override {
    KernelSoundnessTest::SetUp();
    TestProgram p;
    p.AddRule(p.Is("proc.lineage.name", "in", {"nginx", "apache2"}));
    p.AddRule(p.Not(p.Is("proc.lineage.name", "=", {"sshd"})));
    p.AddRule(p.And({p.Is("proc.lineage.name", "=", {"nginx"}),
                     p.Not(p.Is("proc.lineage.name", "=", {"cron"}))}));
    ASSERT_TRUE(trial_->Load(1, MakeImage(BuildTables(*p, 1))).ok());
  }
};

TEST_F(LineageTest, WhoHasNoneIsNotJudged) { EXPECT_EQ(SurvivorsOf(1), 7u); }

TEST_F(LineageTest, AProgramDescendsFromThoseBeforeItAndNotFromItself) {
  ASSERT_TRUE(trial_->Exec(0, 1, "nginx").ok());
  EXPECT_EQ(SurvivorsOf(1), 2u) << "it is nginx, it does not descend from it";
  ASSERT_TRUE(trial_->Exec(1, 2, "nginx").ok());
  EXPECT_EQ(SurvivorsOf(2), 2u) << "once more the same";
  ASSERT_TRUE(trial_->Exec(2, 3, "sh").ok());
  EXPECT_EQ(SurvivorsOf(3), 7u);
  ASSERT_TRUE(trial_->Exec(3, 4, "cron").ok());
  EXPECT_EQ(SurvivorsOf(4), 7u);
  ASSERT_TRUE(trial_->Exec(4, 5, "sshd").ok());
  EXPECT_EQ(SurvivorsOf(5), 3u);
  ASSERT_TRUE(trial_->Exec(5, 6, "sh").ok());
  EXPECT_EQ(SurvivorsOf(6), 1u);
}

TEST_F(LineageTest, AChildDescendsFromWhatItsCreatorDoes) {
  ASSERT_TRUE(trial_->Exec(0, 1, "nginx").ok());
  ASSERT_TRUE(trial_->Inherit(1, 10).ok());
  ASSERT_TRUE(trial_->Exec(10, 11, "sh").ok());
  ASSERT_TRUE(trial_->Exec(1, 2, "cron").ok());
  EXPECT_EQ(SurvivorsOf(10), 7u) << "it has ended, and what was folded stays";
  EXPECT_EQ(SurvivorsOf(11), 7u);
  EXPECT_EQ(SurvivorsOf(2), 7u);
  ASSERT_TRUE(trial_->Exec(2, 3, "x").ok());
  EXPECT_EQ(SurvivorsOf(3), 3u);
}

TEST_F(LineageTest, WhoExecutesWithoutEndKeepsHisOrigin) {
  ASSERT_TRUE(trial_->Exec(0, 1, "nginx").ok());
  for (uint64_t i = 1; i <= 200; ++i) {
    ASSERT_TRUE(trial_->Exec(i, i + 1, i == 150 ? "sshd" : "p" + std::to_string(i)).ok());
  }
  EXPECT_EQ(SurvivorsOf(201), 7u) << "the oldest are kept; what came 150 later is not";
}

}  // namespace
}  // namespace vedette
