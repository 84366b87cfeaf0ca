// SPDX-License-Identifier: Apache-2.0
#include "integrations/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

using testing::ElementsAre;

// Like FakeClock, of which ThreadSanitizer cannot see the lock (absl::Mutex in the distribution's
// library).
class StoppedClock : public Clock {
 public:
  absl::Time Now() override { return absl::FromUnixSeconds(1'700'000'000) + Monotonic(); }
  absl::Duration SinceBoot() override { return Monotonic(); }
  absl::Duration Monotonic() override { return absl::Nanoseconds(nanoseconds_.load()); }
  void Advance(absl::Duration duration) { nanoseconds_ += absl::ToInt64Nanoseconds(duration); }

 private:
  std::atomic<int64_t> nanoseconds_ = 0;
};

// What the sinks of a test have seen and what they answer; outlives them.
class Peer {
 public:
  absl::Status Take(absl::Span<const Alert> batch) {
    std::unique_lock lock(mu_);
    ++attempts_;
    opened_.wait(lock, [this] { return open_; });
    if (answer_ != absl::StatusCode::kOk) return absl::Status(answer_, "down");
    for (const Alert& alert : batch) ids_.push_back(alert.id);
    return absl::OkStatus();
  }
  void Answer(absl::StatusCode code) {
    std::lock_guard lock(mu_);
    answer_ = code;
  }
  void SetOpen(bool open) {
    std::lock_guard lock(mu_);
    open_ = open;
    opened_.notify_all();
  }
  void Flushed() {
    std::lock_guard lock(mu_);
    ++flushes_;
  }
  int flushes() const {
    std::lock_guard lock(mu_);
    return flushes_;
  }
  std::vector<std::string> ids() const {
    std::lock_guard lock(mu_);
    return ids_;
  }
  void AwaitAttempts(int count) const {
    for (int i = 0; i < 2000; ++i) {
      {
        std::lock_guard lock(mu_);
        if (attempts_ >= count) return;
      }
      absl::SleepFor(absl::Milliseconds(5));
    }
    ADD_FAILURE() << "no " << count << " attempts in ten seconds";
  }

 private:
  mutable std::mutex mu_;
  std::condition_variable opened_;
  bool open_ ABSL_GUARDED_BY(mu_) = true;
  // Not a Status: what threads share of one is counted inside the library, unseen by
  // ThreadSanitizer.
  absl::StatusCode answer_ ABSL_GUARDED_BY(mu_) = absl::StatusCode::kOk;
  int attempts_ ABSL_GUARDED_BY(mu_) = 0;
  int flushes_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<std::string> ids_ ABSL_GUARDED_BY(mu_);
};

class PeerSink : public Sink {
 public:
  explicit PeerSink(Peer& peer) : peer_(peer) {}
  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time) override {
    return peer_.Take(batch);
  }
  absl::Status Flush() override {
    peer_.Flushed();
    return absl::OkStatus();
  }

 private:
  Peer& peer_;
};

SinkSetup SetupFor(Peer& peer) {
  SinkSetup setup;
  setup.name = "peer";
  setup.sink = std::make_unique<PeerSink>(peer);
  setup.batch_max = 4;
  return setup;
}

std::vector<SinkSetup> One(SinkSetup setup) {
  std::vector<SinkSetup> all;
  all.push_back(std::move(setup));
  return all;
}

Alert Numbered(int number) {
  Alert alert;
  alert.id = absl::StrCat(number);
  return alert;
}

void ExpectBalance(const SinkCounts& c) {
  EXPECT_EQ(c.offered, c.delivered + c.dropped + c.waiting) << c.name;
}

TEST(DispatcherTest, EverySinkGetsEveryAlertInOrder) {
  StoppedClock clock;
  Peer a, b;
  std::vector<SinkSetup> setups = One(SetupFor(a));
  setups.push_back(SetupFor(b));
  Dispatcher dispatcher(clock, std::move(setups));
  dispatcher.Offer({Numbered(1), Numbered(2)});
  for (int i = 3; i <= 100; ++i) dispatcher.Offer(Numbered(i));
  dispatcher.Close(absl::Seconds(1));
  std::vector<std::string> expected;
  for (int i = 1; i <= 100; ++i) expected.push_back(absl::StrCat(i));
  EXPECT_EQ(a.ids(), expected);
  EXPECT_EQ(b.ids(), expected);
  EXPECT_EQ(a.flushes(), 1);
  for (const SinkCounts& c : dispatcher.Counts()) {
    EXPECT_EQ(c.offered, 100U);
    EXPECT_EQ(c.delivered, 100U);
    EXPECT_EQ(c.waiting, 0U);
  }
}

TEST(DispatcherTest, HeartbeatsOfHostsInTheSameMomentHaveIdsOfTheirOwn) {
  StoppedClock clock;  // All beat at once.
  std::set<std::string> ids;
  for (const char* host : {"a", "b"}) {
    for (const char* sink : {"one", "two"}) {
      Peer peer;
      SinkSetup setup = SetupFor(peer);
      setup.name = sink;
      setup.hostname = host;
      setup.heartbeat = absl::Seconds(1);
      Dispatcher dispatcher(clock, One(std::move(setup)));
      peer.AwaitAttempts(1);
      dispatcher.Close(absl::Seconds(5));
      ASSERT_EQ(peer.ids().size(), 1U);
      ids.insert(peer.ids()[0]);
    }
  }
  EXPECT_EQ(ids.size(), 4U);
}

TEST(DispatcherTest, SlowSinkHoldsUpNobody) {
  StoppedClock clock;
  Peer slow, fast;
  slow.SetOpen(false);
  std::vector<SinkSetup> setups = One(SetupFor(slow));
  setups.push_back(SetupFor(fast));
  Dispatcher dispatcher(clock, std::move(setups));
  for (int i = 0; i < 8; ++i) dispatcher.Offer(Numbered(i));  // Returns.
  for (int i = 0; i < 2000 && fast.ids().size() < 8; ++i) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_EQ(fast.ids().size(), 8U);
  EXPECT_TRUE(slow.ids().empty());
  EXPECT_EQ(dispatcher.Counts()[0].waiting, 8U);
  slow.SetOpen(true);
  dispatcher.Close(absl::Seconds(1));
  EXPECT_EQ(slow.ids().size(), 8U);
}

TEST(DispatcherTest, OutageIsSurvivedByTryingAgain) {
  StoppedClock clock;
  Peer peer;
  peer.Answer(absl::StatusCode::kUnavailable);
  Dispatcher dispatcher(clock, One(SetupFor(peer)));
  for (int i = 0; i < 3; ++i) dispatcher.Offer(Numbered(i));
  peer.AwaitAttempts(1);
  absl::SleepFor(absl::Milliseconds(100));
  ExpectBalance(dispatcher.Counts()[0]);
  EXPECT_EQ(dispatcher.Counts()[0].retried, 0U) << "it waits for the clock";
  clock.Advance(absl::Milliseconds(100));
  peer.AwaitAttempts(2);
  EXPECT_EQ(dispatcher.Counts()[0].last_error, "down");
  peer.Answer(absl::StatusCode::kOk);
  clock.Advance(absl::Milliseconds(200));
  peer.AwaitAttempts(3);
  dispatcher.Close(absl::Seconds(1));
  EXPECT_THAT(peer.ids(), ElementsAre("0", "1", "2"));
  const SinkCounts counts = dispatcher.Counts()[0];
  EXPECT_EQ(counts.delivered, 3U);
  EXPECT_EQ(counts.dropped, 0U);
  EXPECT_GE(counts.retried, 2U);
  EXPECT_EQ(counts.last_error, "");
}

TEST(DispatcherTest, RefusedBatchIsLostAndTheNextGoesOn) {
  StoppedClock clock;
  Peer peer;
  peer.Answer(absl::StatusCode::kInvalidArgument);
  Dispatcher dispatcher(clock, One(SetupFor(peer)));
  dispatcher.Offer(Numbered(1));
  for (int i = 0; i < 2000 && dispatcher.Counts()[0].dropped == 0; ++i) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  peer.Answer(absl::StatusCode::kOk);
  dispatcher.Offer(Numbered(2));
  dispatcher.Close(absl::Seconds(1));
  EXPECT_THAT(peer.ids(), ElementsAre("2"));
  EXPECT_EQ(dispatcher.Counts()[0].dropped, 1U);
  EXPECT_EQ(dispatcher.Counts()[0].retried, 0U);
}

// The sink holds alert 0; three more fit.
std::vector<std::string> IdsAfterOverflow(Overflow overflow) {
  StoppedClock clock;
  Peer peer;
  peer.SetOpen(false);
  SinkSetup setup = SetupFor(peer);
  setup.overflow = overflow;
  setup.queue_bytes_max = 3 * MemoryOf(Numbered(0));
  setup.batch_max = 1;
  Dispatcher dispatcher(clock, One(std::move(setup)));
  dispatcher.Offer(Numbered(0));
  peer.AwaitAttempts(1);
  for (int i = 1; i <= 5; ++i) dispatcher.Offer(Numbered(i));
  ExpectBalance(dispatcher.Counts()[0]);
  EXPECT_EQ(dispatcher.Counts()[0].dropped, 2U);
  EXPECT_EQ(dispatcher.Counts()[0].waiting, 4U);
  peer.SetOpen(true);
  dispatcher.Close(absl::Seconds(1));
  EXPECT_EQ(dispatcher.Counts()[0].delivered, 4U);
  return peer.ids();
}

TEST(DispatcherTest, FullQueueLosesTheOldest) {
  EXPECT_THAT(IdsAfterOverflow(Overflow::kDropOldest), ElementsAre("0", "3", "4", "5"));
}

TEST(DispatcherTest, FullQueueLosesTheNewestIfAskedTo) {
  EXPECT_THAT(IdsAfterOverflow(Overflow::kDropNewest), ElementsAre("0", "1", "2", "3"));
}

TEST(DispatcherTest, AlertLargerThanTheQueueIsLostAlone) {
  StoppedClock clock;
  Peer peer;
  SinkSetup setup = SetupFor(peer);
  setup.queue_bytes_max = 10'000;
  Dispatcher dispatcher(clock, One(std::move(setup)));
  Alert large = Numbered(1);
  large.message = std::string(20'000, 'x');
  dispatcher.Offer(Numbered(0));
  dispatcher.Offer(std::move(large));
  dispatcher.Close(absl::Seconds(1));
  EXPECT_THAT(peer.ids(), ElementsAre("0"));
  EXPECT_EQ(dispatcher.Counts()[0].dropped, 1U);
}

TEST(DispatcherTest, CloseGivesUpOnASinkThatStaysDown) {
  RealClock clock;
  Peer peer;
  peer.Answer(absl::StatusCode::kUnavailable);
  Dispatcher dispatcher(clock, One(SetupFor(peer)));
  for (int i = 0; i < 10; ++i) dispatcher.Offer(Numbered(i));
  const absl::Time before = absl::Now();
  dispatcher.Close(absl::Milliseconds(300));
  EXPECT_LT(absl::Now() - before, absl::Seconds(5));
  const SinkCounts counts = dispatcher.Counts()[0];
  EXPECT_EQ(counts.dropped, 10U);
  EXPECT_EQ(counts.waiting, 0U);
  EXPECT_EQ(peer.flushes(), 1);
}

TEST(DispatcherTest, ClosingTriesASinkThatIsDownOnceMoreAtOnce) {
  StoppedClock clock;
  Peer peer;
  peer.Answer(absl::StatusCode::kUnavailable);
  Dispatcher dispatcher(clock, One(SetupFor(peer)));
  dispatcher.Offer(Numbered(1));
  peer.AwaitAttempts(1);
  absl::SleepFor(absl::Milliseconds(20));
  peer.Answer(absl::StatusCode::kOk);
  dispatcher.Close(absl::Seconds(1));  // The clock stands still.
  EXPECT_THAT(peer.ids(), ElementsAre("1"));
}

TEST(DispatcherTest, AfterCloseEverythingIsCountedAsDropped) {
  StoppedClock clock;
  Peer peer;
  Dispatcher dispatcher(clock, One(SetupFor(peer)));
  dispatcher.Close(absl::ZeroDuration());
  dispatcher.Close(absl::Seconds(1));
  dispatcher.Offer(Numbered(1));
  EXPECT_EQ(dispatcher.Counts()[0].dropped, 1U);
  EXPECT_TRUE(peer.ids().empty());
}

TEST(DispatcherTest, BalancesUnderManyThreadsAndAFlappingSink) {
  RealClock clock;
  Peer peer;
  SinkSetup setup = SetupFor(peer);
  setup.queue_bytes_max = 20 * MemoryOf(Numbered(0));
  setup.retry_min = absl::Microseconds(10);
  setup.retry_max = absl::Microseconds(100);
  Dispatcher dispatcher(clock, One(std::move(setup)));
  std::atomic<bool> done = false;
  std::thread weather([&] {
    for (int i = 0; !done; ++i) {
      peer.Answer(i % 3 == 0   ? absl::StatusCode::kUnavailable
                  : i % 3 == 1 ? absl::StatusCode::kInternal
                               : absl::StatusCode::kOk);
      ExpectBalance(dispatcher.Counts()[0]);
      absl::SleepFor(absl::Microseconds(200));
    }
    peer.Answer(absl::StatusCode::kOk);
  });
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) dispatcher.Offer(Numbered(i));
    });
  }
  for (std::thread& caller : callers) caller.join();
  done = true;
  weather.join();
  dispatcher.Close(absl::Seconds(10));
  const SinkCounts counts = dispatcher.Counts()[0];
  EXPECT_EQ(counts.offered, 8000U);
  EXPECT_EQ(counts.delivered + counts.dropped, 8000U);
  EXPECT_EQ(counts.delivered, peer.ids().size());
}

