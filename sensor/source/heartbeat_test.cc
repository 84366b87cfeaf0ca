// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/heartbeat.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "sensor/source/own_acts.h"

namespace vedette {
namespace {

// A machine of four CPUs, whose hooks count what is done unless they are told not to.
class FakeMachine : public HeartbeatSubject {
 public:
  std::vector<Part> Parts() const override {
    return {{"lsm/file_open", WIRE_file_open, true},
            {"lsm/inode_rename", WIRE_file_rename, true},
            {"fexit/do_file_open_root", WIRE_file_open, false},
            {"tp_btf/sched_process_exec", WIRE_process_exec, true}};
  }
  bool IsAttached(size_t part) const override { return detached.count(part) == 0; }
  Calls CountCalls(KindSet kinds) const override {
    Calls counted;
    for (const KindInfo& info : Kinds()) {
      if ((kinds & KindBit(info.kind)) == 0) continue;
      const auto calls = calls_.find(info.kind);
      counted[info.kind] = calls == calls_.end() ? std::vector<uint64_t>(4) : calls->second;
    }
    return counted;
  }
  std::vector<int> Cpus() const override { return cpus; }
  bool DoCheapActsOn(int cpu) override {
    ++cheap_acts;
    return Do(kCheapActs, cpu);
  }
  bool RunProgramOn(int cpu) override {
    programs.push_back(cpu);
    return Do(kProgramActs, cpu);
  }
  uint64_t NowNs() const override { return now_ns; }

  std::vector<int> cpus = {0, 1, 2, 3};
  std::set<int> offline;
  std::set<size_t> detached;
  std::map<std::pair<EventKind, int>, int> misses;  // How many calls are not counted; -1: all.
  std::vector<int> programs;
  int cheap_acts = 0;
  uint64_t now_ns = 1'000;

 private:
  bool Do(KindSet kinds, int cpu) {
    if (offline.count(cpu) > 0) return false;
    for (const KindInfo& info : Kinds()) {
      if ((kinds & KindBit(info.kind)) == 0) continue;
      auto& calls = calls_.try_emplace(info.kind, std::vector<uint64_t>(4)).first->second;
      int& missed = misses[{info.kind, cpu}];
      if (missed == 0) {
        ++calls[static_cast<size_t>(cpu)];
      } else if (missed > 0) {
        --missed;
      }
    }
    return true;
  }
  std::map<EventKind, std::vector<uint64_t>> calls_;
};

class HeartbeatTest : public ::testing::Test {
 protected:
  // The beat at that time.
  Heartbeat::Beat At(uint64_t now_ns) {
    machine_.now_ns = now_ns;
    return heartbeat_.Look();
  }

  FakeMachine machine_;
  Heartbeat heartbeat_{machine_};
};

TEST_F(HeartbeatTest, ThereIsNothingToSayWhileAllRuns) {
  for (uint64_t now = 2'000; now < 10'000; now += 1'000) {
    const Heartbeat::Beat beat = At(now);
    EXPECT_TRUE(beat.changes.empty());
    EXPECT_TRUE(beat.holes.empty());
  }
  EXPECT_EQ(machine_.cheap_acts, 4 * 8) << "one on each CPU";
  EXPECT_EQ(machine_.programs, (std::vector<int>{0, 1, 2, 3, 0, 1, 2, 3})) << "one in each beat";
}

TEST_F(HeartbeatTest, AHookThatWasDetachedIsToldOnceAndTheHoleGrows) {
  At(2'000);
  machine_.detached.insert(1);
  Heartbeat::Beat beat = At(3'000);
  ASSERT_EQ(beat.changes.size(), 1u);
  EXPECT_EQ(beat.changes[0].section, "lsm/inode_rename");
  EXPECT_EQ(beat.changes[0].kind, "file_rename");
  EXPECT_EQ(beat.changes[0].health, HookHealth::kDetached);
  EXPECT_EQ(beat.changes[0].last_run_ns, 2'000u);
  ASSERT_EQ(beat.holes.size(), 1u);
  EXPECT_EQ(beat.holes[0].lost_kind, unsigned{WIRE_file_rename});
  EXPECT_EQ(beat.holes[0].stage, unsigned{WIRE_LOST_hook_stopped});
  EXPECT_EQ(beat.holes[0].from_ns, 2'000u);
  EXPECT_EQ(beat.holes[0].to_ns, 3'000u);
  EXPECT_EQ(beat.holes[0].count, 0u);

  beat = At(4'000);
  EXPECT_TRUE(beat.changes.empty());
  ASSERT_EQ(beat.holes.size(), 1u);
  EXPECT_EQ(beat.holes[0].from_ns, 3'000u);

  machine_.detached.clear();
  beat = At(5'000);
  ASSERT_EQ(beat.changes.size(), 1u);
  EXPECT_EQ(beat.changes[0].health, HookHealth::kRunning);
  EXPECT_EQ(beat.changes[0].last_run_ns, 2'000u);
  ASSERT_EQ(beat.holes.size(), 1u) << "somewhere before this beat it began to run again";
  EXPECT_EQ(beat.holes[0].to_ns, 5'000u);
  EXPECT_TRUE(At(6'000).holes.empty());
}

TEST_F(HeartbeatTest, AHookThatIsNotCalledIsSilent) {
  for (const int cpu : machine_.cpus) machine_.misses[{WIRE_file_open, cpu}] = -1;
  const Heartbeat::Beat beat = At(2'000);
  ASSERT_EQ(beat.changes.size(), 1u);
  EXPECT_EQ(beat.changes[0].section, "lsm/file_open");
  EXPECT_EQ(beat.changes[0].health, HookHealth::kSilent);
  EXPECT_EQ(beat.changes[0].cpu, -1);
  EXPECT_EQ(beat.holes.size(), 1u);
}

TEST_F(HeartbeatTest, OnOneCpuAloneItIsSaidOnWhich) {
  machine_.misses[{WIRE_file_open, 2}] = -1;
  const Heartbeat::Beat beat = At(2'000);
  ASSERT_EQ(beat.changes.size(), 1u);
  EXPECT_EQ(beat.changes[0].cpu, 2);
  EXPECT_EQ(machine_.cheap_acts, 4 + 2) << "only where it is suspected it is tried again";
}

TEST_F(HeartbeatTest, ACallThatIsSkippedNowAndThenIsNoAlarm) {
  machine_.misses[{WIRE_file_open, 1}] = Heartbeat::kTries - 1;
  EXPECT_TRUE(At(2'000).changes.empty());
}

TEST_F(HeartbeatTest, ACpuThatGoesOffLineIsNoAlarm) {
  At(2'000);
  machine_.offline.insert(3);  // Between asking for the CPUs and going there.
  EXPECT_TRUE(At(3'000).changes.empty());
  machine_.cpus = {0, 1, 2};
  EXPECT_TRUE(At(4'000).changes.empty());
  machine_.offline = {0, 1, 2};
  EXPECT_TRUE(At(5'000).changes.empty()) << "nothing could be tried";
  machine_.cpus = {};
  EXPECT_TRUE(At(6'000).changes.empty());
}

TEST_F(HeartbeatTest, AProgramsHookIsTriedOnOneCpuEachBeat) {
  machine_.misses[{WIRE_process_exec, 1}] = -1;
  EXPECT_TRUE(At(2'000).changes.empty()) << "that was CPU 0";
  const Heartbeat::Beat beat = At(3'000);
  ASSERT_EQ(beat.changes.size(), 1u);
  EXPECT_EQ(beat.changes[0].section, "tp_btf/sched_process_exec");
}

}  // namespace
}  // namespace vedette
