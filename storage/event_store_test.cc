// SPDX-License-Identifier: Apache-2.0
#include "storage/event_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using ::testing::HasSubstr;

class EventStoreTest : public ::testing::Test {
 protected:
  StoreOptions Options() {
    StoreOptions options;
    options.path = directory_.File("dir/events.db");
    options.hostname = "host";
    options.clock = &clock_;
    return options;
  }

  TemporaryDirectory directory_;
  TestClock clock_;
  const std::string path_ = directory_.File("dir/events.db");
};

TEST_F(EventStoreTest, EventsAlertsAndGapsAreRows) {
  auto store = ValueOrDie(EventStore::Open(Options()));
  EXPECT_TRUE(store->OfferEvent(OpenRecord(7, "/etc/shadow"), 1, TestTime()));
  EXPECT_TRUE(store->OfferAlert(TestAlert("a1", 1)));
  EXPECT_TRUE(store->OfferGap({TestTime(), TestTime(1), "file_open", "ring_full", 5}));
  ASSERT_TRUE(store->Close().ok());

  EXPECT_EQ(AskText(path_, "SELECT path FROM file_open WHERE exec_id = 7"), "/etc/shadow");
  EXPECT_EQ(AskText(path_, "SELECT time FROM events"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(AskText(path_, "SELECT object FROM events"), "/etc/shadow");
  EXPECT_EQ(Ask(path_, "SELECT result FROM events"), 3);
  EXPECT_EQ(AskText(path_, "SELECT e.path FROM alerts JOIN file_open e ON e.id = event_id"),
            "/etc/shadow");
  EXPECT_EQ(Ask(path_, "SELECT count FROM gaps WHERE kind = 'file_open' AND stage = 'ring_full'"),
            5);
  const StoreCounts counts = store->Counts();
  EXPECT_EQ(counts.events_written, 1u);
  EXPECT_EQ(counts.alerts_written, 1u);
  EXPECT_EQ(counts.gaps_written, 1u);
}

TEST_F(EventStoreTest, FileIsPrivate) {
  auto store = ValueOrDie(EventStore::Open(Options()));
  store->OfferEvent(OpenRecord(7, "/x"), 1, TestTime());
  struct stat of_file, of_directory, of_log;
  ASSERT_EQ(stat(path_.c_str(), &of_file), 0);
  ASSERT_EQ(stat((path_ + "-wal").c_str(), &of_log), 0);
  ASSERT_EQ(stat(directory_.File("dir").c_str(), &of_directory), 0);
  EXPECT_EQ(of_file.st_mode & 0777, 0600u);
  EXPECT_EQ(of_log.st_mode & 0777, 0600u);
  EXPECT_EQ(of_directory.st_mode & 0777, 0700u);
}

TEST_F(EventStoreTest, AlertIsCommittedBeforeItIsHandedOn) {
  std::atomic<int> seen = 0;
  StoreOptions options = Options();
  options.commit_interval = absl::Hours(1);
  options.on_committed = [&](std::vector<Alert> alerts) {
    EXPECT_EQ(alerts.size(), 1u);
    EXPECT_EQ(Ask(path_, "SELECT count(*) FROM alerts"), 1);
    EXPECT_EQ(Ask(path_, "SELECT count(*) FROM file_open"), 1) << "its event comes with it";
    ++seen;
  };
  auto store = ValueOrDie(EventStore::Open(options));
  store->OfferEvent(OpenRecord(7, "/etc/shadow"), 1, TestTime());
  store->OfferAlert(TestAlert("a1", 1));
  while (seen == 0) absl::SleepFor(absl::Milliseconds(1));
}

TEST_F(EventStoreTest, SecondWriterIsRefusedAndToldWhoHoldsIt) {
  auto store = ValueOrDie(EventStore::Open(Options()));
  const auto second = EventStore::Open(Options());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(absl::StrCat("pid ", getpid())));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(path_));
  ASSERT_TRUE(store->Close().ok());
  EXPECT_TRUE(EventStore::Open(Options()).ok()) << "the lock is given back";
}

