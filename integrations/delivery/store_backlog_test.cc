// SPDX-License-Identifier: Apache-2.0
//
// Delivery out of the store, as the daemon puts it together: store, log, backlog, dispatcher.
#include "integrations/delivery/store_backlog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "integrations/dispatcher.h"
#include "storage/event_store.h"
#include "storage/test_store.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// What the sinks of a test were given and what they answer; outlives them.
struct Peer {
  std::mutex mu;
  std::vector<std::string> ids;
  std::set<std::string> poison;  // Refused, with whatever comes with them.
  bool down = false;
  bool refuses_heartbeats = false;
  int attempts = 0;

  std::vector<std::string> Ids() {
    const std::lock_guard lock(mu);
    return ids;
  }
  void SetDown(bool now) {
    const std::lock_guard lock(mu);
    down = now;
  }
  int Attempts() {
    const std::lock_guard lock(mu);
    return attempts;
  }
  bool Await(size_t count) {
    for (int i = 0; i < 2000 && Ids().size() < count; ++i) absl::SleepFor(absl::Milliseconds(5));
    return Ids().size() >= count;
  }
};

class PeerSink : public Sink {
 public:
  explicit PeerSink(Peer& peer) : peer_(peer) {}
  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time) override {
    const std::lock_guard lock(peer_.mu);
    ++peer_.attempts;
    if (peer_.down) return absl::UnavailableError("down");
    for (const Alert& alert : batch) {
      if (peer_.poison.contains(alert.id)) return absl::InvalidArgumentError("400: poison");
      if (peer_.refuses_heartbeats && alert.event_kind == "heartbeat") {
        return absl::InvalidArgumentError("400: no heartbeats");
      }
    }
    for (const Alert& alert : batch) {
      if (alert.event_kind != "heartbeat") peer_.ids.push_back(alert.id);
    }
    return absl::OkStatus();
  }
  absl::Status Flush() override { return absl::OkStatus(); }

 private:
  Peer& peer_;
};

Alert Numbered(int number) {
  Alert alert = TestAlert(absl::StrCat(number), static_cast<uint64_t>(number));
  alert.priority = number % 10 == 0 ? Priority::kNotice : Priority::kWarning;
  return alert;
}

std::vector<std::string> Numbers(int from, int to) {
  std::vector<std::string> numbers;
  for (int i = from; i <= to; ++i) numbers.push_back(absl::StrCat(i));
  return numbers;
}

class StoreBacklogTest : public testing::Test {
 protected:
  // As the daemon does it, from Start() to Stop().
  void Start(Peer& peer, AlertSelector selector = {}, bool from_oldest = false) {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    options.on_committed = [this](std::vector<Alert> alerts) {
      dispatcher_->OfferCommitted(std::move(alerts));
    };
    store_ = ValueOrDie(EventStore::Open(std::move(options)));
    log_ = ValueOrDie(OpenDeliveryLog(path_, absl::Now()));
    SinkSetup setup;
    setup.name = "peer";
    setup.sink = std::make_unique<PeerSink>(peer);
    setup.selector = std::move(selector);
    setup.batch_max = 8;
    setup.retry_min = absl::Milliseconds(1);
    setup.retry_max = absl::Milliseconds(20);
    setup.heartbeat = heartbeat_;
    if (heartbeat_ > absl::ZeroDuration()) setup.idle_look = absl::Milliseconds(1);
    setup.backlog = ValueOrDie(OpenStoreBacklog({.store_path = path_,
                                                 .sink = "peer",
                                                 .from_oldest = from_oldest,
                                                 .log = log_.get(),
                                                 .clock = &clock_}));
    std::vector<SinkSetup> setups;
    setups.push_back(std::move(setup));
    dispatcher_ = std::make_unique<Dispatcher>(clock_, std::move(setups));
  }
  void Stop(absl::Duration patience = absl::Seconds(5)) {
    ASSERT_TRUE(store_->Close().ok());
    dispatcher_->Close(patience);
    counts_ = dispatcher_->Counts()[0];
    dispatcher_.reset();
    log_.reset();
    store_.reset();
  }
  void Raise(int from, int to) {
    for (int i = from; i <= to; ++i) {
      while (!store_->OfferAlert(Numbered(i))) absl::SleepFor(absl::Milliseconds(1));
    }
  }

  // A sink that has nothing to deliver but heartbeats, then an alert, then heartbeats again.
  void BeatWhileIdle(Peer& peer) {
    heartbeat_ = absl::Milliseconds(2);
    Start(peer);
    const auto await_five_more = [&peer] {
      const int begin = peer.Attempts();
      for (int i = 0; i < 2000 && peer.Attempts() < begin + 5; ++i) {
        absl::SleepFor(absl::Milliseconds(5));
      }
      ASSERT_GE(peer.Attempts(), begin + 5);
    };
    await_five_more();
    Raise(1, 1);
    EXPECT_TRUE(peer.Await(1));
    await_five_more();
    Stop();
    EXPECT_GE(counts_.heartbeats, 9U);
    EXPECT_EQ(counts_.offered, counts_.heartbeats);
    EXPECT_EQ(counts_.waiting, 0U);
    EXPECT_EQ(peer.Ids(), Numbers(1, 1));
    EXPECT_EQ(counts_.backlog.delivered, 1U) << "heartbeats are not from the store";
    EXPECT_EQ(counts_.backlog.dead, 0U);
  }

