// SPDX-License-Identifier: Apache-2.0
#include "storage/event_rows.h"

#include <gtest/gtest.h>

#include "storage/store_file.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

class EventRowsTest : public ::testing::Test {
 protected:
  EventRowsTest() { EXPECT_TRUE(EnsureTables(db_.get()).ok()); }

  absl::Status Insert(const RecordBytes& record, int64_t id) {
    EventRows rows = ValueOrDie(EventRows::Create(db_.get()));
    return rows.Insert(*EventView::Parse(record),
                       {.id = id, .time_ns = absl::ToUnixNanos(TestTime())});
  }
  std::string Get(const std::string& sql) {
    const Statement statement = ValueOrDie(Prepare(db_.get(), sql));
    EXPECT_EQ(sqlite3_step(statement.get()), SQLITE_ROW) << sql;
    if (sqlite3_column_type(statement.get(), 0) == SQLITE_NULL) return "NULL";
    return std::string(ColumnBytes(statement.get(), 0));
  }

  const Database db_ =
      ValueOrDie(OpenDatabase(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
};

TEST_F(EventRowsTest, EveryKindCanBeWrittenAndIsInTheViewOfAll) {
  int64_t id = 0;
  for (const KindInfo& kind : Kinds()) {
    EXPECT_TRUE(Insert(RecordBuilder(kind.kind).Set("pid", 42).Build(), ++id).ok()) << kind.name;
    EXPECT_EQ(Get(absl::StrCat("SELECT kind FROM events WHERE id = ", id)), kind.name);
    EXPECT_EQ(Get(absl::StrCat("SELECT time FROM ", kind.name)), "2023-11-14T22:13:20.000Z");
  }
}

TEST_F(EventRowsTest, FileOpen) {
  RecordBuilder builder(WIRE_file_open);
  builder.Set("path", "/etc/shadow")
      .Set("name", "../etc/shadow")
      .Set("result", -13)
      .Set("ino", ~uint64_t{0});
  builder.Set("flags", 2).SetTruncated("name").Set("exec_id", 77);
  builder.header().flags = WIRE_FLAG_IO_URING;
  ASSERT_TRUE(Insert(builder.Build(), 1).ok());
  EXPECT_EQ(Get("SELECT result FROM file_open"), "-13");
  EXPECT_EQ(Get("SELECT ino FROM file_open"), "-1") << "two's complement";
  EXPECT_EQ(Get("SELECT printf('%u', ino) FROM file_open"), "18446744073709551615");
  EXPECT_EQ(Get("SELECT flags FROM file_open"), "2");
  EXPECT_EQ(Get("SELECT record_flags FROM file_open"), "1");
  EXPECT_EQ(Get("SELECT truncated FROM file_open"), "name");
  EXPECT_EQ(Get("SELECT object || ' ' || result || ' ' || exec_id FROM events"),
            "/etc/shadow -13 77");
}

TEST_F(EventRowsTest, ObjectOfAFailedOpenIsTheNameThatWasGiven) {
  ASSERT_TRUE(Insert(RecordBuilder(WIRE_file_open).Set("name", "nothing").Build(), 1).ok());
  EXPECT_EQ(Get("SELECT object FROM events"), "nothing");
  EXPECT_EQ(Get("SELECT path FROM file_open"), "NULL");
  EXPECT_EQ(Get("SELECT exec_id FROM file_open"), "NULL");
  EXPECT_EQ(Get("SELECT truncated FROM file_open"), "NULL");
}

TEST_F(EventRowsTest, Addresses) {
  const auto connect = [](const char* address) {
    return RecordBuilder(WIRE_network_connect)
        .Set("remote_address", address)
        .Set("remote_port", 443)
        .Build();
  };
  ASSERT_TRUE(Insert(connect("10.1.2.3"), 1).ok());
  ASSERT_TRUE(Insert(connect("2001:db8::1"), 2).ok());
  RecordBuilder unix_socket(WIRE_network_connect);
  unix_socket.Set("family", 1).Set("unix_path", "@abstract");
  ASSERT_TRUE(Insert(unix_socket.Build(), 3).ok());
  EXPECT_EQ(Get("SELECT remote_address FROM network_connect WHERE id = 1"), "10.1.2.3");
  EXPECT_EQ(Get("SELECT object FROM events WHERE id = 1"), "10.1.2.3:443");
  EXPECT_EQ(Get("SELECT object FROM events WHERE id = 2"), "[2001:db8::1]:443");
  EXPECT_EQ(Get("SELECT object FROM events WHERE id = 3"), "@abstract");
  EXPECT_EQ(Get("SELECT remote_address FROM network_connect WHERE id = 3"), "NULL");
  EXPECT_EQ(Get("SELECT remote_port FROM network_connect WHERE id = 3"), "NULL");
}

TEST_F(EventRowsTest, ArgumentsAreJoined) {
  RecordBuilder builder(WIRE_process_exec);
  builder.SetArguments("args", {"ls", "-l", "\xff"}).SetArguments("env", {"A=1", "B=2"});
  ASSERT_TRUE(Insert(builder.Build(), 1).ok());
  EXPECT_EQ(Get("SELECT args FROM process_exec"), "ls -l \xff");
  EXPECT_EQ(Get("SELECT typeof(args) FROM process_exec"), "text");
  EXPECT_EQ(Get("SELECT env FROM process_exec"), "A=1 B=2");
}

TEST_F(EventRowsTest, SameIdTwiceIsTheRowsFault) {
  ASSERT_TRUE(Insert(OpenRecord(7, "/x"), 1).ok());
  EXPECT_EQ(Insert(OpenRecord(7, "/x"), 1).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace vedette
