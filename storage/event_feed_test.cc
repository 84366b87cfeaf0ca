// SPDX-License-Identifier: Apache-2.0
#include "storage/event_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/retention.h"
#include "storage/tables.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using testing::ElementsAre;

class Followed : public FeedReceiver {
 public:
  bool Wants(EventKind kind, absl::string_view object) override {
    return kind != WIRE_process_exit && object != "/not/wanted";
  }
  void OnEvent(const FedEvent& event) override {
    ++times[event.id];
    kinds[event.id] = event.kind->kind;
    objects[event.id] = std::string(event.object);
    EXPECT_NE(event.run, nullptr);
    EXPECT_EQ(event.names.size(), event.values.size());
  }
  void OnGap(const FedGap& gap) override {
    gaps.push_back(absl::StrCat(gap.stage, " ", gap.kind, " ", gap.count));
    if (gap.is_drop) dropped += gap.count;
  }
  std::map<int64_t, int> times;
  std::map<int64_t, EventKind> kinds;
  std::map<int64_t, std::string> objects;
  std::vector<std::string> gaps;
  uint64_t dropped = 0;
};

class EventFeedTest : public testing::Test {
 protected:
  void Open(StoreOptions options = {}) {
    options.path = path_;
    if (options.bytes_max == StoreOptions{}.bytes_max) options.age_max = absl::InfiniteDuration();
    options.hostname = "web-1";
    options.commit_interval = absl::Milliseconds(1);
    store_ = ValueOrDie(EventStore::Open(std::move(options)));
  }
  void Close() {
    ASSERT_TRUE(store_->Close().ok());
    store_.reset();
  }
  void Offer(uint64_t number, const std::string& path = "/etc/passwd") {
    ASSERT_TRUE(store_->OfferEvent(OpenRecord(7, path), number, TestTime(0)));
  }
  // Writes what was offered so far.
  void Settle() {
    for (int i = 0; i < 5000; ++i) {
      const StoreCounts counts = store_->Counts();
      if (counts.events_offered == counts.events_written + counts.events_dropped) return;
      absl::SleepFor(absl::Milliseconds(1));
    }
    FAIL() << "the store does not write";
  }
  // Until there is no more.
  FedBatch Follow(EventCursor& cursor, size_t max, Followed& to) {
    auto feed = ValueOrDie(EventFeed::Open(path_));
    FedBatch all;
    while (true) {
      const FedBatch batch = ValueOrDie(feed->Next(cursor, max, to));
      cursor = batch.next;
      all.filtered += batch.filtered;
      all.lost += batch.lost;
      if (batch.is_last) return all;
    }
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("store.db");
  std::unique_ptr<EventStore> store_;
};

TEST_F(EventFeedTest, EachEventIsGivenOnceWhateverTheOrderInWhichItCame) {
  Open();
  EventCursor cursor;
  Followed got;
  FedBatch counts;
  const auto follow = [&](size_t max) {
    const FedBatch more = Follow(cursor, max, got);
    counts.filtered += more.filtered;
    counts.lost += more.lost;
  };
  std::mt19937 random(5);
  std::set<uint64_t> offered;
  size_t not_wanted = 0;
  const auto offer = [&](uint64_t number, const std::string& path) {
    Offer(number, path);
    offered.insert(number);
    if (path == "/not/wanted") ++not_wanted;
  };
  uint64_t next = 1000, seen = 9'000'000'000'000, earlier = 1;
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 20; ++i) {
      next += 1 + random() % 3;  // Numbers have holes: what was not kept.
      offer(next, random() % 10 == 0 ? "/not/wanted" : absl::StrCat("/p/", next));
    }
    if (round % 3 == 0) offer(++earlier, "/late");  // Prehistory.
    if (round % 5 == 0) offer(++seen, "/seen");
    Settle();
    if (round % 2 == 0) follow(1 + random() % 30);
    if (round == 20) {
      Close();
      Open();
      next = 1000, seen = 9'000'000'000'000, earlier = 1;
      std::set<uint64_t> moved;  // Numbers begin anew; tell the runs apart.
      for (const uint64_t number : offered) moved.insert(number | uint64_t{1} << 60);
      offered = std::move(moved);
    }
  }
  follow(7);
  EXPECT_EQ(got.times.size() + not_wanted, offered.size());
  EXPECT_EQ(counts.filtered, not_wanted);
  EXPECT_EQ(counts.lost, 0U);
  for (const auto& [id, times] : got.times) EXPECT_EQ(times, 1) << id;
  Close();
  Followed nothing;
  Follow(cursor, 100, nothing);
  EXPECT_TRUE(nothing.times.empty());
}

