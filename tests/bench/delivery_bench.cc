// SPDX-License-Identifier: Apache-2.0
//
// Alerts on their way out.
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/clock.h"
#include "integrations/delivery/store_backlog.h"
#include "integrations/dispatcher.h"
#include "integrations/format/json.h"
#include "integrations/format/sample_alert.h"
#include "storage/event_store.h"
#include "tests/bench/bench.h"

namespace vedette {
namespace {

// Never answers: each attempt takes as long as it may.
class StalledSink : public Sink {
 public:
  absl::Status Deliver(absl::Span<const Alert>, absl::Time deadline) override {
    absl::SleepFor(deadline - absl::Now());
    return absl::UnavailableError("stalled");
  }
  absl::Status Flush() override { return absl::OkStatus(); }
};

constexpr int kSinks = 8;

SinkSetup Stalled(int number, const std::string& store, DeliveryLog& log, Clock& clock) {
  SinkSetup setup;
  setup.name = absl::StrCat("stalled ", number);
  setup.type = "stalled";
  setup.sink = std::make_unique<StalledSink>();
  setup.deliver_timeout = absl::Milliseconds(100);
  auto backlog =
      OpenStoreBacklog({.store_path = store, .sink = setup.name, .log = &log, .clock = &clock});
  CHECK(backlog.ok()) << backlog.status().message();
  setup.backlog = *std::move(backlog);
  return setup;
}

// Median time in nanoseconds from an alert to its commit, of 500 a second.
double StoredLatency(bool with_sinks) {
  constexpr int kAlerts = 500;
  std::string folder = (std::filesystem::temp_directory_path() / "vedette-bench.XXXXXX").string();
  CHECK(mkdtemp(folder.data()) != nullptr);
  const std::string path = folder + "/store.db";
  RealClock clock;
  std::mutex mu;
  std::vector<double> took;
  std::unique_ptr<Dispatcher> dispatcher;
  StoreOptions options;
  options.path = path;
  options.on_committed = [&](std::vector<Alert> alerts) {
    const absl::Time now = absl::Now();
    {
      const std::lock_guard lock(mu);
      for (const Alert& alert : alerts) took.push_back(absl::ToDoubleNanoseconds(now - alert.time));
    }
    if (dispatcher != nullptr) dispatcher->OfferCommitted(std::move(alerts));
  };
  auto store = EventStore::Open(options);
  CHECK(store.ok()) << store.status().message();
  auto log = OpenDeliveryLog(path, absl::Now());
  CHECK(log.ok()) << log.status().message();
  std::vector<SinkSetup> sinks;
  for (int i = 0; with_sinks && i < kSinks; ++i) sinks.push_back(Stalled(i, path, **log, clock));
  dispatcher = std::make_unique<Dispatcher>(clock, std::move(sinks));
  Alert alert = SampleAlert();
  for (int i = 0; i < kAlerts; ++i) {
    alert.id = absl::StrCat(i);
    alert.time = absl::Now();
    (*store)->OfferAlert(alert);
    absl::SleepFor(absl::Milliseconds(2));
  }
  CHECK((*store)->Close().ok());
  dispatcher->Close(absl::ZeroDuration());
  std::filesystem::remove_all(folder);
  std::sort(took.begin(), took.end());
  return took[took.size() / 2];
}

}  // namespace

BenchRows BenchDelivery() {
  constexpr size_t kAlerts = 20'000;
  const Alert alert = SampleAlert();
  const std::string text = FormatJson(alert);
  const nlohmann::json json = nlohmann::json::parse(text);
  std::string line;
  const auto ours = [&] {
    return NanosecondsPer(kAlerts, [&] {
      for (size_t i = 0; i < kAlerts; ++i) {
        line.clear();
        AppendJson(alert, line);
        Use(line.size());
      }
    });
  };
  const auto dump = [&] {
    return NanosecondsPer(kAlerts, [&] {
      for (size_t i = 0; i < kAlerts; ++i) Use(json.dump().size());
    });
  };
  const auto build_and_dump = [&] {
    return NanosecondsPer(kAlerts, [&] {
      for (size_t i = 0; i < kAlerts; ++i) Use(nlohmann::json(json).dump().size());
    });
  };
  BenchRows rows;
  rows.push_back(Alternate("delivery/json", "nlohmann dump, tree made before", ours, dump));
  SetGoalAtMost(rows.back(), 0.2);
  rows.push_back(
      Alternate("delivery/json, whole", "nlohmann tree copied and dumped", ours, build_and_dump));
  rows.push_back(Alternate(
      absl::StrCat("delivery/act to disk, ", kSinks, " sinks stalled"), "without sinks",
      [] { return StoredLatency(true); }, [] { return StoredLatency(false); }));
  SetGoalAtMost(rows.back(), 1.1);
  return rows;
}

}  // namespace vedette
