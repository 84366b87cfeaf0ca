// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/process_table.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

// Feeds records in and answers in short texts. Times are in nanoseconds, pids are exec_id / 10.
class Feeder {
 public:
  explicit Feeder(ProcessTable::Limits limits = {}) : table(limits) {}

  void Exec(uint64_t exec_id, uint64_t parent, uint64_t previous, uint64_t time,
            EventKind kind = WIRE_process_exec) {
    Give(RecordBuilder(kind)
             .Set("exec_id", exec_id)
             .Set("pid", exec_id / 10 + pid_shift)
             .Set("time_ns", time)
             .Set("comm", absl::StrCat("p", exec_id))
             .Set("parent_exec_id", parent)
             .Set("previous_exec_id", previous)
             .Set("exe_path", absl::StrCat("/bin/p", exec_id))
             .SetArguments("args", {absl::StrCat("p", exec_id), std::string(padding, 'x')})
             .Build());
  }
  void Fork(uint64_t child, uint64_t creator, uint64_t time, uint64_t parent = 0) {
    Give(RecordBuilder(WIRE_process_fork)
             .Set("exec_id", creator)
             .Set("pid", creator / 10)
             .Set("time_ns", time)
             .Set("comm", absl::StrCat("p", creator))
             .Set("child_exec_id", child)
             .Set("child_pid", child / 10)
             .Set("child_parent_exec_id", parent == 0 ? creator : parent)
             .Build());
  }
  void Exit(uint64_t exec_id, uint64_t time) {
    Give(RecordBuilder(WIRE_process_exit)
             .Set("exec_id", exec_id)
             .Set("pid", exec_id / 10)
             .Set("time_ns", time)
             .Build());
  }
  void Give(const RecordBytes& record) {
    const auto view = EventView::Parse(record);
    ASSERT_TRUE(view);
    table.OnBegin(*view);
    table.OnExit(*view);
  }

  // "12 p12 /bin/p12 running, of 11"; "?" if unknown.
  std::string Show(uint64_t exec_id) const {
    const Process* process = table.Find(exec_id);
    if (process == nullptr) return "?";
    const ProgramRecord* program = table.ProgramOf(*process);
    return absl::StrCat(
        process->exec_id, " ", process->name(), " ", program == nullptr ? "?" : program->exe_path(),
        process->end_ns == 0 ? " running" : " ended", ", of ", process->parent_exec_id);
  }
  std::string Ancestors(uint64_t exec_id) const {
    const Process* process = table.Find(exec_id);
    if (process == nullptr) return "?";
    std::vector<uint64_t> ids;
    for (const Process* ancestor : table.Ancestors(*process)) ids.push_back(ancestor->exec_id);
    return absl::StrJoin(ids, " ");
  }
  uint64_t RunningAt(uint32_t pid) const {
    const Process* process = table.FindPid(pid);
    return process == nullptr ? 0 : process->exec_id;
  }

  ProcessTable table;
  size_t padding = 0;
  uint32_t pid_shift = 0;
};

TEST(ProcessTable, ForkRunsTheParentsProgramUntilItExecs) {
  Feeder f;
  f.Exec(10, 0, 0, 1, WIRE_process_seen);
  f.Fork(20, 10, 2);
  EXPECT_EQ(f.Show(20), "20 p10 /bin/p10 running, of 10");
  f.Exec(21, 10, 20, 3);
  EXPECT_EQ(f.Show(20), "20 p10 /bin/p10 ended, of 10");
  EXPECT_EQ(f.Show(21), "21 p21 /bin/p21 running, of 10");
  EXPECT_EQ(f.RunningAt(2), 21U);
  f.Exit(21, 4);
  EXPECT_EQ(f.Show(21), "21 p21 /bin/p21 ended, of 10");
  EXPECT_EQ(f.RunningAt(2), 0U);
  EXPECT_EQ(f.Ancestors(21), "10");
}

TEST(ProcessTable, TheLineageOutlivesParentsAndExecs) {
  const auto lineage = [](const Feeder& f, uint64_t exec_id) {
    std::string names;
    const Process* process = f.table.Find(exec_id);
    for (const auto* at = process->earlier.get(); at != nullptr; at = at->before.get()) {
      absl::StrAppend(&names, names.empty() ? "" : " ", at->comm.data());
    }
    return names;
  };
  constexpr uint64_t kLater = 60'000'000'000;
  Feeder f;
  f.Exec(10, 0, 0, 1);
  f.Fork(20, 10, 2);
  f.Exec(21, 10, 20, 3);
  EXPECT_EQ(lineage(f, 21), "p10");
  f.Exec(22, 10, 21, 4);  // In place.
  EXPECT_EQ(lineage(f, 22), "p21 p10");
  f.Fork(30, 22, 5);
  EXPECT_EQ(lineage(f, 30), "p21 p10") << "it runs the same program";
  f.Exit(22, 6);
  f.Exit(10, 7);
  f.Exec(31, 1, 30, kLater);  // Whoever is the parent by then.
  EXPECT_EQ(f.table.Find(21), nullptr);
  EXPECT_EQ(lineage(f, 31), "p22 p21 p10");
}

