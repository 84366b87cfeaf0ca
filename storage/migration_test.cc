// SPDX-License-Identifier: Apache-2.0
//
// A store of version 1, made by the program of that time (testdata/store_v1.db.zst: the sample
// recording, replayed with the shipped rules), in the hands of this program.
#include <gtest/gtest.h>
#include <zstd.h>

#include "absl/time/clock.h"
#include "base/file.h"
#include "storage/queries.h"
#include "storage/store_file.h"
#include "storage/tables.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

constexpr char kByKind[] =
    "SELECT group_concat(line, ' ') FROM (SELECT kind || ':' || count(*) || ':' || min(id) || ':' "
    "||"
    " coalesce(sum(length(object)), 0) AS line FROM events GROUP BY kind)";
constexpr char kWhatIsThere[] =
    "file_open:51:10000000000003:851 network_connect:10:10000000000007:167"
    " process_exec:54:10000000000002:668 process_exit:41:10000000000008:0"
    " process_fork:51:10000000000001:0 process_seen:7:19000000000000:126";

class MigrationTest : public ::testing::Test {
 protected:
  explicit MigrationTest(const char* file = "storage/testdata/store_v1.db.zst") {
    const std::string packed = ValueOrDie(ReadFile(file, 1 << 20));
    std::string bytes(1 << 20, '\0');
    const size_t size = ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size());
    EXPECT_FALSE(ZSTD_isError(size));
    bytes.resize(size);
    EXPECT_TRUE(WriteFileAtomically(path_, bytes).ok());
  }
  StoreOptions Options() {
    StoreOptions options;
    options.path = path_;
    options.clock = &clock_;
    options.age_max = absl::Hours(24 * 365 * 100);
    return options;
  }

  TemporaryDirectory directory_;
  TestClock clock_;
  const std::string path_ = directory_.File("events.db");
};

TEST_F(MigrationTest, ReaderUnderstandsTheOldFileAsItIs) {
  StoreReader reader = ValueOrDie(StoreReader::Open(path_));
  EXPECT_EQ(ValueOrDie(reader.ListAlerts({})).size(), 17u);
  EXPECT_EQ(AskText(path_, kByKind), kWhatIsThere);
  EXPECT_EQ(Ask(path_, "PRAGMA user_version"), 1);
}

// Between the first opening and the last step the rows are read where they are.
TEST_F(MigrationTest, RowsAreReadWhereTheyAreBeforeTheyAreMoved) {
  ValueOrDie(OpenStoreFile(Options(), TestTime()));
  EXPECT_EQ(Ask(path_, "PRAGMA user_version"), kStoreVersion);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM segments"), 0);
  EXPECT_EQ(AskText(path_, kByKind), kWhatIsThere);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM file_open WHERE path LIKE '/etc/%'"),
            Ask(path_, "SELECT count(*) FROM file_open_rows WHERE path LIKE '/etc/%'"));
  EXPECT_EQ(Ask(path_, "SELECT sum(events) FROM events_groups"), 214);
}

TEST_F(MigrationTest, WriterMovesTheRowsIntoSegmentsAndNothingIsLost) {
  {
    auto store = ValueOrDie(EventStore::Open(Options()));
    EXPECT_TRUE(store->OfferEvent(OpenRecord(7, "/new"), 1, TestTime()));
    const absl::Time until = absl::Now() + absl::Seconds(60);
    while (Ask(path_,
               "SELECT count(*) FROM sqlite_schema WHERE name GLOB '*_rows' AND name <> "
               "'process_rows'") > 0 &&
           absl::Now() < until) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    EXPECT_TRUE(store->Close().ok());
  }
  EXPECT_EQ(
      Ask(path_,
          "SELECT count(*) FROM sqlite_schema WHERE name GLOB '*_rows' AND name <> 'process_rows'"),
      0);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM events"), 215);
  EXPECT_EQ(Ask(path_, "SELECT sum(rows) FROM segments"), 215);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM file_open WHERE path = '/new'"), 1);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM alerts JOIN events e ON e.id = event_id"), 17);
  EXPECT_EQ(AskText(path_, "PRAGMA integrity_check"), "ok");
}

