// SPDX-License-Identifier: Apache-2.0
//
// Events out of the store through the dispatcher, as the daemon puts it together.
#include "integrations/delivery/event_backlog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "integrations/dispatcher.h"
#include "storage/event_store.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using testing::HasSubstr;

// What the sink was given and what it answers; outlives it.
struct Peer {
  std::mutex mu;
  std::map<std::string, int> objects;  // How often each came.
  std::set<std::string> ids;
  std::vector<std::string> order;
  std::vector<absl::Time> begun, ended;  // Of each delivery.
  absl::Duration takes = absl::ZeroDuration();
  int alerts = 0;
  bool down = false;
  std::string poison;

  size_t count() {
    const std::lock_guard lock(mu);
    return ids.size();
  }
  bool Await(size_t count_wanted) {
    for (int i = 0; i < 2000 && count() < count_wanted; ++i) absl::SleepFor(absl::Milliseconds(5));
    return count() >= count_wanted;
  }
};

class PeerSink : public Sink {
 public:
  explicit PeerSink(Peer& peer) : peer_(peer) {}
  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time) override {
    const std::lock_guard lock(peer_.mu);
    peer_.alerts += static_cast<int>(batch.size());
    return absl::OkStatus();
  }
  absl::Status DeliverEvents(absl::Span<const DeliveredEvent> batch, absl::Time) override {
    const absl::Time begun = absl::Now();
    absl::SleepFor(peer_.takes);
    const std::lock_guard lock(peer_.mu);
    peer_.begun.push_back(begun);
    peer_.ended.push_back(absl::Now());
    if (peer_.down) return absl::UnavailableError("down");
    for (const DeliveredEvent& event : batch) {
      const bool bad = !peer_.poison.empty() && event.json.find(peer_.poison) != std::string::npos;
      if (bad) return absl::InvalidArgumentError("400: poison");
    }
    for (const DeliveredEvent& event : batch) {
      ++peer_.objects[event.json];
      peer_.ids.insert(event.id);
      peer_.order.push_back(event.json);
    }
    return absl::OkStatus();
  }
  absl::Status Flush() override { return absl::OkStatus(); }

 private:
  Peer& peer_;
};

class EventBacklogTest : public testing::Test {
 protected:
  void Start(Peer& peer, EventSelector wanted = {.kinds = ~KindSet{0}}, bool from_oldest = false,
             absl::Duration every = absl::Milliseconds(5)) {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    options.hostname = "web-1";
    options.on_committed = [this](std::vector<Alert> alerts) {
      if (dispatcher_ != nullptr) dispatcher_->OfferCommitted(std::move(alerts));
    };
    store_ = ValueOrDie(EventStore::Open(std::move(options)));
    log_ = ValueOrDie(OpenDeliveryLog(path_, absl::Now()));
    SinkSetup setup;
    setup.name = "peer/events";
    setup.sink = std::make_unique<PeerSink>(peer);
    setup.events = wanted;
    setup.batch_max = 8;
    setup.idle_look = every;
    setup.retry_min = absl::Milliseconds(1);
    setup.retry_max = absl::Milliseconds(20);
    setup.backlog = ValueOrDie(OpenEventBacklog({.store_path = path_,
                                                 .sink = setup.name,
                                                 .from_oldest = from_oldest,
                                                 .log = log_.get(),
                                                 .clock = &clock_},
                                                wanted));
    std::vector<SinkSetup> setups;
    setups.push_back(std::move(setup));
    dispatcher_ = std::make_unique<Dispatcher>(clock_, std::move(setups));
  }
  void Stop() {
    ASSERT_TRUE(store_->Close().ok());
    dispatcher_->Close(absl::Seconds(5));
    counts_ = dispatcher_->Counts()[0];
    dispatcher_.reset();
    log_.reset();
  }
  void Offer(uint64_t number, const std::string& path) {
    ASSERT_TRUE(store_->OfferEvent(OpenRecord(7, path), number, TestTime(0)));
  }

  RealClock clock_;
  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("store.db");
  std::unique_ptr<EventStore> store_;
  std::unique_ptr<DeliveryLog> log_;
  std::unique_ptr<Dispatcher> dispatcher_;
  SinkCounts counts_;
};

