// SPDX-License-Identifier: Apache-2.0
//
// The virtual tables against plain ones: the same rows, the same questions, the same answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "storage/event_table.h"
#include "storage/segment_writer.h"
#include "storage/store_file.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

class EventTablesTest : public ::testing::Test {
 protected:
  EventTablesTest() {
    EXPECT_TRUE(EnsureTables(db_.get()).ok());
    writer_ = ValueOrDie(SegmentWriter::Create(db_.get(), absl::Hours(24)));
  }

  void Add(const RecordBytes& record, int64_t id, absl::Time time = TestTime()) {
    records_.push_back(record);
    writer_->Add(*EventView::Parse(records_.back()),
                 {.id = id, .time_ns = absl::ToUnixNanos(time)});
  }
  void Flush() {
    std::vector<RejectedEvent> rejected;
    EXPECT_TRUE(writer_->Flush(rejected).ok());
    EXPECT_TRUE(rejected.empty());
    writer_->Committed();
  }
  void Put(const RecordBytes& record, int64_t id) {
    Add(record, id);
    Flush();
  }

  // The only segment, for what the table and its layout say now.
  void SealAgain() {
    Layouts layouts;
    ASSERT_TRUE(layouts.Load(db_.get()).ok());
    const std::vector<SegmentInfo> infos = ValueOrDie(ReadSegmentInfos(db_.get(), layouts));
    ASSERT_EQ(infos.size(), 1u);
    const Statement read = ValueOrDie(Prepare(db_.get(), "SELECT head, filter FROM segments"));
    ASSERT_EQ(sqlite3_step(read.get()), SQLITE_ROW);
    std::string head(ColumnBytes(read.get(), 0));
    head.resize(head.size() - 4);
    const std::string sealed = SealedHead(head, ColumnBytes(read.get(), 1), infos[0]);
    sqlite3_reset(read.get());
    ASSERT_TRUE(Execute(db_.get(), absl::StrCat("UPDATE segments SET head = x'",
                                                absl::BytesToHexString(sealed), "'"))
                    .ok());
  }

  std::string Get(const std::string& sql) {
    const std::vector<std::string> rows = Rows(sql);
    EXPECT_FALSE(rows.empty()) << sql;
    return rows.empty() ? "" : rows[0];
  }
  // Rows as texts: columns joined by |.
  std::vector<std::string> Rows(const std::string& sql) {
    const auto statement = Prepare(db_.get(), sql);
    EXPECT_TRUE(statement.ok()) << statement.status() << " " << sql;
    std::vector<std::string> rows;
    if (!statement.ok()) return rows;
    int rc;
    while ((rc = sqlite3_step(statement->get())) == SQLITE_ROW) {
      std::vector<std::string> values;
      for (int i = 0; i < sqlite3_column_count(statement->get()); ++i) {
        const bool is_null = sqlite3_column_type(statement->get(), i) == SQLITE_NULL;
        values.push_back(is_null ? "NULL" : std::string(ColumnBytes(statement->get(), i)));
      }
      rows.push_back(absl::StrJoin(values, "|"));
    }
    EXPECT_EQ(rc, SQLITE_DONE) << sqlite3_errmsg(db_.get()) << " " << sql;
    return rows;
  }
  std::multiset<std::string> Bag(const std::string& sql) {
    const std::vector<std::string> rows = Rows(sql);
    return {rows.begin(), rows.end()};
  }

