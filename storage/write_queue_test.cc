// SPDX-License-Identifier: Apache-2.0
#include "storage/write_queue.h"

#include <gtest/gtest.h>

#include <thread>

#include "absl/time/clock.h"
#include "sensor/decode/event_view.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

constexpr absl::Duration kNow = absl::ZeroDuration();

uint64_t Rows(const WriteBatch& batch) {
  uint64_t rows = 0;
  for (const EventChunk& chunk : batch.chunks) rows += chunk.rows();
  return rows;
}

void ExpectBalanced(const StoreCounts& counts, uint64_t waiting) {
  EXPECT_EQ(counts.events_offered, counts.events_written + counts.events_dropped + waiting);
}

TEST(WriteQueue, GivesEventsBackInOrder) {
  WriteQueue queue(1 << 20);
  for (uint64_t i = 1; i <= 3000; ++i) {
    ASSERT_TRUE(queue.OfferEvent(OpenRecord(i, "/x"), i, TestTime(static_cast<int64_t>(i))));
  }
  WriteBatch batch;
  ASSERT_TRUE(queue.Take(batch, kNow, kNow));
  uint64_t expected = 0;
  for (const EventChunk& chunk : batch.chunks) {
    size_t at = 0;
    while (const auto entry = chunk.Next(at)) {
      ++expected;
      EXPECT_EQ(entry->number, expected);
      EXPECT_EQ(entry->time_ns, absl::ToUnixNanos(TestTime(static_cast<int64_t>(expected))));
      EXPECT_EQ(EventView::Parse(entry->record)->header().exec_id, expected);
    }
  }
  EXPECT_EQ(expected, 3000u);
  ExpectBalanced(queue.Counts(), 3000);
  queue.Committed(batch, {});
  EXPECT_TRUE(batch.empty());
  ExpectBalanced(queue.Counts(), 0);
}

TEST(WriteQueue, TakenMemoryCountsUntilItIsCommitted) {
  WriteQueue queue(256 << 10);
  const RecordBytes record = OpenRecord(7, std::string(4000, 'x'));
  uint64_t number = 0;
  while (queue.OfferEvent(record, ++number, TestTime())) {
  }
  WriteBatch batch;
  ASSERT_TRUE(queue.Take(batch, kNow, kNow));
  while (queue.OfferEvent(record, ++number, TestTime())) {
  }
  EXPECT_LT(number * record.size(), size_t{300} << 10);
  EXPECT_FALSE(queue.OfferEvent(record, ++number, TestTime()));
  queue.Committed(batch, {});
  EXPECT_TRUE(queue.OfferEvent(record, ++number, TestTime()));
}

TEST(WriteQueue, AlertsHaveAShareOfTheirOwnWhichIsBounded) {
  WriteQueue queue(256 << 10);
  while (queue.OfferEvent(OpenRecord(7, std::string(4000, 'x')), 1, TestTime())) {
  }
  uint64_t alerts = 0;
  while (queue.OfferAlert(TestAlert("a", 1))) ++alerts;
  EXPECT_GT(alerts, 20u);
  EXPECT_LT(alerts, 200u);
  EXPECT_EQ(queue.Counts().alerts_dropped, 1u);
  WriteBatch batch;
  ASSERT_TRUE(queue.Take(batch, kNow, kNow));
  EXPECT_EQ(batch.alerts.size(), alerts);
  EXPECT_EQ(queue.Committed(batch, {}).size(), alerts);
  EXPECT_TRUE(queue.OfferAlert(TestAlert("a", 1)));
}

