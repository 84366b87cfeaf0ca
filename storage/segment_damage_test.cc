// SPDX-License-Identifier: Apache-2.0
//
// Stores with damaged segments, and everybody who reads them: nobody takes wrong bytes for right
// ones, nobody gives up, and what is missing is told.
#include "storage/segment_damage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "sensor/decode/event_view.h"
#include "storage/history.h"
#include "storage/queries.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr int kEvents = 600;

class SegmentDamageTest : public testing::Test {
 protected:
  SegmentDamageTest() {
    options_.path = path_;
    options_.clock = &clock_;
    options_.age_max = absl::Hours(24 * 365 * 100);
  }

  // Events of two kinds, and closes the store, which joins each kind's in one segment.
  void Fill(int first = 1) {
    auto store = ValueOrDie(EventStore::Open(options_));
    for (int i = first; i < first + kEvents; ++i) {
      const auto number = static_cast<uint64_t>(i);
      const std::string path = absl::StrCat("/srv/", i % 17, "/file", i * i % 1000);
      EXPECT_TRUE(store->OfferEvent(OpenRecord(number % 9 + 1, path), number, TestTime(i)));
      EXPECT_TRUE(store->OfferEvent(RecordBuilder(WIRE_network_connect)
                                        .Set("family", 2)
                                        .Set("remote_port", number % 100)
                                        .Build(),
                                    number + 1'000'000, TestTime(i)));
    }
    EXPECT_TRUE(store->Close().ok());
  }
  // Changes what is stored, as SQLite sees it: its own pages stay right.
  void Change(const std::string& sql) {
    const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
    EXPECT_TRUE(Execute(db.get(), sql).ok()) << sql;
  }
  void FlipBit(const std::string& column, int64_t segment, size_t bit) {
    const std::string blob = absl::StrCat("CAST(", column, " AS BLOB)");
    const std::string where = absl::StrCat(" FROM segments WHERE segment = ", segment);
    std::string bytes = AskText(path_, absl::StrCat("SELECT ", blob, where));
    char& byte = bytes[bit / 8 % bytes.size()];
    byte = static_cast<char>(byte ^ 1 << bit % 8);
    Change(absl::StrCat("UPDATE segments SET ", column, " = x'", absl::BytesToHexString(bytes),
                        "' WHERE segment = ", segment));
  }
  int64_t SegmentOf(const std::string& kind) {
    return Ask(path_, absl::StrCat("SELECT segment FROM segments JOIN layouts USING (layout)"
                                   " WHERE kind = '",
                                   kind, "' ORDER BY rows DESC"));
  }
  static std::string Shown(const SqlValue& value) {
    switch (value.type) {
      case SqlValue::Type::kNull:
        return "NULL";
      case SqlValue::Type::kInteger:
        return absl::StrCat(value.integer);
      default:
        return std::string(value.bytes);
    }
  }
  // All rows of a kind, by the ids that they have.
  static std::map<std::string, std::vector<std::string>> RowsOf(StoreReader& reader,
                                                                const std::string& kind) {
    std::map<std::string, std::vector<std::string>> rows;
    const auto end = reader.Query(
        absl::StrCat("SELECT id, * FROM ", kind, " ORDER BY sequence"), {},
        [](absl::Span<const std::string>) {},
        [&](absl::Span<const SqlValue> values) {
          std::vector<std::string>& row = rows[Shown(values[0])];
          for (const SqlValue& value : values) row.push_back(Shown(value));
          return true;
        });
    EXPECT_TRUE(end.ok()) << end.status();
    return rows;
  }

  TemporaryDirectory directory_;
  TestClock clock_;
  StoreOptions options_;
  const std::string path_ = directory_.File("events.db");
};

TEST_F(SegmentDamageTest, NoFlippedBitIsTakenForGoodData) {
  Fill();
  const int64_t segment = SegmentOf("file_open");
  StoreReader whole = ValueOrDie(StoreReader::Open(path_));
  const auto before = RowsOf(whole, "file_open");
  ASSERT_EQ(before.size(), static_cast<size_t>(kEvents));
  EXPECT_THAT(whole.Damaged(), IsEmpty());
  std::mt19937 random(1);
  for (int round = 0; round < 120; ++round) {
    const std::string column = round % 3 == 0 ? "head" : round % 3 == 1 ? "data" : "filter";
    const size_t bit = random();
    FlipBit(column, segment, bit);
    StoreReader reader = ValueOrDie(StoreReader::Open(path_));
    const auto after = RowsOf(reader, "file_open");
    EXPECT_THAT(reader.Damaged(), SizeIs(1)) << column << " " << bit;
    for (const auto& [id, row] : after) {
      const auto at = before.find(id);
      for (size_t i = 0; at != before.end() && i < row.size(); ++i) {
        EXPECT_TRUE(row[i] == "NULL" || row[i] == at->second[i]) << column << " " << bit;
      }
    }
    SegmentCheck check = ValueOrDie(
        ValueOrDie(StoreReader::Open(path_)).CheckSegments([](const auto&) { return true; }));
    EXPECT_EQ(check.damaged, 1u) << column << " " << bit;
    EXPECT_EQ(RowsOf(reader, "network_connect").size(), static_cast<size_t>(kEvents));
    FlipBit(column, segment, bit);
  }
  StoreReader again = ValueOrDie(StoreReader::Open(path_));
  EXPECT_EQ(RowsOf(again, "file_open"), before) << "flipped back";
  EXPECT_THAT(again.Damaged(), IsEmpty());
}

