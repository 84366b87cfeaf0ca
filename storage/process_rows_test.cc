// SPDX-License-Identifier: Apache-2.0
#include "storage/process_rows.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "absl/strings/str_cat.h"
#include "storage/process_tree.h"
#include "storage/store_file.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

class ProcessRowsTest : public ::testing::Test {
 protected:
  ProcessRowsTest() { EXPECT_TRUE(EnsureTables(db_.get()).ok()); }

  // Boot was at TestTime(); `builder`'s header says when it happened.
  void Apply(const RecordBuilder& builder, int64_t run = 1) {
    ProcessRows rows = ValueOrDie(ProcessRows::Create(db_.get(), run));
    const RecordBytes record = builder.Build();
    const EventView event = *EventView::Parse(record);
    const int64_t time_ns =
        absl::ToUnixNanos(TestTime()) + static_cast<int64_t>(event.header().time_ns);
    EXPECT_EQ(rows.Apply(event, time_ns), absl::OkStatus());
    EXPECT_EQ(rows.Flush([](uint64_t) { return absl::OkStatus(); }), absl::OkStatus());
  }
  StoredProcess Get(uint64_t exec_id) {
    return ValueOrDie(ReadProcessTree(db_.get(), exec_id, {})).root.process;
  }

  const Database db_ =
      ValueOrDie(OpenDatabase(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
};

RecordBuilder Exec(uint64_t exec_id, uint64_t previous, uint64_t parent, uint64_t seconds) {
  RecordBuilder builder(WIRE_process_exec);
  builder.Set("exec_id", exec_id).Set("previous_exec_id", previous).Set("parent_exec_id", parent);
  builder.Set("time_ns", seconds * kSecond)
      .Set("start_ns", kSecond)
      .Set("pid", 42)
      .Set("parent_pid", 40);
  builder.Set("uid", 1000).Set("comm", "ls").Set("exe_path", "/usr/bin/ls").Set("cwd", "/home");
  builder.SetArguments("args", {"ls", "-l"}).Set("cgroup", "/user.slice");
  return builder;
}

RecordBuilder Fork(uint64_t creator, uint64_t child, uint64_t parent) {
  RecordBuilder builder(WIRE_process_fork);
  builder.Set("exec_id", creator)
      .Set("pid", 40)
      .Set("comm", "bash")
      .Set("uid", 1000)
      .Set("time_ns", kSecond);
  builder.Set("child_exec_id", child).Set("child_pid", 42).Set("child_parent_exec_id", parent);
  builder.Set("child_start_ns", kSecond);
  return builder;
}

TEST_F(ProcessRowsTest, LifeOfAProcess) {
  RecordBuilder shell(WIRE_process_seen);
  shell.Set("exec_id", 5).Set("pid", 40).Set("comm", "bash").Set("exe_path", "/usr/bin/bash");
  Apply(shell.SetArguments("args", {"-bash"}).Set("cwd", "/root").Set("cgroup", "/c"));
  EXPECT_FALSE(Get(5).exec.has_value()) << "nobody saw its exec";

  Apply(Fork(5, 6, 5));
  const StoredProcess forked = Get(6);
  EXPECT_TRUE(forked.from_fork);
  EXPECT_EQ(forked.parent_exec_id, 5u);
  EXPECT_EQ(forked.ppid, 40);
  EXPECT_EQ(forked.exe_path, "/usr/bin/bash") << "the creator's";
  EXPECT_EQ(forked.args, "-bash");
  EXPECT_EQ(forked.start, TestTime(1));

  Apply(Exec(7, 6, 5, 2));
  EXPECT_EQ(Get(6).next_exec_id, 7u);
  EXPECT_EQ(Get(6).end, TestTime(2));
  EXPECT_FALSE(Get(6).exit_status.has_value()) << "it went on";
  const StoredProcess program = Get(7);
  EXPECT_EQ(program.args, "ls -l");
  EXPECT_EQ(program.cwd, "/home");
  EXPECT_EQ(program.start, TestTime(1));
  EXPECT_EQ(program.exec, TestTime(2));
  EXPECT_FALSE(program.end.has_value());

  RecordBuilder exit(WIRE_process_exit);
  Apply(exit.Set("exec_id", 7).Set("status", 3).Set("signal", 0).Set("time_ns", 5 * kSecond));
  EXPECT_EQ(Get(7).exit_status, 3);
  EXPECT_EQ(Get(7).end, TestTime(5));
  EXPECT_EQ(Get(7).exe_path, "/usr/bin/ls");
}

TEST_F(ProcessRowsTest, ForkForTheCreatorsParent) {
  RecordBuilder creator(WIRE_process_seen);
  Apply(creator.Set("exec_id", 5).Set("pid", 40).Set("parent_pid", 1));
  Apply(Fork(5, 6, 3));
  EXPECT_EQ(Get(6).parent_exec_id, 3u);
  EXPECT_EQ(Get(6).ppid, 1);
}

TEST_F(ProcessRowsTest, ForkOfAnUnknownCreatorAndExitOfAnUnknownProcess) {
  Apply(Fork(5, 6, 5));
  EXPECT_EQ(Get(6).name, "bash");
  EXPECT_EQ(Get(6).exe_path, "");
  RecordBuilder exit(WIRE_process_exit);
  Apply(exit.Set("exec_id", 9).Set("pid", 9).Set("signal", 9).Set("time_ns", kSecond));
  EXPECT_EQ(Get(9).pid, 9);
  EXPECT_EQ(Get(9).exit_signal, 9);
}

TEST_F(ProcessRowsTest, OrderDoesNotMatterAndRepeatsDoNoHarm) {
  RecordBuilder exit(WIRE_process_exit);
  exit.Set("exec_id", 7).Set("status", 3).Set("time_ns", 5 * kSecond);
  Apply(exit);
  Apply(Exec(7, 6, 5, 2));
  Apply(Fork(5, 7, 5));  // The row is there already: says nothing new.
  EXPECT_EQ(Get(7).exe_path, "/usr/bin/ls");
  EXPECT_EQ(Get(7).exit_status, 3);
  EXPECT_EQ(Get(7).end, TestTime(5));
}

TEST_F(ProcessRowsTest, LaterRunKeepsTheTimeOfTheExec) {
  Apply(Exec(7, 6, 5, 2));
  RecordBuilder seen(WIRE_process_seen);
  seen.Set("exec_id", 7).Set("pid", 42).Set("exe_path", "/usr/bin/ls").Set("start_ns", kSecond);
  Apply(seen.Set("time_ns", 9 * kSecond), /*run=*/2);
  EXPECT_EQ(Get(7).exec, TestTime(2));
  EXPECT_EQ(Get(7).args, "ls -l");
  EXPECT_EQ(ValueOrDie(QueryInteger(db_.get(), "SELECT run FROM processes")), 2);
}

TEST_F(ProcessRowsTest, AForkHasTheDigestOfItsCreator) {
  Apply(Exec(1, 0, 0, 1));
  EXPECT_TRUE(
      Execute(db_.get(), "UPDATE process_rows SET exe_sha256 = 'abc', exe_sha256_state = 'ok'")
          .ok());
  Apply(Fork(1, 2, 1));
  EXPECT_EQ(ValueOrDie(QueryInteger(db_.get(),
                                    "SELECT count(*) FROM processes WHERE exe_sha256 = 'abc' AND "
                                    "exe_sha256_state = 'ok' AND exec_id = 2")),
            1);
}

// Any process event about a few processes, so that all ways are met in which they can come.
RecordBuilder RandomEvent(std::mt19937& random, uint64_t seconds) {
  const auto id = [&] { return 1 + random() % 6; };
  const auto maybe = [&] { return random() % 7; };
  switch (random() % 4) {
    case 0:
      return Exec(id(), maybe(), maybe(), seconds);
    case 1:
      return Fork(id(), id(), maybe()).Set("time_ns", seconds * kSecond);
    case 2:
      return RecordBuilder(WIRE_process_exit)
          .Set("exec_id", id())
          .Set("status", random() % 3)
          .Set("signal", random() % 2 * 9)
          .Set("time_ns", seconds * kSecond);
    default:
      return RecordBuilder(WIRE_process_seen)
          .Set("exec_id", id())
          .Set("parent_exec_id", maybe())
          .Set("exe_path", "/usr/bin/seen")
          .Set("time_ns", seconds * kSecond);
  }
}

std::string AllRows(sqlite3* db) {
  const Statement rows = ValueOrDie(Prepare(db, "SELECT * FROM process_rows ORDER BY exec_id"));
  std::string all;
  while (sqlite3_step(rows.get()) == SQLITE_ROW) {
    for (int column = 0; column < sqlite3_column_count(rows.get()); ++column) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(rows.get(), column));
      absl::StrAppend(&all, text == nullptr ? "-" : text, "|");
    }
    absl::StrAppend(&all, "\n");
  }
  return all;
}