// What it overtakes comes with the next batch, at once and as durable, whatever follows.
TEST(WriteQueue, AnAlertDoesNotWaitForManyEventsAndTheseComeNext) {
  WriteQueue queue(1 << 20);
  constexpr uint64_t kMany = WriteQueue::kEventsBesideAlerts + 1;
  for (uint64_t i = 1; i <= kMany; ++i) queue.OfferEvent(OpenRecord(i, "/x"), i, TestTime());
  queue.OfferGap({.from = TestTime(), .to = TestTime(), .kind = "", .stage = "x", .count = 1});
  ASSERT_TRUE(queue.OfferMark({.key = "m", .value = "behind the events"}));
  ASSERT_TRUE(queue.OfferAlert(TestAlert("a", kMany)));
  WriteBatch batch;
  ASSERT_TRUE(queue.Take(batch, absl::Hours(1), absl::Hours(1)));
  EXPECT_EQ(batch.alerts.size(), 1u);
  EXPECT_EQ(Rows(batch) + batch.gaps.size() + batch.marks.size(), 0u);
  EXPECT_TRUE(batch.synced);
  queue.Committed(batch, {});
  ASSERT_TRUE(queue.OfferAlert(TestAlert("b", kMany)));
  ASSERT_TRUE(queue.Take(batch, absl::Hours(1), absl::Hours(1)));
  EXPECT_EQ(Rows(batch), kMany);
  EXPECT_EQ(batch.alerts.size(), 1u);
  EXPECT_EQ(batch.gaps.size(), 1u);
  EXPECT_EQ(batch.marks.size(), 1u);
  EXPECT_TRUE(batch.synced);
  queue.Committed(batch, {});
  queue.OfferEvent(OpenRecord(1, "/x"), kMany + 1, TestTime());
  ASSERT_TRUE(queue.Take(batch, kNow, kNow));
  EXPECT_FALSE(batch.synced);
}

TEST(WriteQueue, WhatAnAlertHasOvertakenIsSyncedThoughNothingFollows) {
  WriteQueue queue(1 << 20);
  constexpr uint64_t kMany = WriteQueue::kEventsBesideAlerts + 1;
  for (uint64_t i = 1; i <= kMany; ++i) queue.OfferEvent(OpenRecord(i, "/x"), i, TestTime());
  ASSERT_TRUE(queue.OfferAlert(TestAlert("a", kMany)));
  WriteBatch batch;
  ASSERT_TRUE(queue.Take(batch, absl::Hours(1), absl::Hours(1)));
  queue.Committed(batch, {});
  ASSERT_TRUE(queue.Take(batch, absl::Hours(1), absl::Hours(1)));
  EXPECT_EQ(Rows(batch), kMany);
  EXPECT_TRUE(batch.synced);
}

TEST(WriteQueue, DroppedStretchBecomesOneGap) {
  WriteQueue queue(256 << 10);
  const RecordBytes record = OpenRecord(7, std::string(4000, 'x'));
  while (queue.OfferEvent(record, 1, TestTime())) {
  }
  for (int i = 5; i < 10; ++i) queue.OfferEvent(record, 1, TestTime(i));
  WriteBatch batch;
  ASSERT_TRUE(queue.Take(batch, kNow, kNow));
  ASSERT_EQ(batch.gaps.size(), 1u);
  EXPECT_EQ(batch.gaps[0].kind, "file_open");
  EXPECT_EQ(batch.gaps[0].stage, "queue_full");
  EXPECT_EQ(batch.gaps[0].from, TestTime());
  EXPECT_EQ(batch.gaps[0].to, TestTime(9));
  EXPECT_EQ(batch.gaps[0].count, queue.Counts().events_dropped);
}

TEST(WriteQueue, WhileTheStoreFailsOneHoleGrows) {
  WriteQueue queue(256 << 10);
  queue.SetFailing(true);
  const RecordBytes record = OpenRecord(7, std::string(4000, 'x'));
  while (queue.OfferEvent(record, 1, TestTime())) {
  }
  WriteBatch batch;
  ASSERT_TRUE(queue.Take(batch, kNow, kNow));
  EXPECT_EQ(batch.gaps.size(), 0u);
  queue.SetFailing(false);
  ASSERT_TRUE(queue.Take(batch, kNow, kNow));
  ASSERT_EQ(batch.gaps.size(), 1u);
  EXPECT_EQ(batch.gaps[0].stage, "store_failed");
}

