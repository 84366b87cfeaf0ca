// SPDX-License-Identifier: Apache-2.0
//
// An hour in which a peer is away, for each type of sink: the hour passes by a clock of the test's.
// Alerts of the whole hour arrive when the peer is back; until then it is asked again with pauses
// that stay below retry_max, and no more often than that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/temporary_directory.h"
#include "integrations/delivery/store_backlog.h"
#include "integrations/dispatcher.h"
#include "integrations/testing/sink_peers.h"
#include "storage/event_store.h"
#include "tests/delivery/moved_clock.h"

namespace vedette {
namespace {

constexpr int kSteps = 30, kAlertsOfStep = 10, kAlertsBefore = 3;
constexpr absl::Duration kStep = absl::Minutes(2);

class OutageTest : public testing::TestWithParam<std::string> {
 protected:
  bool Start() {
    std::string why;
    peer_ = MakeSinkPeer(GetParam(), folder_.path(), why);
    if (peer_ == nullptr) {
      skipped_ = why;
      return false;
    }
    StoreOptions options;
    options.path = folder_.File("store.db");
    options.age_max = absl::InfiniteDuration();
    options.on_committed = [this](std::vector<Alert> alerts) {
      if (dispatcher_ != nullptr) dispatcher_->OfferCommitted(std::move(alerts));
    };
    store_ = *EventStore::Open(options);
    log_ = *OpenDeliveryLog(options.path, clock_.Now());
    SinkOptions settings = peer_->options();
    settings["timeout"] = "1s";
    auto sink = SetUpSink(GetParam(), settings);
    EXPECT_TRUE(sink.ok()) << sink.status();
    sink->backlog = *OpenStoreBacklog({.store_path = options.path,
                                       .sink = "peer",
                                       .from_oldest = true,
                                       .log = log_.get(),
                                       .clock = &clock_});
    std::vector<SinkSetup> sinks;
    sinks.push_back(*std::move(sink));
    dispatcher_ = std::make_unique<Dispatcher>(clock_, std::move(sinks));
    return true;
  }

  void Offer(int count) {
    for (int i = 0; i < count; ++i) {
      Alert alert;
      alert.id = absl::StrCat(absl::Hex(++offered_, absl::kZeroPad16));
      alert.time = clock_.Now();
      alert.rule = "Outage";
      alert.message = Mark(offered_);
      alert.hostname = "web-1";
      alert.event_number = static_cast<uint64_t>(offered_);
      ASSERT_TRUE(store_->OfferAlert(alert));
    }
  }
  SinkCounts Counts() const { return dispatcher_->Counts()[0]; }
  bool Until(const std::function<bool()>& holds) {
    for (int i = 0; i < 3000 && !holds(); ++i) absl::SleepFor(absl::Milliseconds(5));
    return holds();
  }

  const TemporaryDirectory folder_;
  MovedClock clock_;
  std::string skipped_;
  std::unique_ptr<SinkPeer> peer_;
  std::unique_ptr<EventStore> store_;
  std::unique_ptr<DeliveryLog> log_;
  std::unique_ptr<Dispatcher> dispatcher_;
  int offered_ = 0;
};

TEST_P(OutageTest, AnHourAwayLosesNothingAndIsNoStorm) {
  if (!Start()) GTEST_SKIP() << skipped_;
  Offer(kAlertsBefore);
  ASSERT_TRUE(Until([&] { return Counts().backlog.delivered == kAlertsBefore; }))
      << Counts().last_error;
  peer_->GoAway();
  const uint64_t before = Counts().retried;
  for (int step = 0; step < kSteps; ++step) {
    Offer(kAlertsOfStep);
    clock_.Advance(kStep);
    absl::SleepFor(absl::Milliseconds(60));
  }
  EXPECT_TRUE(Until([&] { return Counts().down; }));
  EXPECT_FALSE(Counts().last_error.empty());
  // A peer that has gone may have been sent a batch before that is known (syslog); that is all.
  EXPECT_LE(Counts().backlog.delivered, static_cast<uint64_t>(kAlertsBefore + kAlertsOfStep));
  // Each step is longer than the longest pause, so it sees one attempt, or two; never a storm.
  const uint64_t attempts = Counts().retried - before;
  EXPECT_LE(attempts, uint64_t{3} * kSteps);
  peer_->ComeBack();
  const auto all = static_cast<uint64_t>(offered_);
  EXPECT_TRUE(Until([&] {
    clock_.Advance(absl::Seconds(1));
    return Counts().backlog.delivered == all;
  })) << Counts().backlog.delivered
      << " of " << all << ": " << Counts().last_error;
  EXPECT_EQ(Counts().backlog.lost, 0U);
  EXPECT_EQ(Counts().backlog.dead, 0U);
  EXPECT_EQ(Counts().backlog.behind, 0U);
  EXPECT_FALSE(Counts().down);
  EXPECT_TRUE(Until([&] { return peer_->Arrived() == all; })) << peer_->Arrived();
  ASSERT_TRUE(store_->Close().ok());
  dispatcher_->Close(absl::Seconds(5));
}

// All but standard output, which goes away with the daemon.
std::vector<std::string> Types() {
  std::vector<std::string> types;
  for (const SinkType& type : SinkTypes()) {
    if (type.spec.from_store) types.emplace_back(type.name);
  }
  return types;
}

INSTANTIATE_TEST_SUITE_P(EachSink, OutageTest, testing::ValuesIn(Types()),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace vedette