  const Database db_ =
      ValueOrDie(OpenDatabase(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  std::unique_ptr<SegmentWriter> writer_;
  std::deque<RecordBytes> records_;
};

TEST_F(EventTablesTest, EveryKindCanBeWrittenAndIsInTheTableOfAll) {
  int64_t id = 0;
  for (const KindInfo& kind : Kinds()) {
    Put(RecordBuilder(kind.kind).Set("pid", 42).Build(), ++id);
    EXPECT_EQ(Get(absl::StrCat("SELECT kind FROM events WHERE id = ", id)), kind.name);
    EXPECT_EQ(Get(absl::StrCat("SELECT time FROM ", kind.name)), "2023-11-14T22:13:20.000Z");
    EXPECT_EQ(Get(absl::StrCat("SELECT events FROM ", kind.name, "_groups")), "1");
  }
}

TEST_F(EventTablesTest, FileOpen) {
  RecordBuilder builder(WIRE_file_open);
  builder.Set("path", "/etc/shadow")
      .Set("name", "../etc/shadow")
      .Set("result", -13)
      .Set("ino", ~uint64_t{0});
  builder.Set("flags", 2).SetTruncated("name").Set("exec_id", 77);
  builder.header().flags = WIRE_FLAG_IO_URING;
  Put(builder.Build(), 1);
  EXPECT_EQ(Get("SELECT result FROM file_open"), "-13");
  EXPECT_EQ(Get("SELECT ino FROM file_open"), "-1") << "two's complement";
  EXPECT_EQ(Get("SELECT printf('%u', ino) FROM file_open"), "18446744073709551615");
  EXPECT_EQ(Get("SELECT flags FROM file_open"), "2");
  EXPECT_EQ(Get("SELECT record_flags FROM file_open"), "1");
  EXPECT_EQ(Get("SELECT truncated FROM file_open"), "name");
  EXPECT_EQ(Get("SELECT object || ' ' || result || ' ' || exec_id FROM events"),
            "/etc/shadow -13 77");
}

TEST_F(EventTablesTest, ObjectOfAFailedOpenIsTheNameThatWasGiven) {
  Put(RecordBuilder(WIRE_file_open).Set("name", "nothing").Build(), 1);
  EXPECT_EQ(Get("SELECT object FROM events"), "nothing");
  EXPECT_EQ(Get("SELECT path FROM file_open"), "NULL");
  EXPECT_EQ(Get("SELECT exec_id FROM file_open"), "NULL");
  EXPECT_EQ(Get("SELECT truncated FROM file_open"), "NULL");
}

TEST(TimeText, IsTruncatedAsTheTerminalDoes) {
  EXPECT_EQ(TimeText(1'700'000'000'108'999'999), "2023-11-14T22:13:20.108Z");
}

TEST_F(EventTablesTest, Addresses) {
  const auto connect = [](const char* address) {
    return RecordBuilder(WIRE_network_connect)
        .Set("remote_address", address)
        .Set("remote_port", 443)
        .Build();
  };
  Put(connect("10.1.2.3"), 1);
  Put(connect("2001:db8::1"), 2);
  RecordBuilder unix_socket(WIRE_network_connect);
  unix_socket.Set("family", 1).Set("unix_path", "@abstract");
  Put(unix_socket.Build(), 3);
  EXPECT_EQ(Get("SELECT remote_address FROM network_connect WHERE id = 1"), "10.1.2.3");
  EXPECT_EQ(Get("SELECT object FROM events WHERE id = 1"), "10.1.2.3:443");
  EXPECT_EQ(Get("SELECT object FROM events WHERE id = 2"), "[2001:db8::1]:443");
  EXPECT_EQ(Get("SELECT object FROM events WHERE id = 3"), "@abstract");
  EXPECT_EQ(Get("SELECT remote_address FROM network_connect WHERE id = 3"), "NULL");
  EXPECT_EQ(Get("SELECT remote_port FROM network_connect WHERE id = 3"), "NULL");
  EXPECT_EQ(Get("SELECT id FROM events WHERE object = '10.1.2.3:443'"), "1");
}

TEST_F(EventTablesTest, ArgumentsAreJoinedAndNoByteIsLost) {
  RecordBuilder builder(WIRE_process_exec);
  builder.SetArguments("args", {"ls", "-l", "\xff"}).SetArguments("env", {"A=1", "B=2"});
  Put(builder.Build(), 1);
  EXPECT_EQ(Get("SELECT args FROM process_exec"), "ls -l \xff");
  EXPECT_EQ(Get("SELECT typeof(args) FROM process_exec"), "text");
  EXPECT_EQ(Get("SELECT env FROM process_exec"), "A=1 B=2");
}

TEST_F(EventTablesTest, SameIdTwiceInABatchIsRefused) {
  Add(OpenRecord(7, "/x"), 2);
  Add(OpenRecord(7, "/y"), 1);
  Add(OpenRecord(7, "/z"), 2);
  std::vector<RejectedEvent> rejected;
  EXPECT_TRUE(writer_->Flush(rejected).ok());
  EXPECT_EQ(rejected.size(), 1u);
  EXPECT_EQ(Get("SELECT group_concat(path, ' ') FROM file_open"), "/y /x");
}

// Opens and connects in several segments, and the same in plain tables `plain_*`.
class SameAnswersTest : public EventTablesTest {
 protected:
  SameAnswersTest() {
    std::mt19937 random(7);
    for (int64_t id = 1; id <= 3000; ++id) {
      const absl::Time time = TestTime() + absl::Milliseconds(100 * id + random() % 3000);
      RecordBuilder record(random() % 5 == 0 ? WIRE_network_connect : WIRE_file_open);
      record.Set("exec_id", random() % 9 * 0x2000000000000001)
          .Set("pid", random() % 30)
          .Set("uid", random() % 3 * 500)
          .Set("comm", random() % 2 == 0 ? "cat" : "Bash");
      if (record.Build().size() > 0 && EventView::Parse(record.Build())->kind() == WIRE_file_open) {
        if (random() % 4 != 0) record.Set("path", Path(random));
        record.Set("name", Path(random)).Set("result", static_cast<int>(random() % 5) - 2);
      } else {
        record.Set("remote_address", absl::StrCat("10.0.0.", random() % 20))
            .Set("remote_port", random() % 3 == 0 ? 443 : 50000 + random() % 99);
      }
      Add(record.Build(), id, time);
      if (id % 400 == 0) Flush();
    }
    Flush();
    for (const char* table : {"events", "file_open", "network_connect"}) {
      std::vector<std::string> columns;
      for (const EventTable::Column& column : FindEventTable(table)->columns) {
        columns.push_back(
            absl::StrCat("\"", column.name, "\" ", column.is_text ? "TEXT" : "INTEGER"));
      }
      EXPECT_TRUE(
          Execute(db_.get(),
                  absl::StrCat("CREATE TABLE plain_", table, " (", absl::StrJoin(columns, ", "),
                               "); INSERT INTO plain_", table, " SELECT * FROM ", table))
              .ok());
    }
  }
  static std::string Path(std::mt19937& random) {
    constexpr const char* kFolders[] = {"/etc/", "/usr/lib/", "/Home/x/", "rel"};
    return absl::StrCat(kFolders[random() % 4], random() % 12);
  }
  // `sql` has TABLE where the table is named.
  void Expect(const std::string& table, const std::string& sql, bool in_order = false) {
    const auto with = [&](const std::string& name) {
      std::string text = sql;
      for (size_t at; (at = text.find("TABLE")) != std::string::npos;) text.replace(at, 5, name);
      return text;
    };
    if (in_order) {
      EXPECT_EQ(Rows(with(table)), Rows(with("plain_" + table))) << sql;
    } else {
      EXPECT_EQ(Bag(with(table)), Bag(with("plain_" + table))) << sql;
    }
  }
};

TEST_F(SameAnswersTest, ToConditions) {
  EXPECT_EQ(Get("SELECT count(*) FROM events"), "3000");
  for (const char* where :
       {"id = 7",
        "id > 2990",
        "id BETWEEN 100 AND 130",
        "id IN (5, 6, 99999, NULL)",
        "time_ns < 1700000010000000000",
        "time >= '2023-11-14T22:13:40'",
        "time = '2023-11-14T22:13:41.000Z'",
        "pid = 3",
        "pid = '3'",
        "pid = 3.0",
        "pid = 'x'",
        "pid > 27.5",
        "pid IN (1, 2.0, '4')",
        "pid = NULL",
        "exec_id IS NULL",
        "exec_id IS NOT NULL AND uid = 500",
        "exec_id = 2305843009213693953",
        "exec_id IN (SELECT DISTINCT exec_id FROM plain_events WHERE uid = 1000)",
        "pid = 1 OR uid = 500 AND pid < 4",
        "NOT pid = 1"}) {
    for (const char* table : {"events", "file_open", "network_connect"}) {
      Expect(table, absl::StrCat("SELECT * FROM TABLE WHERE ", where));
    }
  }
  for (const char* where :
       {"kind = 'file_open'", "kind LIKE 'NET%'", "kind IN ('file_open', 'nothing')",
        "kind <> 'file_open'", "name = 'cat'", "name = 'CAT' COLLATE NOCASE", "name LIKE 'bA%'",
        "name GLOB 'B*'", "name > 'a'", "name = 5", "object = '/etc/3'", "object LIKE '/ETC/%'",
        "object GLOB '/etc/1*'", "object LIKE '10.0.0.7:%'", "object IS NULL", "result = -1",
        "result IS NULL", "result >= 0 AND object GLOB '*7'", "object = '10.0.0.3:443'"}) {
    Expect("events", absl::StrCat("SELECT * FROM TABLE WHERE ", where));
  }
  for (const char* where :
       {"path LIKE '/etc/%'", "path LIKE '/home/%'", "path GLOB '/Home/*'", "path GLOB '/home/*'",
        "path IS NULL AND name LIKE 'rel%'", "path = name", "path IN ('/etc/1', '/usr/lib/2')",
        "path BETWEEN '/etc/' AND '/etc0'", "path LIKE '%1' ESCAPE '!'", "path = x'2f'",
        "path LIKE '/none/%'", "path || '' = '/etc/1'", "result < 0"}) {
    Expect("file_open", absl::StrCat("SELECT * FROM TABLE WHERE ", where));
  }
  for (const char* where : {"remote_port = 443", "remote_address = '10.0.0.7'",
                            "remote_address IN ('10.0.0.1', '10.0.0.2') AND remote_port > 50000"}) {
    Expect("network_connect", absl::StrCat("SELECT * FROM TABLE WHERE ", where));
  }
}

TEST_F(SameAnswersTest, InOrder) {
  for (const char* order : {"id", "id DESC", "time_ns, id", "time_ns DESC, id", "pid, id"}) {
    Expect("events", absl::StrCat("SELECT * FROM TABLE ORDER BY ", order), true);
    Expect(
        "events",
        absl::StrCat("SELECT id FROM TABLE WHERE pid = 5 ORDER BY ", order, " LIMIT 10 OFFSET 3"),
        true);
  }
  Expect("file_open", "SELECT time_ns FROM TABLE ORDER BY time_ns DESC LIMIT 500", true);
  Expect("file_open", "SELECT time_ns FROM TABLE ORDER BY time_ns", true);
  Expect("file_open", "SELECT id, time_ns FROM TABLE ORDER BY time_ns, id LIMIT 500", true);
}

TEST_F(SameAnswersTest, JoinsAndAggregates) {
  Expect("events", "SELECT kind, name, count(*), min(time_ns) FROM TABLE GROUP BY kind, name");
  Expect("events", "SELECT DISTINCT object FROM TABLE");
  Expect("events",
         "SELECT a.id, b.id FROM TABLE a JOIN TABLE b ON b.id = a.id + 1 AND b.pid = a.pid");
  Expect("file_open", "SELECT count(*), count(path), sum(result), max(path) FROM TABLE");
}

TEST_F(SameAnswersTest, GroupsCountWhatEventsWould) {
  const auto same = [this](const std::string& columns, const std::string& where) {
    EXPECT_EQ(Bag(absl::StrCat("SELECT ", columns, ", sum(events), min(first_ns), max(last_ns)",
                               " FROM events_groups WHERE ", where, " GROUP BY ", columns)),
              Bag(absl::StrCat("SELECT ", columns, ", count(*), min(time_ns), max(time_ns)",
                               " FROM plain_events WHERE ", where, " GROUP BY ", columns)))
        << columns << " " << where;
  };
  same("kind", "1");
  same("name", "1");
  same("kind, name, uid", "pid < 5");
  same("exec_id, result", "1");
  same("object", "kind = 'network_connect'");
  same("object", "object LIKE '/etc/%'");
  EXPECT_EQ(Get("SELECT sum(events) FROM events_groups"), "3000");
  EXPECT_EQ(Rows("SELECT kind FROM events_groups WHERE kind = 'file_open'").size(), 8u)
      << "a row for each segment";
  // A time is a question: (since, until).
  EXPECT_EQ(Bag("SELECT name, sum(events) FROM events_groups(1700000020000000000,"
                " 1700000090000000000) GROUP BY name"),
            Bag("SELECT name, count(*) FROM plain_events WHERE time_ns >= 1700000020000000000"
                " AND time_ns < 1700000090000000000 GROUP BY name"));
  EXPECT_EQ(Get("SELECT sum(events) FROM file_open_groups WHERE since_ns = 1700000090000000000"),
            Get("SELECT count(*) FROM plain_file_open WHERE time_ns >= 1700000090000000000"));
}

TEST_F(SameAnswersTest, MergingChangesNoAnswer) {
  EXPECT_EQ(Get("SELECT count(*) FROM segments"), "16");
  EXPECT_TRUE(writer_->MergeAll().ok());
  EXPECT_EQ(Get("SELECT count(*) FROM segments"), "2");
  Expect("events", "SELECT * FROM TABLE");
  Expect("file_open", "SELECT * FROM TABLE ORDER BY id", true);
  EXPECT_EQ(Get("SELECT sum(events) FROM events_groups"), "3000");
}

TEST_F(EventTablesTest, SegmentsOfAnOlderSchemaAreReadAsFarAsTheyGo) {
  Put(OpenRecord(7, "/x"), 1);
  // As if `path` were newer than the segment, and `comm` had had another type.
  EXPECT_TRUE(Execute(db_.get(),
                      "UPDATE layouts SET columns = replace(replace(columns, ' path', ' gone'),"
                      " ' comm', ' gone2')")
                  .ok());
  SealAgain();
  EXPECT_EQ(Get("SELECT path FROM file_open"), "NULL");
  EXPECT_EQ(Get("SELECT pid FROM file_open WHERE path IS NULL AND comm IS NULL"), "42");
  EXPECT_EQ(Get("SELECT sum(events) FROM file_open_groups WHERE path IS NULL"), "1");
  // What is written from now on has a layout of its own.
  writer_ = ValueOrDie(SegmentWriter::Create(db_.get(), absl::Hours(24)));
  Put(OpenRecord(7, "/y"), 2);
  EXPECT_EQ(Get("SELECT count(*) FROM layouts"), "2");
  EXPECT_EQ(Get("SELECT path FROM file_open WHERE id = 2"), "/y");
  EXPECT_TRUE(writer_->MergeAll().ok());
  EXPECT_EQ(Get("SELECT group_concat(coalesce(path, '-'), ' ') FROM file_open"), "- /y");
}

TEST_F(EventTablesTest, DamagedSegmentsAreSaid) {
  Put(OpenRecord(7, "/x"), 1);
  EXPECT_TRUE(Execute(db_.get(), "UPDATE segments SET head = x'01ff'").ok());
  const Statement read = ValueOrDie(Prepare(db_.get(), "SELECT path FROM file_open"));
  const int rc = sqlite3_step(read.get());
  EXPECT_EQ(rc & 0xff, SQLITE_CORRUPT);
  EXPECT_TRUE(absl::IsDataLoss(SqliteError(db_.get(), rc, "read")));
}

TEST_F(EventTablesTest, TablesThatThisVersionDoesNotKnowAreRefused) {
  EXPECT_FALSE(Execute(db_.get(), "CREATE VIRTUAL TABLE t USING vedette_events").ok());
}

}  // namespace
}  // namespace vedette