TEST_F(SegmentDamageTest, WhatTheRowSaysOfASegmentIsChecked) {
  Fill();
  const int64_t segment = SegmentOf("file_open");
  for (const char* column : {"first_id", "last_id", "start_ns", "end_ns", "rows"}) {
    const std::string where = absl::StrCat(" WHERE segment = ", segment);
    Change(absl::StrCat("UPDATE segments SET ", column, " = ", column, " + 1", where));
    StoreReader reader = ValueOrDie(StoreReader::Open(path_));
    const SegmentCheck check = ValueOrDie(reader.CheckSegments([](const auto&) { return true; }));
    EXPECT_EQ(check.damaged, 1u) << column;
    EXPECT_GT(check.segments, 1u);
    Change(absl::StrCat("UPDATE segments SET ", column, " = ", column, " - 1", where));
  }
}

// A layout says what the columns of all its segments are.
TEST_F(SegmentDamageTest, LayoutsAreChecked) {
  Fill();
  const std::string of_opens = " WHERE kind = 'file_open'";
  for (const std::string& change :
       {"UPDATE layouts SET columns = replace(columns, 'uid', 'gid')" + of_opens,
        "UPDATE layouts SET kind = 'file_mmap'" + of_opens,
        "UPDATE layouts SET kind = 'file_oqen'" + of_opens, "DELETE FROM layouts" + of_opens,
        std::string("UPDATE segments SET layout = 999 WHERE segment = ") +
            absl::StrCat(SegmentOf("file_open"))}) {
    const std::string whole = *ReadFile(path_, 64 << 20);
    Change(change);
    StoreReader reader = ValueOrDie(StoreReader::Open(path_));
    const SegmentCheck check = ValueOrDie(reader.CheckSegments([](const auto&) { return true; }));
    EXPECT_EQ(check.damaged, 1u) << change;
    StoreReader asked = ValueOrDie(StoreReader::Open(path_));
    const auto end = asked.Query(
        "SELECT * FROM events", {}, [](absl::Span<const std::string>) {},
        [](absl::Span<const SqlValue>) { return true; });
    ASSERT_TRUE(end.ok()) << end.status();
    EXPECT_EQ(end->rows, static_cast<uint64_t>(kEvents)) << change;
    EXPECT_THAT(asked.Damaged(), SizeIs(1)) << change;
    auto history = ValueOrDie(History::Open({.path = path_, .threads = 0}));
    for (const HistoryRun& run : history->runs()) {
      EXPECT_TRUE(history->Read(run, [](const HistoryRecord&) { return true; }).ok());
    }
    EXPECT_THAT(history->damaged(), SizeIs(1)) << change;
    EXPECT_THAT(Describe(history->damaged()[0]), testing::Not(testing::HasSubstr("processes")));
    for (const char* beside : {"-wal", "-shm"}) unlink((path_ + beside).c_str());
    ASSERT_TRUE(WriteFileAtomically(path_, whole).ok());
  }
}

TEST_F(SegmentDamageTest, IsToldWithItsPlaceAndTime) {
  Fill();
  FlipBit("head", SegmentOf("file_open"), 77);
  StoreReader reader = ValueOrDie(StoreReader::Open(path_));
  EXPECT_THAT(RowsOf(reader, "file_open"), IsEmpty());
  ASSERT_THAT(reader.Damaged(), SizeIs(1));
  EXPECT_EQ(Describe(reader.Damaged()[0]),
            absl::StrCat("segment ", SegmentOf("file_open"),
                         " (600 rows of file_open, 2023-11-14T22:13:21.000Z to"
                         " 2023-11-14T22:23:20.000Z) is damaged: its bytes are not those that"
                         " were written (checksum)"));
}

