// SPDX-License-Identifier: Apache-2.0
#include "storage/retention.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>

#include "absl/time/clock.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

class RetentionTest : public ::testing::Test {
 protected:
  std::unique_ptr<EventStore> Open() {
    options_.path = path_;
    options_.clock = &clock_;
    options_.commit_interval = absl::ZeroDuration();
    return ValueOrDie(EventStore::Open(options_));
  }
  // Waits for the queue, so that nothing is dropped.
  void Offer(EventStore& store, const RecordBytes& record) {
    ++number_;
    while (!store.OfferEvent(record, number_, clock_.Now())) absl::SleepFor(absl::Milliseconds(1));
  }
  // What no codec makes much smaller.
  RecordBytes NoiseRecord() {
    std::string noise(350, ' ');
    for (char& c : noise) c = static_cast<char>('!' + random_() % 90);
    return OpenRecord(7, noise);
  }
  static void WaitForWriter(const EventStore& store, uint64_t alerts) {
    while (store.Counts().alerts_written < alerts) absl::SleepFor(absl::Milliseconds(1));
  }
  uint64_t BytesOnDisk() const {
    uint64_t bytes = 0;
    for (const char* suffix : {"", "-wal"}) {
      struct stat info;
      if (stat((path_ + suffix).c_str(), &info) == 0) bytes += static_cast<uint64_t>(info.st_size);
    }
    return bytes;
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_.File("events.db");
  TestClock clock_;
  StoreOptions options_;
  uint64_t number_ = 0;
  std::mt19937 random_;
};

TEST_F(RetentionTest, FileObeysItsSizeAndKeepsEvidenceAndTheNewest) {
  options_.bytes_max = 16 << 20;
  options_.queue_bytes_max = 256 << 20;  // The test outruns the disk: nothing may be dropped.
  auto store = Open();
  Offer(*store, OpenRecord(7, "/evidence"));
  store->OfferAlert(TestAlert("a", number_));
  uint64_t largest = 0;
  for (int i = 0; i < 120'000; ++i) {  // About 40 MB.
    Offer(*store, NoiseRecord());
    if (i % 1000 == 0) largest = std::max(largest, BytesOnDisk());
  }
  ASSERT_TRUE(store->Close().ok());
  EXPECT_LE(std::max(largest, BytesOnDisk()), options_.bytes_max);
  EXPECT_EQ(store->Counts().events_dropped, 0u);
  EXPECT_EQ(AskText(path_, "SELECT path FROM alerts JOIN file_open f ON f.id = event_id"),
            "/evidence");
  EXPECT_EQ(Ask(path_, "SELECT max(id) FROM file_open"), 10'000'000'000'000 + 120'001);
  EXPECT_GT(Ask(path_, "SELECT count(*) FROM file_open"), 10'000);
  EXPECT_GT(Ask(path_, "SELECT min(id) FROM file_open WHERE path <> '/evidence'"),
            10'000'000'000'000 + 60'000)
      << "the oldest went first";
}

TEST_F(RetentionTest, WhatIsTooOldGoes) {
  options_.age_max = absl::Hours(24);
  auto store = Open();
  Offer(*store, OpenRecord(7, "/old"));
  RecordBuilder exit(WIRE_process_exit);
  Offer(*store, exit.Set("exec_id", 70).Build());
  Offer(*store, exit.Set("exec_id", 7).Build());  // Of the alert.
  Offer(*store, OpenRecord(7, "/first step"));
  Offer(*store, OpenRecord(7, "/evidence"));
  Alert alert = TestAlert("a", number_);
  alert.evidence[0].event_number = number_ - 1;
  store->OfferAlert(alert);
  store->OfferGap({TestTime(), TestTime(1), "", "ring_full", 1});
  WaitForWriter(*store, 1);
  clock_.Advance(absl::Hours(25));
  Offer(*store, OpenRecord(7, "/new"));
  store->OfferAlert(TestAlert("b", number_));
  WaitForWriter(*store, 2);
  absl::SleepFor(absl::Milliseconds(50));
  ASSERT_TRUE(store->Close().ok());
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM events"), 3);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM file_open WHERE path = '/old'"), 0);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM file_open WHERE path = '/first step'"), 1);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM alerts"), 2) << "alerts outlive their age";
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM processes WHERE exec_id = 7"), 1)
      << "named by an alert";
}

TEST_F(RetentionTest, AlertsGoLast) {
  options_.bytes_max = Retention::kBytesMin;
  auto store = Open();
  uint64_t alerts = 0;
  for (int i = 0; i < 8000; ++i) {  // About 32 MB.
    Alert alert = TestAlert(absl::StrCat("a", i), ++number_);
    alert.message = std::string(3500, 'x');
    Offer(*store, OpenRecord(7, "/x"));
    while (!store->OfferAlert(alert)) absl::SleepFor(absl::Milliseconds(1));
    ++alerts;
  }
  WaitForWriter(*store, alerts);
  ASSERT_TRUE(store->Close().ok());
  EXPECT_LE(BytesOnDisk(), options_.bytes_max);
  EXPECT_GT(Ask(path_, "SELECT count(*) FROM alerts"), 100);
  EXPECT_EQ(AskText(path_, "SELECT id FROM alerts ORDER BY alert DESC"), "a7999");
  EXPECT_EQ(
      Ask(path_, "SELECT count(*) FROM alert_tags WHERE alert NOT IN (SELECT alert FROM alerts)"),
      0);
}

TEST_F(RetentionTest, SmallerLimitShrinksTheFile) {
  {
    auto store = Open();
    for (int i = 0; i < 100'000; ++i) Offer(*store, NoiseRecord());
    ASSERT_TRUE(store->Close().ok());
  }
  EXPECT_GT(BytesOnDisk(), 24u << 20);
  options_.bytes_max = 16 << 20;
  options_.queue_bytes_max = 256 << 20;  // The test outruns the disk: nothing may be dropped.
  auto store = Open();
  for (int i = 0; i < 200 && BytesOnDisk() > options_.bytes_max; ++i)
    absl::SleepFor(absl::Milliseconds(20));
  ASSERT_TRUE(store->Close().ok());
  EXPECT_LE(BytesOnDisk(), options_.bytes_max);
  EXPECT_GT(Ask(path_, "SELECT count(*) FROM file_open"), 1'000);
}

// What much deleting leaves free, far below the limit, is not kept for good.
TEST_F(RetentionTest, FreePagesGoBackAtTheEnd) {
  options_.bytes_max = 1 << 30;
  Open().reset();
  {
    const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
    ASSERT_TRUE(Execute(db.get(),
                        "CREATE TABLE waste AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
                        " SELECT i + 1 FROM n WHERE i < 20000) SELECT i,"
                        " randomblob(1000) AS b FROM n; DROP TABLE waste")
                    .ok());
  }
  ASSERT_GT(Ask(path_, "PRAGMA freelist_count"), 4000);
  Open().reset();
  EXPECT_LT(Ask(path_, "PRAGMA freelist_count"), 2100);
  EXPECT_EQ(AskText(path_, "PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace vedette