TEST_F(EventStoreTest, RunsHaveIdsOfTheirOwnAndTheTimeBetweenIsAGap) {
  for (int run = 1; run <= 2; ++run) {
    auto store = ValueOrDie(EventStore::Open(Options()));
    EXPECT_TRUE(store->OfferEvent(OpenRecord(7, "/x"), 42, TestTime()));
    ASSERT_TRUE(store->Close().ok());
    clock_.Advance(absl::Seconds(60));
  }
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM file_open"), 2);
  EXPECT_EQ(Ask(path_, "SELECT max(id) FROM file_open"), 20000000000042);
  EXPECT_EQ(Ask(path_, "SELECT end_ns - start_ns FROM gaps WHERE stage = 'not_running'"),
            60'000'000'000);
}

TEST_F(EventStoreTest, FloodDropsEventsNotAlertsAndCountsBalance) {
  StoreOptions options = Options();
  options.queue_bytes_max = 256 << 10;
  auto store = ValueOrDie(EventStore::Open(options));
  const RecordBytes record = OpenRecord(7, std::string(1000, 'x'));
  constexpr uint64_t kEvents = 50'000, kAlerts = 20;
  uint64_t refused = 0;
  for (uint64_t i = 1; i <= kEvents; ++i) {
    if (!store->OfferEvent(record, i, TestTime(static_cast<int64_t>(i)))) ++refused;
    if (i % (kEvents / kAlerts) != 0) continue;
    EXPECT_TRUE(store->OfferAlert(TestAlert("a", i)));
  }
  ASSERT_TRUE(store->Close().ok());
  const StoreCounts counts = store->Counts();
  EXPECT_GT(refused, 0u);
  EXPECT_EQ(counts.events_offered, kEvents);
  EXPECT_EQ(counts.events_dropped, refused);
  EXPECT_EQ(counts.events_written + counts.events_dropped, kEvents);
  EXPECT_EQ(counts.alerts_written, kAlerts);
  EXPECT_EQ(Ask(path_, "SELECT count(*) FROM file_open"),
            static_cast<int64_t>(counts.events_written));
  EXPECT_EQ(Ask(path_, "SELECT sum(count) FROM gaps WHERE stage = 'queue_full'"),
            static_cast<int64_t>(refused));
}

TEST_F(EventStoreTest, BadRecordsAreCountedAndDoNotStopTheRest) {
  auto store = ValueOrDie(EventStore::Open(Options()));
  const RecordBytes good = OpenRecord(7, "/x");
  store->OfferEvent(absl::MakeConstSpan(good).subspan(0, 40), 1, TestTime());
  store->OfferEvent(good, 2, TestTime());
  store->OfferEvent(good, 2, TestTime());  // The same number again.
  store->OfferEvent(good, ~uint64_t{0}, TestTime());
  store->OfferEvent(good, 3, TestTime());
  ASSERT_TRUE(store->Close().ok());
  EXPECT_EQ(store->Counts().events_written, 2u);
  EXPECT_EQ(store->Counts().events_dropped, 3u);
  EXPECT_EQ(Ask(path_, "SELECT sum(count) FROM gaps WHERE stage = 'malformed'"), 1);
  EXPECT_EQ(Ask(path_, "SELECT sum(count) FROM gaps WHERE stage = 'store_failed'"), 2);
}

TEST_F(EventStoreTest, OffersAfterCloseAreCounted) {
  auto store = ValueOrDie(EventStore::Open(Options()));
  ASSERT_TRUE(store->Close().ok());
  EXPECT_FALSE(store->OfferEvent(OpenRecord(7, "/x"), 1, TestTime()));
  EXPECT_FALSE(store->OfferAlert(TestAlert("a", 1)));
  EXPECT_FALSE(store->OfferGap({}));
  EXPECT_EQ(store->Counts().events_dropped, 1u);
  EXPECT_EQ(store->Counts().alerts_dropped, 1u);
}

// Not a test: `--gtest_also_run_disabled_tests --gtest_filter=*Throughput` says how fast it is.
TEST_F(EventStoreTest, DISABLED_Throughput) {
  constexpr uint64_t kEvents = 1'000'000;
  StoreOptions options = Options();
  options.clock = nullptr;
  auto store = ValueOrDie(EventStore::Open(options));
  const std::string path = "/usr/lib/x86_64-linux-gnu/libsomething.so.";
  const absl::Time begin = absl::Now();
  uint64_t number = 0;
  std::vector<RecordBytes> records;
  for (uint64_t i = 0; i < 4096; ++i) {
    records.push_back(OpenRecord((i % 300) * 0x9e3779b97f4a7c15, absl::StrCat(path, i)));
  }
  for (uint64_t i = 1; i <= kEvents; ++i) {
    const RecordBytes& record = records[i % records.size()];
    while (!store->OfferEvent(record, ++number, begin + absl::Microseconds(i))) {
      absl::SleepFor(absl::Milliseconds(1));
    }
  }
  ASSERT_TRUE(store->Close().ok());
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const double cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                     static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  struct stat of_file;
  ASSERT_EQ(stat(path_.c_str(), &of_file), 0);
  printf("%.0f rows a second, %.0f a CPU-second, %.1f bytes a row, %ld KiB resident at most\n",
         kEvents / seconds, kEvents / cpu, static_cast<double>(of_file.st_size) / kEvents,
         usage.ru_maxrss);
}

TEST(EventStore, WhatWasSeenSurvivesARestart) {
  const TemporaryDirectory directory;
  TestClock clock;
  StoreOptions options;
  options.path = directory.File("events.db");
  options.clock = &clock;
  const int64_t now = absl::ToUnixNanos(TestTime());
  const int64_t day = absl::ToInt64Nanoseconds(absl::Hours(24));
  auto store = ValueOrDie(EventStore::Open(options));
  EXPECT_TRUE(store->TakeSeen().empty());
  EXPECT_TRUE(store->OfferSeen({"r", "f", "", now, now, now + 9 * day}));
  EXPECT_TRUE(store->OfferSeen({"r", "f", "newer", now, now + 2, now + day}));
  EXPECT_TRUE(store->OfferSeen({"r", "f", "older", now, now + 1, now + day}));
  EXPECT_TRUE(store->OfferSeen({"r", "f", "forgotten", now, now, now + day}));
  EXPECT_TRUE(store->OfferSeen({"r", "f", "forgotten", now, now, now + day, true}));
  EXPECT_TRUE(store->OfferSeen({"r", "f", "older", now, now + 3, now + day}));  // Not any more.
  EXPECT_TRUE(store->Close().ok());
  EXPECT_FALSE(store->OfferSeen({"r", "f", "late", now, now, now + day}));

  store = ValueOrDie(EventStore::Open(options));
  std::vector<std::string> names;
  for (const SeenCombination& seen : store->TakeSeen()) {
    EXPECT_EQ(seen.rule, "r");
    EXPECT_EQ(seen.fields, "f");
    EXPECT_EQ(seen.first_ns, now);
    names.push_back(seen.combination);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"", "newer", "older"}));
  EXPECT_TRUE(store->TakeSeen().empty());  // Once.
  store.reset();

  clock.Advance(absl::Hours(48));
  store = ValueOrDie(EventStore::Open(options));
  EXPECT_EQ(store->TakeSeen().size(), 1U);  // What has expired is not given back.
  EXPECT_TRUE(store->OfferSeen({"r", "f", "x", now, now, now + 9 * day}));
  EXPECT_TRUE(store->Close().ok());
  EXPECT_EQ(Ask(options.path, "SELECT count(*) FROM first_seen"), 2);  // And its rows go.
}

