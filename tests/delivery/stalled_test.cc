// SPDX-License-Identifier: Apache-2.0
//
// What sinks take of memory while all of them stall: by what they hold, not by how long. The bound
// is that of docs/sinks.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <chrono>
#include <condition_variable>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/temporary_directory.h"
#include "integrations/delivery/event_backlog.h"
#include "integrations/delivery/store_backlog.h"
#include "integrations/dispatcher.h"
#include "sensor/decode/record_builder.h"
#include "storage/event_store.h"

namespace vedette {
namespace {

constexpr int kSinks = 8;  // Of alerts, and as many of events.
constexpr size_t kBatch = 64, kEventBatch = 500;
constexpr size_t kAlertBytes = 4096, kEventBytes = 4096;  // At most, of those that are offered.
constexpr size_t kReaderBytes = 2 << 20;  // Of pages that a connection to the store keeps.

// Holds whatever it is given until it is let go.
struct Gate {
  std::mutex mu;
  std::condition_variable changed;
  bool open = false;
  size_t holding = 0;  // Alerts and events.

  absl::Status Hold(size_t count) {
    std::unique_lock lock(mu);
    holding += count;
    changed.notify_all();
    changed.wait(lock, [this] { return open; });
    return absl::UnavailableError("stalled");
  }
  bool AwaitHolding(size_t count) {
    std::unique_lock lock(mu);
    return changed.wait_for(lock, std::chrono::seconds(60), [&] { return holding >= count; });
  }
  void Open() {
    const std::lock_guard lock(mu);
    open = true;
    changed.notify_all();
  }
};

class StalledSink : public Sink {
 public:
  explicit StalledSink(Gate& gate) : gate_(gate) {}
  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time) override {
    return gate_.Hold(batch.size());
  }
  absl::Status DeliverEvents(absl::Span<const DeliveredEvent> batch, absl::Time) override {
    return gate_.Hold(batch.size());
  }
  absl::Status Flush() override { return absl::OkStatus(); }

 private:
  Gate& gate_;
};

size_t HeapBytes() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

class StalledTest : public testing::Test {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = folder_.File("store.db");
    options.age_max = absl::InfiniteDuration();
    options.on_committed = [this](std::vector<Alert> alerts) {
      if (dispatcher_ != nullptr) dispatcher_->OfferCommitted(std::move(alerts));
    };
    store_ = *EventStore::Open(options);
    log_ = *OpenDeliveryLog(options.path, clock_.Now());
    std::vector<SinkSetup> sinks;
    for (int i = 0; i < 2 * kSinks; ++i) {
      SinkSetup sink;
      sink.name = absl::StrCat("stalled ", i);
      sink.sink = std::make_unique<StalledSink>(gate_);
      sink.idle_look = absl::Milliseconds(5);
      sink.batch_max = kBatch;
      const StoreBacklogOptions place = {.store_path = options.path,
                                         .sink = sink.name,
                                         .from_oldest = true,
                                         .log = log_.get(),
                                         .clock = &clock_};
      if (i >= kSinks) {
        sink.events = EventSelector{.kinds = ~KindSet{0}};
        sink.batch_max = kEventBatch;
        sink.backlog = *OpenEventBacklog(place, *sink.events);
      } else {
        sink.backlog = *OpenStoreBacklog(place);
      }
      sinks.push_back(std::move(sink));
    }
    dispatcher_ = std::make_unique<Dispatcher>(clock_, std::move(sinks));
  }
  void TearDown() override {
    gate_.Open();
    EXPECT_TRUE(store_->Close().ok());
    dispatcher_->Close(absl::ZeroDuration());
  }

  // So many acts, each with an alert for one of eight; returns when all of it is on disk.
  void Live(int acts) {
    for (int i = 0; i < acts; ++i) {
      ++number_;
      const auto record = RecordBuilder(WIRE_file_open)
                              .Set("exec_id", 7)
                              .Set("pid", 42)
                              .Set("comm", "cat")
                              .Set("path", absl::StrCat("/srv/", number_))
                              .Build();
      while (!store_->OfferEvent(record, number_, absl::Now())) Wait();
      if (i % 8 != 0) continue;
      Alert alert;
      alert.id = absl::StrCat(absl::Hex(number_, absl::kZeroPad16));
      alert.time = absl::Now();
      alert.rule = "Stalled";
      alert.message = std::string(500, 'x');
      alert.event_number = number_;
      while (!store_->OfferAlert(alert)) Wait();
    }
    while (true) {
      const StoreCounts counts = store_->Counts();
      const bool written = counts.events_offered == counts.events_written + counts.events_dropped;
      if (written && counts.alerts_offered == counts.alerts_written + counts.alerts_dropped) break;
      Wait();
    }
  }
  static void Wait() { absl::SleepFor(absl::Milliseconds(5)); }

  const TemporaryDirectory folder_;
  RealClock clock_;
  Gate gate_;
  std::unique_ptr<EventStore> store_;
  std::unique_ptr<DeliveryLog> log_;
  std::unique_ptr<Dispatcher> dispatcher_;
  uint64_t number_ = 0;
};

TEST_F(StalledTest, EachHoldsOneBatchHoweverMuchWaits) {
  Live(4000);
  // Each has taken what it takes and is stuck with it.
  EXPECT_TRUE(gate_.AwaitHolding(1));
  const size_t with_little = HeapBytes();
  Live(40'000);
  const size_t with_much = HeapBytes();
  for (const SinkCounts& sink : dispatcher_->Counts()) {
    EXPECT_EQ(sink.backlog.delivered, 0U) << sink.name;
    EXPECT_EQ(sink.waiting, 0U) << "in memory";
    EXPECT_EQ(sink.dropped, 0U);
  }
  EXPECT_GE(store_->Counts().alerts_written, 5000U) << "it is on disk that they wait";
  {
    const std::lock_guard lock(gate_.mu);
    EXPECT_LE(gate_.holding, size_t{kSinks} * (kBatch + kEventBatch));
  }
  // A batch is in memory twice: with its backlog and on its way.
  const size_t bound =
      kSinks * 2 * (kBatch * kAlertBytes + kEventBatch * kEventBytes + kReaderBytes);
  EXPECT_LE(with_much, with_little + bound);
  std::cout << "with 10 times as much behind: " << (with_much > with_little ? "+" : "-")
            << (with_much > with_little ? with_much - with_little : with_little - with_much) / 1024
            << " KiB; bound " << bound / 1024 << " KiB\n";
}

}  // namespace
}  // namespace vedette