TEST(WriteQueue, RejectedEventsAreDroppedNotWritten) {
  WriteQueue queue(1 << 20);
  queue.OfferEvent(OpenRecord(7, "/x"), 1, TestTime());
  queue.OfferEvent(OpenRecord(7, "/x"), 2, TestTime());
  WriteBatch batch;
  ASSERT_TRUE(queue.Take(batch, kNow, kNow));
  const RejectedEvent rejected[] = {{.kind = WIRE_file_open, .time_ns = 5}};
  queue.Committed(batch, rejected);
  EXPECT_EQ(queue.Counts().events_written, 1u);
  EXPECT_EQ(queue.Counts().events_dropped, 1u);
}

TEST(WriteQueue, GapsAreMergedNotLost) {
  WriteQueue queue(1 << 20);
  constexpr uint64_t kGaps = 5000;
  for (uint64_t i = 0; i < kGaps; ++i) {
    queue.OfferGap({TestTime(), TestTime(1), i % 2 == 0 ? "file_open" : "", "ring_full", 1});
  }
  WriteBatch batch;
  ASSERT_TRUE(queue.Take(batch, kNow, kNow));
  EXPECT_LE(batch.gaps.size(), WriteQueue::kGapsMax);
  uint64_t count = 0;
  for (const Gap& gap : batch.gaps) count += gap.count;
  EXPECT_EQ(count, kGaps);
}

TEST(WriteQueue, OversizedRecordsTakeNoRoom) {
  WriteQueue queue(256 << 10);
  const std::vector<std::byte> huge(WIRE_RECORD_MAX + 1);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(queue.OfferEvent(huge, 1, TestTime()));
  EXPECT_TRUE(queue.OfferEvent(OpenRecord(7, "/x"), 1, TestTime()));
}

TEST(WriteQueue, WaitsForCompanyButNotWithAnAlert) {
  WriteQueue queue(1 << 20);
  WriteBatch batch;
  queue.OfferEvent(OpenRecord(7, "/x"), 1, TestTime());
  std::thread offers([&] {
    absl::SleepFor(absl::Milliseconds(20));
    queue.OfferEvent(OpenRecord(7, "/x"), 2, TestTime());
    queue.OfferAlert(TestAlert("a", 2));
  });
  ASSERT_TRUE(queue.Take(batch, absl::Hours(1), absl::Hours(1)));
  offers.join();
  EXPECT_EQ(Rows(batch), 2u);
  EXPECT_EQ(batch.alerts.size(), 1u);
}

TEST(WriteQueue, CloseEndsWaitingAndGivesTheRest) {
  WriteQueue queue(1 << 20);
  queue.OfferEvent(OpenRecord(7, "/x"), 1, TestTime());
  queue.Close();
  WriteBatch batch;
  EXPECT_TRUE(queue.Take(batch, absl::Hours(1), absl::Hours(1)));
  EXPECT_EQ(Rows(batch), 1u);
  queue.Committed(batch, {});
  EXPECT_FALSE(queue.Take(batch, absl::Hours(1), absl::Hours(1)));
}

TEST(WriteQueue, ManyThreadsAndExactCounts) {
  WriteQueue queue(256 << 10);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      const RecordBytes record = OpenRecord(7, std::string(500, 'x'));
      for (uint64_t i = 0; i < 20'000; ++i) queue.OfferEvent(record, i, TestTime());
    });
  }
  std::thread writer([&] {
    WriteBatch batch;
    while (queue.Take(batch, kNow, absl::Milliseconds(1))) queue.Committed(batch, {});
  });
  for (std::thread& thread : threads) thread.join();
  queue.Close();
  writer.join();
  EXPECT_EQ(queue.Counts().events_offered, 60'000u);
  ExpectBalanced(queue.Counts(), 0);
}

}  // namespace
}  // namespace vedette