// Two recordings, replayed: 232 processes in a table of rows.
class MigrationOfVersion2Test : public MigrationTest {
 protected:
  MigrationOfVersion2Test() : MigrationTest("storage/testdata/store_v2.db.zst") {}
};

TEST_F(MigrationOfVersion2Test, ReaderUnderstandsTheOldFileAsItIs) {
  EXPECT_EQ(Ask(path_, "PRAGMA user_version"), 2);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM processes"), 232);
  EXPECT_EQ(Ask(path_, "SELECT sum(events) FROM events_groups"), 424);
  EXPECT_EQ(
      AskText(path_, "SELECT exe_path FROM events_groups GROUP BY 1 ORDER BY sum(events) DESC"),
      AskText(path_,
              "SELECT exe_path FROM events LEFT JOIN processes USING (exec_id)"
              " GROUP BY 1 ORDER BY count(*) DESC"));
}

TEST_F(MigrationOfVersion2Test, WriterKeepsAllProcessesAndPacksThemLater) {
  const std::string all =
      "SELECT group_concat(exec_id || coalesce(args, '') || coalesce(end_ns, 0))"
      " FROM (SELECT * FROM processes ORDER BY exec_id)";
  const std::string before = AskText(path_, all);
  ValueOrDie(OpenStoreFile(Options(), TestTime()));
  EXPECT_EQ(Ask(path_, "PRAGMA user_version"), kStoreVersion);
  EXPECT_EQ(AskText(path_, all), before);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM process_rows"), 232);
  EXPECT_EQ(Ask(path_, "SELECT sum(processes) FROM processes_groups"), 232);
  EXPECT_EQ(AskText(path_, "PRAGMA integrity_check"), "ok");
}

// Two recordings, replayed: its segments have no checksums.
class MigrationOfVersion3Test : public MigrationTest {
 protected:
  MigrationOfVersion3Test() : MigrationTest("storage/testdata/store_v3.db.zst") {}
  SegmentCheck Check() {
    StoreReader reader = ValueOrDie(StoreReader::Open(path_));
    return ValueOrDie(reader.CheckSegments([](const SegmentCheck&) { return true; }));
  }
};

TEST_F(MigrationOfVersion3Test, SegmentsWithoutChecksumsAreReadAndSaidToHaveNone) {
  EXPECT_EQ(Ask(path_, "PRAGMA user_version"), 3);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM events"), 424);
  EXPECT_EQ(Ask(path_, "SELECT sum(length(path)) FROM file_open"), 918);
  const SegmentCheck check = Check();
  EXPECT_EQ(check.segments, 19u);
  EXPECT_EQ(check.without_checksums, 19u);
  EXPECT_EQ(check.damaged, 0u);
}

TEST_F(MigrationOfVersion3Test, WhatIsJoinedGetsThem) {
  const std::string paths =
      "SELECT group_concat(path) FROM (SELECT path FROM file_open WHERE id < 30000000000000"
      " ORDER BY id)";
  const std::string before = AskText(path_, paths);
  const absl::Time last = absl::FromUnixNanos(Ask(path_, "SELECT max(time_ns) FROM file_open"));
  auto store = ValueOrDie(EventStore::Open(Options()));
  EXPECT_TRUE(store->OfferEvent(OpenRecord(7, "/new"), 1, last));
  ASSERT_TRUE(store->Close().ok());
  EXPECT_EQ(Ask(path_, "PRAGMA user_version"), kStoreVersion);
  EXPECT_EQ(AskText(path_, paths), before);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM file_open WHERE path = '/new'"), 1);
  EXPECT_EQ(Check().damaged, 0u);
  EXPECT_LT(Check().without_checksums, 19u);
}

}  // namespace
}  // namespace vedette
