// SPDX-License-Identifier: Apache-2.0
#include "storage/queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class QueriesTest : public ::testing::Test {
 protected:
  std::unique_ptr<EventStore> Writer() {
    StoreOptions options;
    options.path = path_;
    options.clock = &clock_;
    options.users = {{1000, "alice"}};
    return ValueOrDie(EventStore::Open(options));
  }
  StoreReader Reader() { return ValueOrDie(StoreReader::Open(path_)); }

  // Rows as text: columns by |, rows by newline.
  static absl::StatusOr<std::string> Run(StoreReader& reader, absl::string_view sql,
                                         QueryLimits limits = {}) {
    std::vector<std::string> lines;
    const auto end = reader.Query(
        sql, limits,
        [&](absl::Span<const std::string> names) { lines.push_back(absl::StrJoin(names, "|")); },
        [&](absl::Span<const SqlValue> values) {
          lines.push_back(absl::StrJoin(values, "|", [](std::string* to, const SqlValue& value) {
            switch (value.type) {
              case SqlValue::Type::kNull:
                absl::StrAppend(to, "NULL");
                break;
              case SqlValue::Type::kInteger:
                absl::StrAppend(to, value.integer);
                break;
              case SqlValue::Type::kReal:
                absl::StrAppend(to, value.real);
                break;
              case SqlValue::Type::kText:
                absl::StrAppend(to, value.bytes);
                break;
              case SqlValue::Type::kBlob:
                absl::StrAppend(to, "x", absl::BytesToHexString(value.bytes));
            }
          }));
          return true;
        });
    if (!end.ok()) return end.status();
    return absl::StrJoin(lines, "\n");
  }

  TemporaryDirectory directory_;
  TestClock clock_;
  const std::string path_ = directory_.File("events.db");
};

TEST_F(QueriesTest, NamesColumnsAndTypesValues) {
  Writer().reset();
  StoreReader reader = Reader();
  EXPECT_EQ(ValueOrDie(Run(reader, "SELECT 1 AS a, 2.5 b, 'x' c, x'00ff' d, NULL e;  -- end\n;")),
            "a|b|c|d|e\n1|2.5|x|x00ff|NULL");
  EXPECT_EQ(ValueOrDie(Run(reader, "SELECT path FROM file_open")), "path") << "no rows";
}

TEST_F(QueriesTest, HostileStatementsAreRefused) {
  Writer().reset();
  StoreReader reader = Reader();
  const char* const kHostile[] = {
      "ATTACH 'other.db' AS other",
      "DETACH main",
      "DELETE FROM alerts",
      "INSERT INTO gaps (run, start_ns, end_ns, count) VALUES (1, 2, 3, 4)",
      "UPDATE alerts SET rule = 'x'",
      "DROP TABLE alerts",
      "CREATE TABLE t (a)",
      "CREATE TEMP TABLE t (a)",
      "CREATE TEMP VIEW v AS SELECT 1",
      "CREATE VIRTUAL TABLE t USING fts5(a)",
      "WITH t AS (SELECT 1) DELETE FROM alerts",
      "PRAGMA journal_mode = DELETE",
      "PRAGMA writable_schema = ON",
      "PRAGMA user_version = 7",
      "PRAGMA trusted_schema = ON",
      "PRAGMA temp_store_directory = '/'",
      "PRAGMA wal_checkpoint(TRUNCATE)",
      "SELECT load_extension('/tmp/evil.so')",
      "SELECT hex(fts3_tokenizer('simple'))",
      "SELECT LOAD_EXTENSION('/tmp/evil.so', 'init')",
      "BEGIN IMMEDIATE",
      "VACUUM INTO '/tmp/copy.db'",
      "REINDEX",
      "ANALYZE",
      "SAVEPOINT a",
  };
  for (const char* sql : kHostile) {
    const auto result = Run(reader, sql);
    EXPECT_EQ(result.status().code(), absl::StatusCode::kPermissionDenied)
        << sql << ": " << result.status();
  }
  EXPECT_EQ(ValueOrDie(Run(reader, "SELECT count(*) AS n FROM runs")), "n\n1");
}

