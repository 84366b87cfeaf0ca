// SPDX-License-Identifier: Apache-2.0
//
// The store on a disk that is full, broken, or damages the file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>

#include "absl/time/clock.h"
#include "storage/event_store.h"
#include "storage/faulty_disk.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

class EventStoreFaultTest : public ::testing::Test {
 protected:
  EventStoreFaultTest() {
    FaultyDisk::Install();
    Heal();
  }
  ~EventStoreFaultTest() override { Heal(); }
  static void Heal() {
    FaultyDisk::SetWriteError(SQLITE_OK);
    FaultyDisk::FailAfter(1 << 30);
  }

  absl::StatusOr<std::unique_ptr<EventStore>> Open() {
    StoreOptions options;
    options.path = path_;
    options.queue_bytes_max = 256 << 10;
    options.commit_interval = absl::Milliseconds(1);
    options.alert_patience = patience_;
    options.on_committed = [this](std::vector<Alert> alerts) { Remember(committed_, alerts); };
    options.on_unstored = [this](std::vector<Alert> alerts) { Remember(unstored_, alerts); };
    return EventStore::Open(options);
  }
  void Remember(std::vector<std::string>& to, const std::vector<Alert>& alerts) {
    const std::lock_guard lock(mu_);
    for (const Alert& alert : alerts) to.push_back(alert.id);
  }
  size_t Count(const std::vector<std::string>& ids) {
    const std::lock_guard lock(mu_);
    return ids.size();
  }
  template <typename Condition>
  static void WaitFor(Condition condition) {
    const absl::Time until = absl::Now() + absl::Seconds(60);
    while (!condition() && absl::Now() < until) absl::SleepFor(absl::Milliseconds(1));
    EXPECT_TRUE(condition());
  }
  static void ExpectBalanced(const StoreCounts& counts) {
    EXPECT_EQ(counts.events_offered, counts.events_written + counts.events_dropped);
    EXPECT_EQ(counts.alerts_offered, counts.alerts_written + counts.alerts_dropped);
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_.File("events.db");
  absl::Duration patience_ = absl::Hours(1);
  std::mutex mu_;
  std::vector<std::string> committed_, unstored_;
};

TEST_F(EventStoreFaultTest, FullDiskIsSurvivedAndSaid) {
  for (const int error : {SQLITE_FULL, SQLITE_IOERR_WRITE}) {
    auto store = ValueOrDie(Open());
    FaultyDisk::SetWriteError(error);
    store->OfferAlert(TestAlert(absl::StrCat("a", error), 1));
    WaitFor([&] { return !store->Health().ok(); });
    uint64_t number = 0, refused = 0;
    for (int i = 0; i < 2000; ++i) {
      if (!store->OfferEvent(OpenRecord(7, std::string(1000, 'x')), ++number, TestTime(i)))
        ++refused;
    }
    EXPECT_GT(refused, 0u);
    FaultyDisk::SetWriteError(SQLITE_OK);
    WaitFor([&] { return store->Health().ok() && store->Counts().alerts_written == 1; });
    ASSERT_TRUE(store->Close().ok());
    ExpectBalanced(store->Counts());
    EXPECT_EQ(store->Counts().events_dropped, refused);
    EXPECT_EQ(Ask(path_,
                  "SELECT sum(count) FROM gaps WHERE stage = 'store_failed'"
                  " AND kind = 'file_open' AND run = (SELECT max(run) FROM runs)"),
              static_cast<int64_t>(refused));
  }
  EXPECT_EQ(Count(committed_), 2u);
  EXPECT_EQ(Count(unstored_), 0u);
}

TEST_F(EventStoreFaultTest, AlertsAreHandedOnWhenTheDiskStaysFull) {
  patience_ = absl::Milliseconds(100);
  auto store = ValueOrDie(Open());
  FaultyDisk::SetWriteError(SQLITE_FULL);
  store->OfferAlert(TestAlert("a1", 1));
  WaitFor([&] { return Count(unstored_) == 1; });
  store->OfferAlert(TestAlert("a2", 1));
  WaitFor([&] { return Count(unstored_) == 2; });
  FaultyDisk::SetWriteError(SQLITE_OK);
  store->OfferAlert(TestAlert("a3", 1));
  WaitFor([&] { return Count(committed_) == 1; });
  ASSERT_TRUE(store->Close().ok());
  ExpectBalanced(store->Counts());
  EXPECT_EQ(store->Counts().alerts_dropped, 2u);
  EXPECT_EQ(AskText(path_, "SELECT id FROM alerts"), "a3");
  EXPECT_EQ(Ask(path_, "SELECT sum(count) FROM gaps WHERE kind = 'alert'"), 2);
}

TEST_F(EventStoreFaultTest, ClosingOnAFullDiskEndsAndCounts) {
  auto store = ValueOrDie(Open());
  FaultyDisk::SetWriteError(SQLITE_FULL);
  store->OfferEvent(OpenRecord(7, "/x"), 1, TestTime());
  store->OfferAlert(TestAlert("a1", 1));
  EXPECT_EQ(store->Close().code(), absl::StatusCode::kResourceExhausted);
  ExpectBalanced(store->Counts());
  EXPECT_EQ(store->Counts().events_dropped, 1u);
  EXPECT_EQ(Count(unstored_), 1u);
}

// The disk fills at every position of a run in turn. What was reported as committed is there, once.
TEST_F(EventStoreFaultTest, DiskThatFillsAtAnyWriteLosesNothingThatWasCommitted) {
  ASSERT_TRUE(ValueOrDie(Open())->Close().ok());
  for (int position = 0; position < 120; position += 3) {
    Heal();
    auto store = ValueOrDie(Open());
    FaultyDisk::FailAfter(position);
    uint64_t number = 0;
    for (int i = 0; i < 5; ++i) {
      store->OfferEvent(OpenRecord(7, std::string(1000, 'x')), ++number, TestTime());
      store->OfferAlert(TestAlert(absl::StrCat(position, "-", i), number));
      absl::SleepFor(absl::Milliseconds(1));
    }
    store->Close().IgnoreError();
    ExpectBalanced(store->Counts());
  }
  Heal();
  ASSERT_TRUE(ValueOrDie(Open())->Close().ok());
  const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READONLY));
  const Statement ids = ValueOrDie(Prepare(db.get(), "SELECT id FROM alerts"));
  std::multiset<std::string> stored;
  while (sqlite3_step(ids.get()) == SQLITE_ROW) stored.emplace(ColumnBytes(ids.get(), 0));
  EXPECT_EQ(stored, std::multiset<std::string>(committed_.begin(), committed_.end()));
  EXPECT_GT(stored.size(), 0u);
  EXPECT_EQ(stored.size() + unstored_.size(), 200u);
  EXPECT_EQ(AskText(path_, "PRAGMA integrity_check"), "ok");
}

TEST_F(EventStoreFaultTest, DamageWhileRunningIsNamedAndTheWayOutWorks) {
  auto store = ValueOrDie(Open());
  FaultyDisk::SetWriteError(SQLITE_CORRUPT);  // As if a page had been read that makes no sense.
  store->OfferEvent(OpenRecord(7, "/x"), 1, TestTime());
  WaitFor([&] { return store->Health().code() == absl::StatusCode::kDataLoss; });
  EXPECT_THAT(std::string(store->Health().message()), ::testing::HasSubstr("move " + path_));
  EXPECT_EQ(SetAsideDamaged(path_, TestTime()).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(store->Close().code(), absl::StatusCode::kDataLoss);
  Heal();
  EXPECT_TRUE(std::filesystem::exists(ValueOrDie(SetAsideDamaged(path_, TestTime()))));
  EXPECT_TRUE(ValueOrDie(Open())->Close().ok());
}

}  // namespace
}  // namespace vedette
