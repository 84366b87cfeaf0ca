// SPDX-License-Identifier: Apache-2.0
//
// At least once, in order, whatever is killed: a process stores alerts and delivers them as the
// daemon does, and is killed by SIGKILL again and again while it does; so is the peer. What an
// alert's number is to be is known from the store, so in the end each number is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/temporary_directory.h"
#include "integrations/delivery/store_backlog.h"
#include "integrations/dispatcher.h"
#include "integrations/testing/child.h"
#include "integrations/testing/http_peer.h"
#include "storage/event_store.h"
#include "storage/queries.h"

namespace vedette {
namespace {

uint64_t Variable(const char* name, uint64_t otherwise) {
  const char* text = getenv(name);
  uint64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

Alert Numbered(uint64_t number) {
  Alert alert;
  alert.id = absl::StrCat(absl::Hex(number, absl::kZeroPad16));
  alert.time = absl::FromUnixSeconds(1'700'000'000) + absl::Milliseconds(number);
  alert.rule = "Storm";
  alert.message = absl::StrCat("alert ", number);
  alert.hostname = "web-1";
  alert.event_number = number;
  return alert;
}

// The process that is killed: stores what is missing up to `last`, and delivers until all has
// arrived, or until it is killed.
int Daemon(const std::string& store_path, const std::string& url, uint64_t last) {
  RealClock clock;
  std::unique_ptr<Dispatcher> dispatcher;
  StoreOptions options;
  options.path = store_path;
  options.age_max = absl::InfiniteDuration();
  options.on_committed = [&](std::vector<Alert> alerts) {
    if (dispatcher != nullptr) dispatcher->OfferCommitted(std::move(alerts));
  };
  auto store = EventStore::Open(options);
  CHECK(store.ok()) << store.status().message();
  auto reader = StoreReader::Open(store_path);
  CHECK(reader.ok()) << reader.status().message();
  int64_t stored = *reader->LastAlertRow();
  auto log = OpenDeliveryLog(store_path, clock.Now());
  CHECK(log.ok()) << log.status().message();
  auto sink = SetUpSink("clickhouse", {{"url", url}, {"batch", "500"}, {"retry_max", "200ms"}});
  CHECK(sink.ok()) << sink.status().message();
  sink->backlog = *OpenStoreBacklog({.store_path = store_path,
                                     .sink = "storm",
                                     .from_oldest = true,
                                     .log = log->get(),
                                     .clock = &clock});
  std::vector<SinkSetup> sinks;
  sinks.push_back(*std::move(sink));
  dispatcher = std::make_unique<Dispatcher>(clock, std::move(sinks));
  while (true) {
    const StoreCounts counts = (*store)->Counts();
    const bool full = counts.alerts_offered - counts.alerts_written > 5000;
    if (static_cast<uint64_t>(stored) < last && !full) {
      CHECK((*store)->OfferAlert(Numbered(static_cast<uint64_t>(++stored))));
      continue;
    }
    absl::SleepFor(absl::Milliseconds(2));
    if (static_cast<uint64_t>(stored) < last || counts.alerts_offered > counts.alerts_written) {
      continue;
    }
    dispatcher->OfferCommitted({});
    if (dispatcher->Counts()[0].backlog.behind > 0) continue;
    CHECK((*store)->Close().ok());
    dispatcher->Close(absl::Seconds(5));
    return 0;
  }
}

// What has arrived.
class Arrivals {
 public:
  explicit Arrivals(uint64_t last) : seen_(last + 1) {}

  PeerAnswer Take(const PeerRequest& request) {
    const std::lock_guard lock(mu_);
    for (const absl::string_view line : absl::StrSplit(request.body, '\n', absl::SkipEmpty())) {
      const size_t at = line.find("\"id\":\"");
      uint64_t number = 0;
      const bool good = at != absl::string_view::npos &&
                        absl::SimpleHexAtoi(line.substr(at + 6, 16), &number) &&
                        number < seen_.size();
      if (!good) {
        ++wrong_;
      } else if (seen_[number]) {
        ++twice_;
      } else {
        // In order: whatever comes for the first time comes behind all that came before.
        if (number != newest_ + 1) ++out_of_order_;
        newest_ = number;
        seen_[number] = true;
        ++count_;
      }
    }
    return {};
  }
  uint64_t count() const {
    const std::lock_guard lock(mu_);
    return count_;
  }

  mutable std::mutex mu_;
  std::vector<bool> seen_;
  uint64_t count_ = 0, newest_ = 0, twice_ = 0, wrong_ = 0, out_of_order_ = 0;
};

TEST(StormTest, EveryAlertArrivesWhateverIsKilled) {
  const uint64_t last = Variable("VEDETTE_STORM_ALERTS", 20'000);
  const uint64_t kills = Variable("VEDETTE_STORM_KILLS", 4);
  const TemporaryDirectory folder;
  Arrivals arrivals(last);
  const auto take = [&](const PeerRequest& request) { return arrivals.Take(request); };
  std::optional<HttpPeer> peer;
  peer.emplace(take);
  peer->ForgetRequests();
  const uint16_t port = peer->port();
  const std::string url = absl::StrCat("http://127.0.0.1:", port);
  std::optional<Child> daemon;
  const auto start = [&] {
    daemon.emplace(std::vector<std::string>{"/proc/self/exe", "daemon", folder.File("store.db"),
                                            url, absl::StrCat(last)},
                   folder.File("log"));
  };
  start();
  std::mt19937 random(7);
  uint64_t daemon_kills = 0, peer_kills = 0;
  const absl::Time begin = absl::Now();
  // One after the other, each when a share of all has arrived, so that none comes too late.
  for (uint64_t step = 1; step <= 2 * kills; ++step) {
    const uint64_t share = last * step / (2 * kills + 1);
    while (arrivals.count() < share && absl::Now() - begin < absl::Minutes(50)) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    absl::SleepFor(absl::Milliseconds(random() % 20));
    if (step % 2 == 0) {
      daemon->Kill();
      ++daemon_kills;
      start();
    } else {
      peer.reset();
      ++peer_kills;
      absl::SleepFor(absl::Milliseconds(random() % 300));
      peer.emplace(take, PeerTls{}, port);
      peer->ForgetRequests();
    }
  }
  while (arrivals.count() < last && absl::Now() - begin < absl::Minutes(50)) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_EQ(arrivals.count(), last) << "alerts are missing";
  EXPECT_EQ(arrivals.wrong_, 0U);
  EXPECT_EQ(arrivals.out_of_order_, 0U);
  EXPECT_EQ(daemon_kills, kills);
  EXPECT_EQ(peer_kills, kills);
  std::cout << last << " alerts in " << absl::ToInt64Seconds(absl::Now() - begin) << " s, "
            << arrivals.twice_ << " came twice\n";
}

}  // namespace
}  // namespace vedette

int main(int argc, char** argv) {
  uint64_t last = 0;
  if (argc == 5 && std::string(argv[1]) == "daemon" && absl::SimpleAtoi(argv[4], &last)) {
    return vedette::Daemon(argv[2], argv[3], last);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