  RealClock clock_;
  absl::Duration heartbeat_ = absl::ZeroDuration();
  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("store.db");
  std::unique_ptr<DeliveryLog> log_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<EventStore> store_;
  SinkCounts counts_;
};

TEST_F(StoreBacklogTest, AnOutageOverRestartsLosesNothing) {
  Peer peer;
  Start(peer);
  Raise(1, 20);
  EXPECT_TRUE(peer.Await(20));
  peer.SetDown(true);
  Raise(21, 60);
  const absl::Time end = absl::Now() + absl::Seconds(10);
  while (dispatcher_->Counts()[0].backlog.behind < 40 && absl::Now() < end) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  Stop(absl::Milliseconds(50));
  EXPECT_EQ(counts_.backlog.behind, 40U);
  EXPECT_EQ(counts_.dropped, 0U);
  EXPECT_EQ(counts_.last_error, "down");
  Start(peer);  // Still down.
  Raise(61, 70);
  Stop(absl::Milliseconds(50));
  peer.SetDown(false);
  Start(peer);
  Stop();
  EXPECT_EQ(peer.Ids(), Numbers(1, 70));
  EXPECT_EQ(counts_.backlog.behind, 0U);
  EXPECT_EQ(counts_.backlog.delivered, 70U);
}

TEST_F(StoreBacklogTest, ANewSinkBeginsNowUnlessToldOtherwise) {
  Peer nobody;
  Start(nobody);
  Raise(1, 5);
  Stop();
  ASSERT_EQ(unlink(DeliveryLogPath(path_).c_str()), 0);
  Peer now;
  Start(now);
  Raise(6, 7);
  Stop();
  EXPECT_THAT(now.Ids(), ElementsAre("6", "7"));
  ASSERT_EQ(unlink(DeliveryLogPath(path_).c_str()), 0);
  Peer oldest;
  Start(oldest, {}, true);
  Stop();
  EXPECT_EQ(oldest.Ids(), Numbers(1, 7));
}

TEST_F(StoreBacklogTest, OnlyTheRefusedAlertsBecomeDeadLetters) {
  Peer peer;
  peer.poison = {"3", "11"};
  Start(peer);
  peer.SetDown(true);
  Raise(1, 16);
  Stop(absl::Milliseconds(20));
  peer.SetDown(false);
  Start(peer);
  Stop();
  std::vector<std::string> expected = Numbers(1, 16);
  std::erase(expected, "3");
  std::erase(expected, "11");
  EXPECT_EQ(peer.Ids(), expected) << "in order, each once";
  EXPECT_EQ(counts_.backlog.dead, 2U);
  const auto log = ValueOrDie(DeliveryLog::OpenForReading(DeliveryLogPath(path_)));
  const auto letters = ValueOrDie(log->DeadLetters("peer", 10));
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[1].alert_id, "3");
  EXPECT_EQ(letters[1].reason, "400: poison");
  EXPECT_THAT(letters[1].alert, HasSubstr("\"id\":\"3\""));
}

TEST_F(StoreBacklogTest, ARefusedHeartbeatOfAnIdleSinkIsLostAlone) {
  Peer peer;
  peer.refuses_heartbeats = true;
  BeatWhileIdle(peer);
  EXPECT_EQ(counts_.dropped, counts_.heartbeats);
}

TEST_F(StoreBacklogTest, HeartbeatsOfAnIdleSinkAreCountedAsDelivered) {
  Peer peer;
  BeatWhileIdle(peer);
  EXPECT_EQ(counts_.delivered, counts_.heartbeats);
}

TEST_F(StoreBacklogTest, WhatTheSinkDoesNotWantIsPassedOver) {
  Peer peer;
  Start(peer, {.priority_min = Priority::kWarning});
  Raise(1, 40);
  Stop();
  EXPECT_EQ(peer.Ids().size(), 36U);
  EXPECT_EQ(counts_.backlog.filtered, 4U);
  EXPECT_EQ(counts_.backlog.behind, 0U);
}

TEST_F(StoreBacklogTest, AnotherStoreIsDeliveredFromItsBeginning) {
  Peer peer;
  Start(peer);
  Raise(1, 9);
  Stop();
  for (const char* suffix : {"", "-wal", "-shm"}) unlink(absl::StrCat(path_, suffix).c_str());
  {
    // Written before any sink looks.
    StoreOptions options;
    options.path = path_;
    const auto store = ValueOrDie(EventStore::Open(options));
    ASSERT_TRUE(store->OfferAlert(Numbered(101)));
    ASSERT_TRUE(store->Close().ok());
  }
  Start(peer);
  Raise(102, 103);
  Stop();
  std::vector<std::string> expected = Numbers(1, 9);
  for (const std::string& id : Numbers(101, 103)) expected.push_back(id);
  EXPECT_EQ(peer.Ids(), expected);
}