TEST(ProcessTable, ForkSharesTheProgramRecord) {
  Feeder f;
  f.Exec(10, 0, 0, 1);
  f.Fork(20, 10, 2);
  EXPECT_EQ(f.table.Find(20)->program, f.table.Find(10)->program);
}

TEST(ProcessTable, SiblingMadeWithCloneParentRunsTheCreatorsProgram) {
  Feeder f;
  f.Exec(10, 0, 0, 1);
  f.Exec(20, 10, 0, 2);
  f.Fork(30, 20, 3, /*parent=*/10);
  EXPECT_EQ(f.Show(30), "30 p20 /bin/p20 running, of 10");
}

TEST(ProcessTable, ExecMayComeBeforeItsFork) {
  for (const uint64_t exec_time : {3UL, 2UL}) {  // Also with one and the same time.
    Feeder f;
    f.Exec(10, 0, 0, 1);
    f.Exec(21, 10, 20, exec_time);
    f.Fork(20, 10, 2);
    EXPECT_EQ(f.Show(21), "21 p21 /bin/p21 running, of 10");
    EXPECT_EQ(f.Show(20), "20 p10 /bin/p10 ended, of 10");
    EXPECT_EQ(f.RunningAt(2), 21U);
  }
}

TEST(ProcessTable, ExitMayComeBeforeExecAndFork) {
  Feeder f;
  f.Exec(10, 0, 0, 1);
  f.Exit(21, 4);
  EXPECT_EQ(f.Show(21), "?");
  f.Exec(21, 10, 20, 3);
  EXPECT_EQ(f.Show(21), "21 p21 /bin/p21 ended, of 10");
  f.Fork(20, 10, 2);
  EXPECT_EQ(f.Show(20), "20 p10 /bin/p10 running, of 10");  // Until the next process with its pid.
  f.Fork(22, 10, 5);
  EXPECT_EQ(f.Show(20), "20 p10 /bin/p10 ended, of 10");
}

TEST(ProcessTable, ChildMayComeBeforeItsParent) {
  Feeder f;
  f.Fork(20, 10, 2);
  EXPECT_EQ(f.Show(20), "20 p10 ? running, of 10");
  EXPECT_EQ(f.Ancestors(20), "");
  f.Exec(10, 0, 0, 1);
  EXPECT_EQ(f.Show(20), "20 p10 /bin/p10 running, of 10");
  EXPECT_EQ(f.Ancestors(20), "10");
}

TEST(ProcessTable, LostExecDoesNotKeepTheProcessAlive) {
  Feeder f;
  f.Exec(10, 0, 0, 1);
  f.Fork(20, 10, 2);
  f.Exit(21, 4);  // The exec that made 20 to 21 was lost.
  EXPECT_EQ(f.Show(20), "20 p10 /bin/p10 ended, of 10");
}

TEST(ProcessTable, LostExitEndsWhenThePidComesAgain) {
  Feeder f;
  f.Exec(10, 0, 0, 1);
  f.Fork(20, 10, 2);
  f.Fork(25, 10, 9);  // The same pid.
  EXPECT_EQ(f.Show(20), "20 p10 /bin/p10 ended, of 10");
  EXPECT_EQ(f.RunningAt(2), 25U);
}

TEST(ProcessTable, SeenDoesNotReplaceWhatAnEventSaid) {
  Feeder f;
  f.Exec(21, 10, 20, 3);
  f.Exec(21, 0, 0, 4, WIRE_process_seen);
  EXPECT_EQ(f.Show(21), "21 p21 /bin/p21 running, of 10");
}

TEST(ProcessTable, EndedEntriesLeaveAfterTheGrace) {
  Feeder f;
  f.Exec(10, 0, 0, 1);
  f.Exec(20, 10, 0, 2);
  f.Exit(20, 3);
  f.Exec(30, 10, 0, 4 * kSecond);
  EXPECT_EQ(f.Show(20), "20 p20 /bin/p20 ended, of 10");
  f.Exec(40, 10, 0, 6 * kSecond);
  EXPECT_EQ(f.Show(20), "?");
  EXPECT_EQ(f.table.counts().evictions, 0U);
}

TEST(ProcessTable, AncestorsStayAsLongAsADescendantNamesThem) {
  Feeder f;
  f.Exec(10, 0, 0, 1);
  f.Exec(20, 10, 0, 2);
  f.Exec(30, 20, 0, 3);
  f.Exec(40, 30, 0, 4);
  f.Exit(30, 5);
  f.Exit(20, 6);
  f.Exit(10, 7);
  f.Exec(50, 0, 0, 100 * kSecond);
  EXPECT_EQ(f.Ancestors(40), "30 20 10");
  f.Exit(40, 101 * kSecond);
  for (uint64_t i = 0; i < 10; ++i) f.Exit(50, (110 + 10 * i) * kSecond);
  EXPECT_EQ(f.Show(10), "?");
  EXPECT_LE(f.table.counts().entries, 1U);  // Of the exit that came again.
  EXPECT_EQ(f.table.counts().bytes, 0U);
}