TEST_F(QueriesTest, MistakesAreExplained) {
  Writer().reset();
  StoreReader reader = Reader();
  EXPECT_THAT(std::string(Run(reader, "SELEC 1").status().message()), HasSubstr("syntax error"));
  EXPECT_THAT(std::string(Run(reader, "SELECT nme FROM processes").status().message()),
              HasSubstr("no such column: nme"));
  EXPECT_EQ(Run(reader, "SELECT 1; SELECT 2").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Run(reader, "SELECT 1; DROP TABLE alerts").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Run(reader, " -- nothing").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(StoreReader::Open(directory_.File("none")).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(QueriesTest, TablesCanBeDescribed) {
  Writer().reset();
  StoreReader reader = Reader();
  EXPECT_THAT(ValueOrDie(Run(reader, "PRAGMA table_info(processes)")), HasSubstr("exec_id"));
  EXPECT_THAT(ValueOrDie(Run(reader, "SELECT name FROM sqlite_schema")), HasSubstr("file_open"));
}

TEST_F(QueriesTest, EndlessQueriesEnd) {
  Writer().reset();
  StoreReader reader = Reader();
  constexpr absl::string_view kEndless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
  EXPECT_EQ(Run(reader, kEndless, {.time_max = absl::Milliseconds(30)}).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  std::atomic<bool> cancelled = false;
  std::thread canceller([&] {
    absl::SleepFor(absl::Milliseconds(20));
    cancelled = true;
  });
  EXPECT_EQ(Run(reader, kEndless, {.cancelled = &cancelled}).status().code(),
            absl::StatusCode::kCancelled);
  canceller.join();
  EXPECT_EQ(Run(reader, "SELECT zeroblob(1000000000)").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ValueOrDie(Run(reader, "SELECT 1 AS a")), "a\n1") << "and the reader goes on";
}

TEST_F(QueriesTest, RowsAreLimited) {
  Writer().reset();
  StoreReader reader = Reader();
  const auto end = reader.Query(
      "VALUES (1), (2), (3)", {.rows_max = 2}, [](auto) {}, [](auto) { return true; });
  EXPECT_EQ(ValueOrDie(end).rows, 2u);
  EXPECT_TRUE(end->more);
}

TEST_F(QueriesTest, AlertsComeBackAsTheyWere) {
  auto writer = Writer();
  Alert alert = TestAlert("00ff00ff00ff00ff", 9);
  alert.message = std::string("evil\0\x1b[2J\xff\xfe caf\xc3\xa9", 18);
  alert.fields.push_back({"fd.name", "a\nb\xff", AlertField::Json::kText});
  alert.exec_id = alert.processes[0].exec_id = 0xfedcba9876543210;
  writer->OfferAlert(alert);
  ASSERT_TRUE(writer->Close().ok());
  StoreReader reader = Reader();
  const StoredAlert stored = ValueOrDie(reader.GetAlert("00ff00ff00ff00ff"));
  EXPECT_EQ(stored.alert.message, alert.message);
  EXPECT_EQ(stored.alert.time, alert.time);
  EXPECT_EQ(stored.alert.priority, alert.priority);
  EXPECT_EQ(stored.alert.tags, alert.tags);
  EXPECT_EQ(stored.alert.action, alert.action);
  EXPECT_EQ(stored.alert.mode, alert.mode);
  EXPECT_EQ(stored.alert.references, alert.references);
  EXPECT_EQ(stored.alert.attack, alert.attack);
  EXPECT_EQ(stored.alert.reason, alert.reason);
  EXPECT_EQ(stored.alert.repeats, alert.repeats);
  EXPECT_EQ(stored.alert.repeats_of, alert.repeats_of);
  ASSERT_EQ(stored.alert.evidence.size(), alert.evidence.size());
  for (size_t i = 0; i < alert.evidence.size(); ++i) {
    const AlertEvidence& was = alert.evidence[i];
    const AlertEvidence& is = stored.alert.evidence[i];
    EXPECT_EQ(is.step, was.step);
    EXPECT_EQ(is.time, was.time);
    EXPECT_EQ(is.event_kind, was.event_kind);
    EXPECT_EQ(is.event_type, was.event_type);
    EXPECT_EQ(is.event_number, was.event_number);
    EXPECT_EQ(is.process.exec_id, was.process.exec_id);
    EXPECT_EQ(is.process.name, was.process.name);
    EXPECT_EQ(is.process.command_line, was.process.command_line);
    EXPECT_EQ(is.object, was.object);
  }
  EXPECT_EQ(stored.alert.exec_id, alert.exec_id);
  EXPECT_EQ(stored.alert.event_number, 9u);
  EXPECT_EQ(stored.event_id, 10'000'000'000'009);
  ASSERT_EQ(stored.alert.fields.size(), alert.fields.size());
  EXPECT_EQ(stored.alert.fields.back().text, "a\nb\xff");
  EXPECT_EQ(stored.alert.fields[2].json, AlertField::Json::kNull);
  ASSERT_EQ(stored.alert.processes.size(), 2u);
  EXPECT_EQ(stored.alert.processes[0].exec_id, 0xfedcba9876543210);
  EXPECT_EQ(stored.alert.processes[1].command_line, "bash");
}

TEST_F(QueriesTest, AlertsAreFoundByTheBeginningOfTheirIds) {
  auto writer = Writer();
  for (const char* id : {"aa00", "aa11", "bb00", "bb00"}) writer->OfferAlert(TestAlert(id, 1));
  ASSERT_TRUE(writer->Close().ok());
  StoreReader reader = Reader();
  EXPECT_EQ(reader.GetAlert("aa").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ValueOrDie(reader.GetAlert("aa1")).alert.id, "aa11");
  EXPECT_EQ(ValueOrDie(reader.GetAlert("b")).row, 4) << "the newest of those with this id";
  EXPECT_EQ(reader.GetAlert("c").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(reader.GetAlert("").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(QueriesTest, AlertsAreFilteredAndFollowed) {
  auto writer = Writer();
  StoreReader reader = Reader();
  for (int i = 0; i < 4; ++i) {
    Alert alert = TestAlert(absl::StrCat("a", i), 1);
    alert.time = TestTime(i);
    alert.priority = i % 2 == 0 ? Priority::kCritical : Priority::kNotice;
    alert.rule = i == 3 ? "Other" : "One";
    writer->OfferAlert(alert);
  }
  ASSERT_TRUE(writer->Close().ok());
  const auto ids = [&](const AlertFilter& filter) {
    std::vector<std::string> all;
    for (const StoredAlert& alert : ValueOrDie(reader.ListAlerts(filter)))
      all.push_back(alert.alert.id);
    return all;
  };
  EXPECT_THAT(ids({.since = TestTime(1), .until = TestTime(2)}), ElementsAre("a1", "a2"));
  EXPECT_THAT(ids({.rule = "other"}), ElementsAre("a3"));
  EXPECT_THAT(ids({.priority_min = Priority::kWarning}), ElementsAre("a0", "a2"));
  EXPECT_THAT(ids({.limit = 2}), ElementsAre("a0", "a1"));
  EXPECT_THAT(ids({.newest_first = true, .limit = 2}), ElementsAre("a2", "a3"));
  EXPECT_THAT(ids({.after_row = 3}), ElementsAre("a3"));
  EXPECT_EQ(ValueOrDie(reader.LastAlertRow()), 4);
}

TEST_F(QueriesTest, GapsThatOverlap) {
  auto writer = Writer();
  writer->OfferGap({TestTime(10), TestTime(20), "file_open", "ring_full", 7});
  writer->OfferGap({TestTime(0), TestTime(5), "", "state_full", 1});
  ASSERT_TRUE(writer->Close().ok());
  StoreReader reader = Reader();
  EXPECT_EQ(ValueOrDie(reader.Gaps(TestTime(6), TestTime(9))).size(), 0u);
  const std::vector<Gap> gaps = ValueOrDie(reader.Gaps(TestTime(5), TestTime(10)));
  ASSERT_EQ(gaps.size(), 2u);
  EXPECT_EQ(gaps[0].stage, "state_full");
  EXPECT_EQ(gaps[1].count, 7u);
}

TEST_F(QueriesTest, ReadsWhileTheDaemonWrites) {
  auto writer = Writer();
  StoreReader reader = Reader();
  uint64_t number = 0;
  std::string seen;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 100; ++i) writer->OfferEvent(OpenRecord(7, "/x"), ++number, TestTime());
    writer->OfferAlert(TestAlert("a", number));
    while (writer->Counts().alerts_written < static_cast<uint64_t>(round + 1)) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    seen = ValueOrDie(Run(reader, "SELECT count(*) AS n FROM alerts"));
    EXPECT_EQ(seen, absl::StrCat("n\n", round + 1));
  }
}

TEST_F(QueriesTest, IdentitiesOfTheUpperHalfCanBeNamed) {
  auto writer = Writer();
  writer->OfferEvent(OpenRecord(0xfedcba9876543210, "/x"), 1, TestTime());
  ASSERT_TRUE(writer->Close().ok());
  StoreReader reader = Reader();
  EXPECT_EQ(ValueOrDie(Run(reader,
                           "SELECT path FROM file_open"
                           " WHERE exec_id = exec_id('18364758544493064720')")),
            "path\n/x");
  EXPECT_EQ(ValueOrDie(Run(reader, "SELECT printf('%u', exec_id('0xfedcba9876543210')) AS id")),
            "id\n18364758544493064720");
  EXPECT_EQ(ParseExecId("-81985529216486896"), 0xfedcba9876543210);
  EXPECT_EQ(ParseExecId("x"), std::nullopt);
}

TEST_F(QueriesTest, NamesInDnsMessagesCanBeAskedFor) {
  auto writer = Writer();
  uint64_t number = 0;
  for (const std::string& payload :
       {std::string("\1\2\1\0\0\1\0\0\0\0\0\0\3wWw\4evil\0\0\1\0\1", 26), std::string("short"),
        std::string(12, '\0') + "\77too long"}) {
    const RecordBytes record = RecordBuilder(WIRE_network_dns).Set("payload", payload).Build();
    ASSERT_TRUE(writer->OfferEvent(record, ++number, TestTime()));
  }
  ASSERT_TRUE(writer->Close().ok());
  StoreReader reader = Reader();
  EXPECT_EQ(ValueOrDie(Run(reader,
                           "SELECT id % 10 AS n FROM network_dns"
                           " WHERE dns_name(payload) = 'www.evil'")),
            "n\n1");
  EXPECT_EQ(ValueOrDie(Run(reader,
                           "SELECT count(*) AS n FROM network_dns"
                           " WHERE dns_name(payload) IS NULL")),
            "n\n2");
}

// Becomes a user who may not write everywhere, where the test runs as root.
class AsNobody {
 public:
  explicit AsNobody(const std::string& directory) : was_root_(geteuid() == 0) {
    if (!was_root_) return;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      EXPECT_EQ(chown(entry.path().c_str(), kNobody, kNobody), 0);
    }
    EXPECT_EQ(chown(directory.c_str(), kNobody, kNobody), 0);
    EXPECT_EQ(seteuid(kNobody), 0);
  }
  ~AsNobody() {
    if (!was_root_) return;
    EXPECT_EQ(seteuid(0), 0);
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  const bool was_root_;
};

TEST_F(QueriesTest, TreesAreFoundByExecIdPidAndAlert) {
  auto writer = Writer();
  uint64_t number = 0;
  for (const auto& [exec_id, pid] :
       std::vector<std::pair<uint64_t, int>>{{5, 12}, {7, 42}, {12, 1}, {8, 42}}) {
    ++number;
    RecordBuilder exec(WIRE_process_exec);
    writer->OfferEvent(exec.Set("exec_id", exec_id).Set("pid", pid).Build(), number,
                       TestTime(static_cast<int64_t>(number)));
  }
  writer->OfferAlert(TestAlert("42aa", number));
  ASSERT_TRUE(writer->Close().ok());
  StoreReader reader = Reader();
  const auto find = [&](const char* text) {
    return ValueOrDie(reader.Tree(text, {})).root.process.exec_id;
  };
  EXPECT_EQ(find("12"), 12u) << "an exec_id before a pid";
  EXPECT_EQ(find("42"), 8u) << "the latest with the pid";
  EXPECT_EQ(find("42a"), 7u) << "of the alert";
  EXPECT_EQ(reader.Tree("99", {}).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(QueriesTest, FinishedStoreIsReadFromADirectoryThatCannotBeWritten) {
  Writer().reset();
  std::filesystem::permissions(directory_.path(), std::filesystem::perms(0500));
  const AsNobody nobody(directory_.path());
  StoreReader reader = Reader();
  EXPECT_EQ(ValueOrDie(Run(reader, "SELECT count(*) AS n FROM runs")), "n\n1");
}

TEST_F(QueriesTest, UnfinishedStoreThereIsExplained) {
  auto writer = Writer();
  writer->OfferAlert(TestAlert("a", 1));
  while (writer->Counts().alerts_written == 0) absl::SleepFor(absl::Milliseconds(1));
  const std::string copies = directory_.File("copies");
  std::filesystem::create_directory(copies);
  std::filesystem::copy(path_, copies + "/events.db");
  std::filesystem::copy(path_ + "-wal", copies + "/events.db-wal");
  EXPECT_EQ(chmod(directory_.path().c_str(), 0755), 0);
  std::filesystem::permissions(copies, std::filesystem::perms(0500));
  const AsNobody nobody(copies);
  const auto reader = StoreReader::Open(copies + "/events.db");
  EXPECT_EQ(reader.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(reader.status().message()), HasSubstr("copy "));
}

TEST_F(QueriesTest, DamageThatIsMetNamesTheWayOut) {
  {
    auto writer = Writer();
    for (int i = 0; i < 200; ++i) {
      writer->OfferAlert(TestAlert(absl::StrCat("a", i), static_cast<uint64_t>(i)));
    }
  }
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(0, std::ios::end);
    const int64_t size = file.tellp();
    for (int64_t at = int64_t{64} * 4096; at + 4096 <= size; at += 4096) {
      file.seekp(at);
      file << std::string(2000, '\xff');
    }
  }
  StoreReader reader = Reader();
  const absl::Status status = reader.ListAlerts({}).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("the store is damaged: "));
  EXPECT_THAT(std::string(status.message()), HasSubstr(".recover"));
  EXPECT_EQ(status.message().find("SELECT"), absl::string_view::npos) << status;
}

// An index that leads elsewhere hides rows; what the tables have is as it was.
TEST_F(QueriesTest, IndexesThatDoNotFitTheirTablesAreFound) {
  {
    auto writer = Writer();
    writer->OfferAlert(TestAlert("a", 1));
  }
  EXPECT_THAT(ValueOrDie(Reader().CheckFile()), testing::IsEmpty());
  {
    const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
    ASSERT_TRUE(Execute(db.get(),
                        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage ="
                        " (SELECT rootpage FROM sqlite_schema WHERE name = 'gaps_by_end_ns')"
                        " WHERE name = 'segments_by_time'")
                    .ok());
  }
  EXPECT_THAT(ValueOrDie(Reader().CheckFile()), testing::Not(testing::IsEmpty()));
}

TEST_F(QueriesTest, DamageOfTheSchemaNamesTheWayOut) {
  Writer().reset();
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(110);  // Cells of the first page.
    file << std::string(6, '\xff');
  }
  const absl::Status status = StoreReader::Open(path_).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(".recover"));
}

TEST_F(QueriesTest, OtherFilesAreNotStores) {
  const std::string other = directory_.File("other");
  ASSERT_TRUE(WriteFileAtomically(
                  other, "not a database, and longer than a hundred bytes" + std::string(100, '.'))
                  .ok());
  EXPECT_EQ(StoreReader::Open(other).status().code(), absl::StatusCode::kFailedPrecondition)
      << "to move it away, as a damaged store, is bad advice";
  const std::string foreign = directory_.File("foreign");
  const Database db = ValueOrDie(OpenDatabase(foreign, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  ASSERT_TRUE(Execute(db.get(), "CREATE TABLE t (a)").ok());
  EXPECT_EQ(StoreReader::Open(foreign).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace vedette