TEST_F(EventFeedTest, FromTheEndOnlyWhatComesLaterIsGiven) {
  Open();
  Offer(5);
  Offer(2);
  Settle();
  EventCursor cursor = ValueOrDie(ValueOrDie(EventFeed::Open(path_))->End());
  Offer(6, "/new");
  Offer(3, "/late");
  Settle();
  Followed got;
  Follow(cursor, 10, got);
  std::vector<std::string> objects;
  for (const auto& [id, object] : got.objects) objects.push_back(object);
  EXPECT_THAT(objects, ElementsAre("/late", "/new"));
  EXPECT_EQ(ValueOrDie(ValueOrDie(EventFeed::Open(path_))->Behind(cursor)), 0U);
  EXPECT_EQ(ValueOrDie(ValueOrDie(EventFeed::Open(path_))->Behind({.late = 2})), 4U);
}

TEST_F(EventFeedTest, RecordingsArePassedOverAndGapsComeAlong) {
  Open();
  ASSERT_TRUE(store_->OfferGap({TestTime(), TestTime(1), "file_open", "ring_full", 5}));
  Offer(1);
  Close();
  StoreOptions replay;
  replay.recording = StoredRecording{.name = "r", .begin = TestTime(0)};
  replay.path = path_;
  replay.age_max = absl::InfiniteDuration();
  store_ = ValueOrDie(EventStore::Open(replay));
  Offer(2, "/of/a/recording");
  Offer(1, "/late/of/it");
  Close();
  EventCursor cursor;
  Followed got;
  Follow(cursor, 10, got);
  EXPECT_EQ(got.times.size(), 1U);
  EXPECT_THAT(got.gaps, testing::Contains("ring_full file_open 5"));
}

TEST_F(EventFeedTest, WhatRetentionTookIsALossThatIsTold) {
  StoreOptions options;
  options.bytes_max = Retention::kBytesMin;
  options.age_max = absl::Hours(1);
  TestClock clock;
  options.clock = &clock;
  Open(options);
  for (uint64_t i = 1; i <= 100; ++i) Offer(i, absl::StrCat("/old/", i));
  Settle();
  EventCursor cursor;
  {
    auto feed = ValueOrDie(EventFeed::Open(path_));
    Followed got;
    const FedBatch first = ValueOrDie(feed->Next(cursor, 10, got));
    cursor = first.next;
    EXPECT_EQ(got.times.size(), 10U);
  }
  clock.Advance(absl::Hours(10));
  // Wakes the writer, which looks for what is old behind each batch.
  ASSERT_TRUE(store_->OfferEvent(OpenRecord(7, "/new"), 101, TestTime(36'000)));
  for (int i = 0; i < 5000; ++i) {
    if (ValueOrDie(ValueOrDie(EventFeed::Open(path_))->Behind({})) == 1) break;
    absl::SleepFor(absl::Milliseconds(1));
  }
  Followed got;
  const FedBatch rest = Follow(cursor, 10, got);
  EXPECT_EQ(got.times.size(), 1U);
  EXPECT_EQ(rest.lost, 90U);
  EXPECT_EQ(got.dropped, 90U);
  Followed again;
  EXPECT_EQ(Follow(cursor, 10, again).lost, 0U) << "told once";
  Close();  // Before its clock goes.
}

}  // namespace
}  // namespace vedette