TEST(ProcessTable, FullTableGivesUpEndedLeavesFirst) {
  Feeder f({.entries_max = 10});
  f.Exec(10, 0, 0, 1);
  f.Exec(20, 10, 0, 1);
  f.Exit(20, 2);
  for (uint64_t i = 3; i < 12; ++i) f.Exec(i * 10, 10, 0, i);
  EXPECT_EQ(f.Show(20), "?");
  EXPECT_EQ(f.Show(10), "10 p10 /bin/p10 running, of 0");  // It has children: last to go.
  EXPECT_EQ(f.Show(30), "?");
  EXPECT_LE(f.table.counts().entries, 10U);
  EXPECT_GT(f.table.counts().live_evictions, 0U);
  EXPECT_EQ(f.table.counts().evictions, f.table.counts().live_evictions + 1);
}

TEST(ProcessTable, LongCommandLinesAreBoundedByBytes) {
  Feeder f({.bytes_max = 256 * 1024});
  f.padding = 3500;
  for (uint64_t i = 1; i < 1000; ++i) f.Exec(i * 10, 0, 0, i);
  EXPECT_LE(f.table.counts().bytes, 256U * 1024);
  EXPECT_GT(f.table.counts().evictions, 800U);
}

TEST(ProcessTable, HundredThousandExecsStaySmall) {
  Feeder f;
  f.padding = 100;
  f.Exec(10, 0, 0, 1);
  for (uint64_t i = 0; i < 100'000; ++i) {  // A thousand execs a second.
    const uint64_t time = 1 + i * 1'000'000;
    f.Fork(1000 + i * 10, 10, time);
    f.Exec(1001 + i * 10, 10, 1000 + i * 10, time + 1);
    f.Exit(1001 + i * 10, time + 2);
  }
  const auto counts = f.table.counts();
  EXPECT_EQ(counts.evictions, 0U);
  EXPECT_LE(counts.entries, 11'000U);
  EXPECT_LE(counts.bytes, 6U << 20);
}

TEST(ProcessTable, CyclesAndSelfParentsEndTheWalk) {
  Feeder f;
  f.Exec(10, 30, 0, 1);
  f.Exec(20, 10, 0, 2);
  f.Exec(30, 20, 0, 3);
  f.Exec(40, 40, 0, 4);
  f.Exec(50, 30, 0, 5);
  EXPECT_EQ(f.Ancestors(10), "30 20");
  EXPECT_EQ(f.Ancestors(40), "");
  EXPECT_EQ(f.Ancestors(50), "30 20 10");
  f.Fork(61, 60, 6);
  f.Fork(60, 61, 6);
  EXPECT_EQ(f.Show(60), "60 p61 ? running, of 61");
}

// Was a use after free: the entry went, and its first pid still led to it.
TEST(ProcessTable, SameIdentityWithAnotherPid) {
  Feeder f;
  const auto exec = [](uint64_t id, uint32_t pid, uint64_t time) {
    return RecordBuilder(WIRE_process_exec)
        .Set("exec_id", id)
        .Set("pid", pid)
        .Set("time_ns", time)
        .Build();
  };
  f.Give(exec(10, 1, 1));
  f.Give(exec(10, 2, 2));
  EXPECT_EQ(f.RunningAt(1), 0U);
  EXPECT_EQ(f.RunningAt(2), 10U);
  f.Exit(10, 3);
  f.Give(exec(20, 2, 4));
  f.Give(exec(30, 3, 20 * kSecond));
  EXPECT_EQ(f.Show(10), "?");
  f.Give(exec(40, 1, 21 * kSecond));
  EXPECT_EQ(f.RunningAt(1), 40U);
}

TEST(ProcessTable, WalkIsBounded) {
  Feeder f;
  for (uint64_t i = 1; i <= 200; ++i) f.Exec(i * 10, (i - 1) * 10, 0, i);
  EXPECT_EQ(f.table.Ancestors(*f.table.Find(2000)).size, ProcessTable::kAncestorsMax);
  EXPECT_EQ(f.table.Ancestors(*f.table.Find(2000), 3).size, 3U);
}

// Random records of few identities in any order: nothing crashes (the lists are checked by the
// sanitizers), the bounds hold, and when everything has ended the table empties itself.
TEST(ProcessTable, RandomRecordsKeepTheBounds) {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    Feeder f({.entries_max = 64});
    uint64_t time = 1;
    for (int i = 0; i < 4000; ++i) {
      const auto any = [&random] { return random() % 200; };
      time += random() % (kSecond / 50);
      const uint64_t when = time - std::min<uint64_t>(time - 1, random() % 1000);
      switch (random() % 4) {
        case 0:
          f.Exec(any(), any(), any(), when);
          break;
        case 1:
          f.Exec(any(), any(), any(), when, WIRE_process_seen);
          break;
        case 2:
          f.Fork(any(), any(), when, random() % 3 == 0 ? any() : 0);
          break;
        default:
          f.Exit(any(), when);
          break;
      }
      ASSERT_LE(f.table.counts().entries, 64U);
    }
  }
}

}  // namespace
}  // namespace vedette