TEST(DispatcherTest, ConfigurationReachesTheQueue) {
  const auto setup = SetUpSink(
      "console", {{"queue_bytes_max", "1MiB"}, {"overflow", "drop_newest"}, {"retry_max", "2s"}});
  ASSERT_TRUE(setup.ok()) << setup.status();
  EXPECT_EQ(setup->queue_bytes_max, size_t{1} << 20);
  EXPECT_EQ(setup->overflow, Overflow::kDropNewest);
  EXPECT_EQ(setup->retry_max, absl::Seconds(2));
  EXPECT_FALSE(SetUpSink("console", {{"overflow", "x"}}).ok());
}

TEST(DispatcherTest, MemoryCountsTheTexts) {
  Alert alert = SampleAlert();
  const size_t before = MemoryOf(alert);
  alert.processes[2].command_line = std::string(5000, 'x');
  alert.fields[0].text = std::string(3000, 'x');
  EXPECT_GE(MemoryOf(alert), before + 8000);
}

// A backlog in memory that two sinks of one name share, one after the other.
class SharedBacklog : public Backlog {
 public:
  struct Place {
    std::mutex mu;
    std::vector<int> alerts;
    size_t done = 0;
    int open = 0;  // How many hold it now.
  };
  explicit SharedBacklog(Place& place) : place_(place) {
    const std::lock_guard lock(place_.mu);
    EXPECT_EQ(++place_.open, 1) << "two at once would deliver alerts twice or never";
  }
  ~SharedBacklog() override {
    const std::lock_guard lock(place_.mu);
    --place_.open;
  }
  absl::StatusOr<Batch> Next(size_t max, const AlertSelector&) override {
    const std::lock_guard lock(place_.mu);
    Batch batch;
    for (size_t i = place_.done; i < place_.alerts.size() && batch.size() < max; ++i) {
      batch.alerts.push_back(Numbered(place_.alerts[i]));
    }
    taken_ = batch.size();
    return batch;
  }
  absl::Status Done(absl::Span<const Rejection>) override {
    const std::lock_guard lock(place_.mu);
    place_.done += taken_;
    return absl::OkStatus();
  }
  void Reset() override {}
  void Measure() override {}
  BacklogCounts Counts() const override { return {}; }