TEST_F(EventBacklogTest, EventsArriveInOrderThroughAnOutageAndARestart) {
  Peer peer;
  Start(peer);
  for (uint64_t i = 1; i <= 30; ++i) Offer(i, absl::StrCat("/a/", i));
  ASSERT_TRUE(peer.Await(30));
  {
    const std::lock_guard lock(peer.mu);
    peer.down = true;
  }
  for (uint64_t i = 31; i <= 60; ++i) Offer(i, absl::StrCat("/a/", i));
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_EQ(peer.count(), 30U);
  EXPECT_GT(dispatcher_->Counts()[0].backlog.behind, 0U);
  EXPECT_TRUE(dispatcher_->Counts()[0].down);
  dispatcher_->Close(absl::ZeroDuration());
  ASSERT_TRUE(store_->Close().ok());
  dispatcher_.reset();
  log_.reset();
  {
    const std::lock_guard lock(peer.mu);
    peer.down = false;
  }
  Start(peer);
  // Between the two runs nobody watched, and the store says so: a gap.
  ASSERT_TRUE(peer.Await(61));
  Stop();
  EXPECT_EQ(peer.ids.size(), 61U);
  EXPECT_EQ(counts_.backlog.delivered, 61U);
  EXPECT_EQ(counts_.backlog.behind, 0U);
  EXPECT_EQ(counts_.backlog.lost, 0U);
  std::vector<std::string> events;
  for (const std::string& line : peer.order) {
    if (line.find("\"file_open\"") != std::string::npos) events.push_back(line);
  }
  ASSERT_EQ(events.size(), 60U);
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_THAT(events[i], HasSubstr(absl::StrCat("\"path\":\"/a/", i + 1, "\"")));
  }
  EXPECT_EQ(peer.alerts, 0);
}

TEST_F(EventBacklogTest, OnlyWhatIsWantedGoesAndAlertsNever) {
  Peer peer;
  EventSelector etc = ValueOrDie(EventSelectorOf({"file_*"}, {"/etc/*"}));
  Start(peer, etc);
  Offer(1, "/usr/bin/cat");
  Offer(2, "/etc/shadow");
  ASSERT_TRUE(store_->OfferAlert(TestAlert("1", 2)));
  ASSERT_TRUE(peer.Await(1));
  Stop();
  EXPECT_EQ(peer.alerts, 0);
  EXPECT_EQ(peer.ids.size(), 1U);
  EXPECT_EQ(counts_.backlog.filtered, 1U);
  EXPECT_EQ(counts_.offered, 0U);
}

TEST_F(EventBacklogTest, ARefusedEventIsADeadLetterAndTheOthersPass) {
  Peer peer;
  peer.poison = "/a/5\"";
  Start(peer);
  for (uint64_t i = 1; i <= 8; ++i) Offer(i, absl::StrCat("/a/", i));
  ASSERT_TRUE(peer.Await(7));
  for (int i = 0; i < 1000 && dispatcher_->Counts()[0].backlog.dead == 0; ++i) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  const auto letters = ValueOrDie(log_->DeadLetters("peer/events", 10));
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_THAT(letters[0].alert, HasSubstr("/a/5\""));
  EXPECT_EQ(letters[0].rule, "file_open");
  EXPECT_EQ(letters[0].alert_id.size(), 32U);
  Stop();
  EXPECT_EQ(counts_.backlog.dead, 1U);
  EXPECT_EQ(counts_.backlog.delivered, 7U);
}

TEST_F(EventBacklogTest, WhatComesMeanwhileIsCollectedAndSentTogether) {
  constexpr absl::Duration kEvery = absl::Milliseconds(600);
  Peer peer;
  peer.takes = absl::Milliseconds(300);  // Longer than the store takes to write what comes.
  Start(peer, {.kinds = ~KindSet{0}}, false, kEvery);
  for (uint64_t i = 1; i <= 3; ++i) {
    Offer(2 * i, "/a");
    absl::SleepFor(absl::Milliseconds(400));
  }
  ASSERT_TRUE(peer.Await(3));
  Stop();
  ASSERT_GE(peer.begun.size(), 2U);
  for (size_t i = 1; i < peer.begun.size(); ++i) {
    if (i + 1 == peer.begun.size()) break;  // The end does not wait.
    EXPECT_GE(peer.begun[i] - peer.ended[i - 1], kEvery - absl::Milliseconds(5));
  }
}

TEST_F(EventBacklogTest, ANewSinkMayBeginWithTheOldest) {
  Peer first, second;
  Start(first);
  for (uint64_t i = 1; i <= 5; ++i) Offer(i, absl::StrCat("/a/", i));
  ASSERT_TRUE(first.Await(5));
  Stop();
  ASSERT_EQ(std::remove(DeliveryLogPath(path_).c_str()), 0);
  Start(second, {.kinds = ~KindSet{0}}, /*from_oldest=*/true);
  EXPECT_TRUE(second.Await(6)) << "and the gap between the runs";
  Stop();
}

}  // namespace
}  // namespace vedette