TEST_F(ProcessRowsTest, RowsThatWaitedAreThoseThatDidNot) {
  for (uint32_t seed = 0; seed < 500; ++seed) {
    const Database once =
        ValueOrDie(OpenDatabase(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    ASSERT_TRUE(EnsureTables(once.get()).ok());
    ASSERT_TRUE(Execute(db_.get(), "DELETE FROM process_rows").ok());
    ProcessRows rows = ValueOrDie(ProcessRows::Create(once.get(), 1));
    std::mt19937 random(seed);
    std::deque<RecordBytes> records;  // Rows that wait point to them.
    for (uint64_t i = 0; i < 40; ++i) {
      const RecordBuilder builder = RandomEvent(random, i);
      Apply(builder);
      const EventView event = *EventView::Parse(records.emplace_back(builder.Build()));
      const int64_t time_ns =
          absl::ToUnixNanos(TestTime()) + static_cast<int64_t>(event.header().time_ns);
      ASSERT_EQ(rows.Apply(event, time_ns), absl::OkStatus());
    }
    ASSERT_EQ(rows.Flush([](uint64_t) { return absl::OkStatus(); }), absl::OkStatus());
    ASSERT_EQ(AllRows(once.get()), AllRows(db_.get())) << "seed " << seed;
  }
}

TEST_F(ProcessRowsTest, ABatchThatFailedLeavesNothingBehind) {
  ProcessRows rows = ValueOrDie(ProcessRows::Create(db_.get(), 1));
  const RecordBytes record = Exec(7, 6, 5, 2).Build();
  ASSERT_TRUE(rows.Apply(*EventView::Parse(record), 1).ok());
  rows.Forget();
  ASSERT_TRUE(rows.Flush([](uint64_t) { return absl::InternalError("a row"); }).ok());
  EXPECT_EQ(AllRows(db_.get()), "");
}

TEST_F(ProcessRowsTest, ARowBeginsWithAForkAnExecOrWhenItIsSeen) {
  const auto begun = [](const RecordBuilder& builder) {
    const RecordBytes record = builder.Build();
    return ProcessRows::BegunBy(*EventView::Parse(record));
  };
  EXPECT_EQ(begun(Exec(5, 0, 0, 1)), 5U);
  EXPECT_EQ(begun(Fork(1, 2, 1)), 2U);
  EXPECT_EQ(begun(RecordBuilder(WIRE_process_seen).Set("exec_id", 6)), 6U);
  EXPECT_EQ(begun(RecordBuilder(WIRE_process_exit).Set("exec_id", 6)), 0U);
}

}  // namespace
}  // namespace vedette