TEST(EventStore, AMarkIsKeptWithWhatWasOfferedBeforeItAndGoesWhenItIsEmpty) {
  const TemporaryDirectory directory;
  StoreOptions options;
  options.age_max = absl::InfiniteDuration();  // The events are of TestTime(), long ago.
  options.path = directory.File("events.db");
  auto store = ValueOrDie(EventStore::Open(options));
  EXPECT_TRUE(store->TakeMarks().empty());
  for (uint64_t number = 1; number <= 20'000; ++number) {  // More than a transaction takes.
    store->OfferEvent(OpenRecord(7, "/f"), number, TestTime());
    if (number % 1000 == 0) {
      EXPECT_TRUE(store->OfferMark({"ring", absl::StrCat(number)}));
      for (const StoreMark& mark : store->TakeCommittedMarks()) {
        int64_t offered = 0;
        ASSERT_TRUE(absl::SimpleAtoi(mark.value, &offered));
        const auto dropped = static_cast<int64_t>(store->Counts().events_dropped);
        EXPECT_GE(Ask(options.path, "SELECT count(*) FROM file_open") + dropped, offered);
      }
    }
  }
  EXPECT_TRUE(store->OfferMark({"other", "1"}));
  EXPECT_TRUE(store->Close().ok());
  EXPECT_FALSE(store->OfferMark({"ring", "late"}));
  const StoreCounts counts = store->Counts();
  EXPECT_EQ(counts.events_written + counts.events_dropped, 20'000U);

  store = ValueOrDie(EventStore::Open(options));
  const std::vector<StoreMark> marks = store->TakeMarks();
  ASSERT_EQ(marks.size(), 2U);
  EXPECT_EQ(marks[0].key, "other");
  EXPECT_EQ(marks[1].key, "ring");
  EXPECT_EQ(marks[1].value, "20000");
  EXPECT_TRUE(store->OfferMark({"ring", ""}));
  EXPECT_TRUE(store->Close().ok());
  store = ValueOrDie(EventStore::Open(options));
  EXPECT_EQ(store->TakeMarks().size(), 1U);
}

}  // namespace
}  // namespace vedette