 private:
  Place& place_;
  size_t taken_ = 0;
};

TEST(DispatcherTest, ASinkThatIsReplacedLosesNothing) {
  RealClock clock;
  SharedBacklog::Place place;
  Peer stays, old, fresh;
  std::vector<SinkSetup> setups = One(SetupFor(stays));
  setups[0].name = "stays";
  SinkSetup first = SetupFor(old);
  first.backlog = std::make_unique<SharedBacklog>(place);
  setups.push_back(std::move(first));
  Dispatcher dispatcher(clock, std::move(setups));
  const auto commit = [&](int number) {
    {
      const std::lock_guard lock(place.mu);
      place.alerts.push_back(number);
    }
    dispatcher.OfferCommitted({Numbered(number)});
  };
  commit(1);
  old.AwaitAttempts(1);
  old.Answer(absl::StatusCode::kUnavailable);
  commit(2);
  commit(3);
  old.AwaitAttempts(2);
  SinkSetup second = SetupFor(fresh);
  second.open_backlog = [&]() -> absl::StatusOr<std::unique_ptr<Backlog>> {
    return std::make_unique<SharedBacklog>(place);
  };
  dispatcher.Change({"peer"}, One(std::move(second)));
  commit(4);
  for (int i = 0; i < 2000 && dispatcher.IsChanging(); ++i) absl::SleepFor(absl::Milliseconds(5));
  commit(5);
  dispatcher.Close(absl::Seconds(10));
  EXPECT_THAT(old.ids(), ElementsAre("1"));
  EXPECT_THAT(fresh.ids(), ElementsAre("2", "3", "4", "5"));
  EXPECT_THAT(stays.ids(), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_EQ(old.flushes(), 1);
}

TEST(DispatcherTest, SinksCanComeAndGo) {
  StoppedClock clock;
  Peer a, b;
  Dispatcher dispatcher(clock, One(SetupFor(a)));
  dispatcher.Offer(Numbered(1));
  SinkSetup other = SetupFor(b);
  other.name = "other";
  dispatcher.Change({"peer"}, One(std::move(other)));
  dispatcher.Offer(Numbered(2));
  dispatcher.Close(absl::Seconds(10));
  EXPECT_THAT(a.ids(), ElementsAre("1"));
  EXPECT_THAT(b.ids(), ElementsAre("2"));
  ASSERT_EQ(dispatcher.Counts().size(), 1U);
  EXPECT_TRUE(dispatcher.Counts()[0].late);
}

}  // namespace
}  // namespace vedette