// Of the column that cannot be read nothing is said; the others are there.
TEST_F(SegmentDamageTest, OneColumnDoesNotTakeTheOthersAlong) {
  Fill();
  const int64_t segment = SegmentOf("file_open");
  const auto bits = static_cast<size_t>(
      8 * Ask(path_, absl::StrCat("SELECT length(data) FROM segments WHERE segment = ", segment)));
  StoreReader whole = ValueOrDie(StoreReader::Open(path_));
  const auto before = RowsOf(whole, "file_open");
  size_t partly = 0;
  for (size_t bit = 4; bit < bits; bit += bits / 40) {
    FlipBit("data", segment, bit);
    StoreReader reader = ValueOrDie(StoreReader::Open(path_));
    size_t same = 0;
    for (const auto& [id, row] : RowsOf(reader, "file_open")) {
      const auto at = before.find(id);
      for (size_t i = 0; at != before.end() && i < row.size(); ++i) same += row[i] == at->second[i];
    }
    if (same > 0) ++partly;
    FlipBit("data", segment, bit);
  }
  EXPECT_GT(partly, 20u);
}

TEST_F(SegmentDamageTest, HistoryPassesOverItAndSaysSo) {
  Fill();
  FlipBit("data", SegmentOf("file_open"), 999);
  for (const size_t threads : {0, 2}) {
    auto history = ValueOrDie(History::Open({.path = path_, .threads = threads}));
    std::map<std::string, int> seen;
    for (const HistoryRun& run : history->runs()) {
      const absl::Status read = history->Read(run, [&](const HistoryRecord& record) {
        ++seen[std::string(EventView::Parse(record.record)->info().name)];
        return true;
      });
      EXPECT_TRUE(read.ok()) << read;
    }
    EXPECT_EQ(seen["network_connect"], kEvents);
    EXPECT_EQ(seen["file_open"], 0);
    ASSERT_THAT(history->damaged(), SizeIs(1));
    EXPECT_EQ(history->damaged()[0].kind, "file_open");
    EXPECT_EQ(history->damaged()[0].rows, kEvents);
  }
}

// A small one is found when it is to be joined with others, a large one by the checks in the
// background. The store works on, and says it once.
TEST_F(SegmentDamageTest, DaemonFindsItTellsItOnceAndGoesOn) {
  Fill();
  const int64_t segment = SegmentOf("file_open");
  FlipBit("data", segment, 1234);
  for (int run = 1; run <= 3; ++run) {
    Fill();
    EXPECT_EQ(Ask(path_, "SELECT count(*) FROM gaps WHERE stage = 'store_damaged'"), 1) << run;
  }
  EXPECT_EQ(AskText(path_, "SELECT kind || count FROM gaps WHERE stage = 'store_damaged'"),
            "file_open600");
  EXPECT_EQ(Ask(path_, "SELECT segment FROM damaged_segments"), segment);
  EXPECT_EQ(AskText(path_, "SELECT why FROM damaged_segments"),
            "a segment is damaged: its bytes are not those that were written (checksum)");
  StoreReader reader = ValueOrDie(StoreReader::Open(path_));
  EXPECT_EQ(RowsOf(reader, "network_connect").size(), 4u * kEvents);
  EXPECT_THAT(ValueOrDie(reader.Verify({})).findings, IsEmpty());
  EXPECT_EQ(Ask(path_, absl::StrCat("SELECT count(*) FROM segments WHERE segment = ", segment)), 1)
      << "it is kept: what can be read of it is read";
}

// Retention takes a damaged segment like any other, though an alert points into it.
TEST_F(SegmentDamageTest, GoesWhenItIsOld) {
  {
    auto store = ValueOrDie(EventStore::Open(options_));
    EXPECT_TRUE(store->OfferEvent(OpenRecord(7, "/etc/shadow"), 1, TestTime()));
    EXPECT_TRUE(store->OfferAlert(TestAlert("a1", 1)));
    EXPECT_TRUE(store->Close().ok());
  }
  FlipBit("head", SegmentOf("file_open"), 5);
  options_.age_max = absl::Hours(24);
  clock_.Advance(absl::Hours(24 * 40));
  auto store = ValueOrDie(EventStore::Open(options_));
  const absl::Time until = absl::Now() + absl::Seconds(30);
  while (Ask(path_, "SELECT count(*) FROM segments") > 0 && absl::Now() < until) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM segments"), 0);
  EXPECT_TRUE(store->Health().ok()) << store->Health();
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM alerts"), 1);
}

TEST_F(SegmentDamageTest, ChecksEndWhenNobodyWantsMore) {
  Fill();
  StoreReader reader = ValueOrDie(StoreReader::Open(path_));
  const SegmentCheck check = ValueOrDie(reader.CheckSegments([](const auto&) { return false; }));
  EXPECT_EQ(check.segments, 1u);
  EXPECT_EQ(check.segments_all, 2u);
}

}  // namespace
}  // namespace vedette