TEST_F(StoreBacklogTest, WhatRetentionTookIsCounted) {
  Peer peer;
  Start(peer);
  Raise(1, 4);
  EXPECT_TRUE(peer.Await(4));
  peer.SetDown(true);
  Raise(5, 20);
  Stop(absl::Milliseconds(20));
  {
    const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READWRITE));
    ASSERT_TRUE(Execute(db.get(), "DELETE FROM alerts WHERE alert BETWEEN 5 AND 10").ok());
  }
  peer.SetDown(false);
  Start(peer);
  Stop();
  EXPECT_EQ(peer.Ids().size(), 14U);
  EXPECT_EQ(counts_.backlog.lost, 6U);
}

TEST_F(StoreBacklogTest, ADamagedLogMeansTwiceRatherThanNever) {
  Peer peer;
  Start(peer);
  Raise(1, 3);
  Stop();
  for (const char* suffix : {"-wal", "-shm"}) {
    unlink(absl::StrCat(DeliveryLogPath(path_), suffix).c_str());
  }
  ASSERT_TRUE(WriteFileAtomically(DeliveryLogPath(path_), std::string(9000, 'x')).ok());
  Start(peer);
  Raise(4, 4);
  Stop();
  EXPECT_THAT(peer.Ids(), ElementsAre("1", "2", "3", "1", "2", "3", "4"));
}

// A daemon that writes what its sink is given to a file, until it is killed.
[[noreturn]] void RunUntilKilled(const std::string& store_path, const std::string& out, int first) {
  RealClock clock;
  std::unique_ptr<Dispatcher> dispatcher;
  StoreOptions options;
  options.path = store_path;
  options.on_committed = [&](std::vector<Alert> a) { dispatcher->OfferCommitted(std::move(a)); };
  const auto store = *EventStore::Open(std::move(options));
  const auto log = *OpenDeliveryLog(store_path, absl::Now());
  std::vector<SinkSetup> setups;
  setups.push_back(*SetUpSink("file", {{"path", out}, {"batch", "7"}}));
  setups[0].backlog = *OpenStoreBacklog({store_path, "file", false, log.get(), &clock});
  dispatcher = std::make_unique<Dispatcher>(clock, std::move(setups));
  for (int i = first;; ++i) {
    while (!store->OfferAlert(Numbered(i))) absl::SleepFor(absl::Milliseconds(1));
    if (i % 5 == 0) absl::SleepFor(absl::Milliseconds(1));
  }
}

TEST_F(StoreBacklogTest, TwentyKillsOfTheDaemonLoseNothing) {
  const std::string out = folder_.File("out.json");
  for (int kill_number = 0; kill_number < 20; ++kill_number) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) RunUntilKilled(path_, out, kill_number * 100'000);
    absl::SleepFor(absl::Milliseconds(60 + 7 * kill_number));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
  }
  // The last one ends in order, and has delivered everything.
  Peer unused;
  {
    RealClock clock;
    StoreOptions options;
    options.path = path_;
    const auto store = ValueOrDie(EventStore::Open(options));
    const auto log = ValueOrDie(OpenDeliveryLog(path_, absl::Now()));
    std::vector<SinkSetup> setups;
    setups.push_back(*SetUpSink("file", {{"path", out}}));
    setups[0].backlog = *OpenStoreBacklog({path_, "file", false, log.get(), &clock});
    Dispatcher dispatcher(clock, std::move(setups));
    ASSERT_TRUE(store->Close().ok());
    dispatcher.Close(absl::Seconds(60));
    EXPECT_EQ(dispatcher.Counts()[0].backlog.behind, 0U);
  }
  std::map<std::string, int> delivered;
  std::ifstream file(out);
  for (std::string line; std::getline(file, line);) {
    const size_t at = line.find("\"id\":\"");
    if (at == std::string::npos) continue;  // A line that a kill has cut; its batch came again.
    ++delivered[line.substr(at + 6, line.find('"', at + 6) - at - 6)];
  }
  const Database db = ValueOrDie(OpenDatabase(path_, SQLITE_OPEN_READONLY));
  const Statement ids = ValueOrDie(Prepare(db.get(), "SELECT id FROM alerts"));
  size_t stored = 0, missing = 0;
  while (sqlite3_step(ids.get()) == SQLITE_ROW) {
    ++stored;
    if (!delivered.contains(std::string(ColumnBytes(ids.get(), 0)))) ++missing;
  }
  EXPECT_GT(stored, 200U);
  EXPECT_EQ(missing, 0U) << "of " << stored;
}

}  // namespace
}  // namespace vedette
