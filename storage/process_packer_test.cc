// SPDX-License-Identifier: Apache-2.0
//
// What is asked of processes, wherever they are, against a plain table of the same rows.
#include "storage/process_packer.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "storage/chain.h"
#include "storage/retention.h"
#include "storage/signing_key.h"
#include "storage/store_file.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

constexpr int64_t kBegin = 1'700'000'000'000'000'000, kSecond = 1'000'000'000;

class ProcessPackerTest : public ::testing::Test {
 protected:
  ProcessPackerTest() {
    EXPECT_TRUE(EnsureTables(db_.get()).ok());
    writer_ = ValueOrDie(SegmentWriter::Create(db_.get(), absl::Hours(24)));
    packer_ = ValueOrDie(ProcessPacker::Create(db_.get(), *writer_));
  }

  void Run(const std::string& sql) {
    const absl::Status status = Execute(db_.get(), sql);
    EXPECT_TRUE(status.ok()) << status << " " << sql;
  }
  int64_t Ask(const std::string& sql) { return ValueOrDie(QueryInteger(db_.get(), sql)); }
  std::string All(const std::string& sql) {
    const Statement statement = ValueOrDie(Prepare(db_.get(), sql));
    std::string rows;
    int rc;
    while ((rc = sqlite3_step(statement.get())) == SQLITE_ROW) {
      for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
        absl::StrAppend(&rows, sqlite3_column_type(statement.get(), i), ":",
                        ColumnBytes(statement.get(), i), "|");
      }
      rows.push_back('\n');
    }
    EXPECT_EQ(rc, SQLITE_DONE) << sqlite3_errmsg(db_.get());
    return rows;
  }

  // `count` processes, a second apart, of few programs; one in ten still runs.
  void Start(int count) {
    std::mt19937_64 random(1);
    std::vector<int64_t> ids;
    Run("BEGIN");
    for (int i = 0; i < count; ++i) {
      const auto id = static_cast<int64_t>(random());
      const auto any = [&] {
        return ids.empty() || random() % 4 == 0 ? std::string("NULL")
                                                : absl::StrCat(ids[random() % ids.size()]);
      };
      const std::string parent = any(), previous = any();
      const int64_t start = kBegin + i * kSecond;
      const bool runs = random() % 10 == 0;
      Run(absl::StrCat(
          "INSERT INTO process_rows (exec_id, parent_exec_id, previous_exec_id, run, pid, uid, "
          "name,"
          " exe_path, args, cwd, from_fork, start_ns, exec_ns, end_ns, exit_status, exe_sha256)"
          " VALUES (",
          absl::StrJoin(
              {absl::StrCat(id), parent, previous, std::string("1"), absl::StrCat(random() % 5000),
               absl::StrCat(random() % 3), absl::StrCat("'program", random() % 7, "'"),
               random() % 9 == 0 ? "NULL" : absl::StrCat("'/usr/bin/p", random() % 7, "'"),
               random() % 50 == 0 ? std::string("x'610062'")
                                  : absl::StrCat("'arg ", random() % 900, "'"),
               std::string("'/'"), absl::StrCat(random() % 2), absl::StrCat(start),
               random() % 2 == 0 ? "NULL" : absl::StrCat(start + 5),
               runs ? "NULL" : absl::StrCat(start + static_cast<int64_t>(random() % 90) * kSecond),
               runs ? std::string("NULL") : absl::StrCat(random() % 3),
               random() % 2 == 0 ? "NULL" : absl::StrCat("'", random() % 7, "'")},
              ", "),
          ")"));
      ids.push_back(id);
    }
    Run("UPDATE process_rows SET parent_name = (SELECT name FROM process_rows AS p"
        " WHERE p.exec_id = process_rows.parent_exec_id); CREATE TABLE model AS SELECT *, start,"
        " \"exec\", \"end\" FROM process_rows; CREATE INDEX m1 ON model (exec_id);"
        "CREATE INDEX m2 ON model (parent_exec_id); CREATE INDEX m3 ON model (previous_exec_id); "
        "COMMIT");
    ids_ = std::move(ids);
  }

  // Time goes on, and the packer works as long as there is work.
  void Pack(int64_t now_ns = kBegin + 1'000'000 * kSecond) {
    RecordBuilder exit(WIRE_process_exit);
    const RecordBytes record = exit.Build();
    packer_.Saw(*EventView::Parse(record), now_ns);
    while (ValueOrDie(packer_.Step())) {
    }
  }

  const Database db_ =
      ValueOrDie(OpenDatabase(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  std::unique_ptr<SegmentWriter> writer_;
  ProcessPacker packer_;
  std::vector<int64_t> ids_;
};

TEST_F(ProcessPackerTest, AnswersAreThoseOfAPlainTable) {
  Start(20'000);
  Pack();
  ASSERT_EQ(Ask("SELECT count(*) FROM segments"), 2);
  ASSERT_LT(Ask("SELECT count(*) FROM process_rows"), 4'000);
  const std::string id = absl::StrCat(ids_[77]), other = absl::StrCat(ids_[19'000]);
  for (const std::string& question : {
           std::string("SELECT count(*), sum(pid), min(start_ns), max(end_ns) FROM processes"),
           std::string("SELECT exec_id, parent_exec_id, previous_exec_id, run, pid, uid, name,"
                       " exe_path, args, cwd, from_fork, start_ns, exec_ns, end_ns, exit_status,"
                       " exe_sha256, parent_name, start, \"exec\", \"end\" FROM processes"
                       " ORDER BY exec_id"),
           absl::StrCat("SELECT pid FROM processes WHERE exec_id IN (", id, ", ", other,
                        ", 5)"
                        " ORDER BY 1"),
           absl::StrCat("SELECT exec_id FROM processes WHERE parent_exec_id = ", id,
                        " OR previous_exec_id = ", id, " ORDER BY 1"),
           std::string("SELECT exec_id FROM processes WHERE pid = 4711 ORDER BY 1"),
           std::string("SELECT count(*) FROM processes WHERE end_ns IS NULL"),
           std::string("SELECT count(*) FROM processes WHERE exe_path IS NULL AND uid = 2"),
           absl::StrCat("SELECT count(*) FROM processes WHERE end_ns > ", kBegin + 9000 * kSecond,
                        " AND start_ns < ", kBegin + 9500 * kSecond),
           std::string("SELECT count(*) FROM processes WHERE \"end\" < '2023-11-15'"),
           std::string("SELECT count(*) FROM processes WHERE args LIKE 'ARG 8%' AND name <> ''"),
           std::string("SELECT count(*) FROM processes WHERE typeof(args) = 'blob'"),
           std::string("SELECT a.name, p.name, min(p.start_ns) FROM processes p JOIN processes a"
                       " ON a.exec_id = p.parent_exec_id GROUP BY 1, 2 ORDER BY 1, 2"),
           absl::StrCat("WITH RECURSIVE l(exec_id) AS (SELECT ", id,
                        " UNION SELECT p.exec_id FROM processes p JOIN l ON p.parent_exec_id ="
                        " l.exec_id OR p.previous_exec_id = l.exec_id) SELECT count(*) FROM l"),
       }) {
    EXPECT_EQ(All(question), All(absl::StrReplaceAll(question, {{" processes", " model"}})))
        << question;
  }
  EXPECT_EQ(All("SELECT parent_name, name, sum(processes), min(first_ns), max(last_ns)"
                " FROM processes_groups GROUP BY 1, 2 ORDER BY 1, 2"),
            All("SELECT parent_name, name, count(*), min(start_ns), max(start_ns)"
                " FROM model GROUP BY 1, 2 ORDER BY 1, 2"));
  EXPECT_EQ(All(absl::StrCat("SELECT sum(processes) FROM processes_groups(",
                             kBegin + 5000 * kSecond, ", ", kBegin + 6000 * kSecond, ")")),
            "1:1000|\n");
}

// An alert's processes, and what may still be said something of.
TEST_F(ProcessPackerTest, WhatIsStillNeededStaysARow) {
  Start(10'000);
  Run(
      absl::StrCat("INSERT INTO alert_processes (alert, position, exec_id)"
                   " SELECT 1, row_number() OVER (), exec_id FROM process_rows WHERE end_ns < ",
                   kBegin + 60 * kSecond));
  const int64_t named = Ask("SELECT count(*) FROM alert_processes");
  ASSERT_GT(named, 0);
  Pack(kBegin + 10'100 * kSecond);
  EXPECT_EQ(Ask("SELECT sum(rows) FROM segments"), ProcessPacker::kRowsPerStep);
  EXPECT_EQ(Ask("SELECT count(*) FROM process_rows JOIN alert_processes USING (exec_id)"), named);
  EXPECT_EQ(Ask("SELECT count(*) FROM processes"), 10'000);
  Pack(kBegin + 10'200 * kSecond);  // Not enough for a segment.
  EXPECT_EQ(Ask("SELECT sum(rows) FROM segments"), ProcessPacker::kRowsPerStep);
}

TEST_F(ProcessPackerTest, RetentionKeepsThoseOfAlerts) {
  Start(10'000);
  Pack();
  Run(absl::StrCat("INSERT INTO alerts (id, time_ns, run, event_number, event_id) VALUES ('a', ",
                   kBegin, ", 1, 1, 1);",
                   "INSERT INTO alert_processes (alert, position, exec_id)"
                   " SELECT 1, row_number() OVER (), exec_id FROM processes WHERE pid < 50"
                   " AND end_ns IS NOT NULL"));
  const std::string named = All(
      "SELECT * FROM processes WHERE exec_id IN (SELECT exec_id FROM alert_processes) ORDER BY 1");
  const TemporaryDirectory directory;
  Chain chain = ValueOrDie(
      Chain::Create(db_.get(), ValueOrDie(SigningKey::ReadOrMake(directory.File("key")))));
  ArrivalRows arrivals = ValueOrDie(ArrivalRows::Create(db_.get(), 1));
  Retention retention = ValueOrDie(Retention::Create(
      db_.get(), *writer_, chain, arrivals, 1, {.bytes_max = 1 << 30, .age_max = absl::Hours(24)}));
  const absl::Time later = absl::FromUnixNanos(kBegin) + absl::Hours(24 * 9);
  while (ValueOrDie(retention.Step(later))) {
  }
  EXPECT_EQ(All("SELECT * FROM processes WHERE end_ns IS NOT NULL AND exec_id IN"
                " (SELECT exec_id FROM alert_processes) ORDER BY 1"),
            named);
  EXPECT_EQ(
      Ask(absl::StrCat("SELECT count(*) FROM processes WHERE end_ns < ", kBegin + 9'000 * kSecond,
                       " AND exec_id NOT IN (SELECT exec_id FROM alert_processes)")),
      0);
  EXPECT_EQ(Ask("SELECT count(*) FROM segments WHERE kept = 0"), 0);
}

TEST_F(ProcessPackerTest, OldRowsLearnWhoTheirParentWas) {
  Start(10'000);
  Run("UPDATE process_rows SET parent_name = NULL");
  Pack();
  EXPECT_GT(Ask("SELECT count(*) FROM processes WHERE parent_name IS NOT NULL"), 4'000);
  EXPECT_EQ(Ask("SELECT count(*) FROM processes p JOIN model m USING (exec_id)"
                " WHERE p.parent_name <> m.parent_name"),
            0);
}

TEST_F(ProcessPackerTest, EventsAreCountedByWhatTheirProcessRuns) {
  Start(10'000);
  Run("CREATE TABLE acts (exec_id INTEGER)");
  std::vector<RejectedEvent> rejected;
  std::vector<RecordBytes> records;
  for (int i = 0; i < 3'000; ++i) {
    records.push_back(OpenRecord(static_cast<uint64_t>(ids_[static_cast<size_t>(i * i) % 10'000]),
                                 absl::StrCat("/f", i)));
  }
  Run("BEGIN");
  for (size_t i = 0; i < records.size(); ++i) {
    const EventView event = *EventView::Parse(records[i]);
    writer_->Add(event, {.id = static_cast<int64_t>(i), .time_ns = kBegin});
    Run(absl::StrCat("INSERT INTO acts VALUES (", static_cast<int64_t>(event.header().exec_id),
                     ")"));
  }
  EXPECT_TRUE(writer_->Flush(rejected).ok());
  Run("COMMIT");
  writer_->Committed();
  Pack();
  EXPECT_EQ(All("SELECT exe_path, sum(events) FROM events_groups GROUP BY 1 ORDER BY 1"),
            All("SELECT exe_path, count(*) FROM acts LEFT JOIN model USING (exec_id)"
                " GROUP BY 1 ORDER BY 1"));
}

}  // namespace
}  // namespace vedette
