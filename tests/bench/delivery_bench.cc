// SPDX-License-Identifier: Apache-2.0
//
// Alerts on their way out.
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/clock.h"
#include "integrations/delivery/event_backlog.h"
#include "integrations/delivery/store_backlog.h"
#include "integrations/dispatcher.h"
#include "integrations/format/json.h"
#include "integrations/format/sample_alert.h"
#include "sensor/decode/record_builder.h"
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

// Takes connections and what comes over them, and never says a word.
class SilentPeer {
 public:
  SilentPeer() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at = {};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof(at)) == 0);
    CHECK(listen(fd_, 1024) == 0);
    socklen_t size = sizeof(at);
    CHECK(getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    address_ = absl::StrCat("127.0.0.1:", ntohs(at.sin_port));
  }
  ~SilentPeer() { close(fd_); }
  SilentPeer(const SilentPeer&) = delete;
  SilentPeer& operator=(const SilentPeer&) = delete;
  const std::string& address() const { return address_; }

 private:
  const int fd_;
  std::string address_;
};

// So that the sink talks to the peer; empty: it talks to nobody.
SinkOptions OptionsFor(absl::string_view type, const std::string& peer) {
  if (type == "console" || type == "file") return {};
  if (type == "kafka") return {{"brokers", peer}, {"security", "plaintext"}};
  if (type == "nats") return {{"address", peer}, {"tls", "false"}};
  if (type == "syslog") return {{"address", peer}, {"transport", "tcp"}};
  return {{"url", absl::StrCat("http://", peer)}};
}

// Every sink that there is, with its peer silent, and where it can a second one for events.
class StalledSinks {
 public:
  StalledSinks(const std::string& store, DeliveryLog& log, Clock& clock)
      : store_(store), log_(log), clock_(clock) {
    for (const SinkType& type : SinkTypes()) {
      const SinkOptions options = OptionsFor(type.name, peer_.address());
      Add(type, options.empty() ? nullptr : *MakeSink(type.name, options), false);
      if (type.spec.make_events == nullptr) continue;
      Add(type, options.empty() ? nullptr : *MakeEventSink(type.name, options), true);
    }
  }
  std::vector<SinkSetup> Take() { return std::move(sinks_); }

 private:
  void Add(const SinkType& type, std::unique_ptr<Sink> sink, bool events) {
    SinkSetup setup;
    setup.name = absl::StrCat(type.name, events ? "/events" : "");
    setup.type = std::string(type.name);
    setup.sink = sink != nullptr ? std::move(sink) : std::make_unique<StalledSink>();
    setup.deliver_timeout = absl::Milliseconds(100);
    const StoreBacklogOptions place = {
        .store_path = store_, .sink = setup.name, .log = &log_, .clock = &clock_};
    if (events) {
      setup.events = EventSelector{.kinds = ~KindSet{0}};
      setup.batch_max = type.spec.events_max;
    }
    auto backlog = events ? OpenEventBacklog(place, *setup.events) : OpenStoreBacklog(place);
    CHECK(backlog.ok()) << backlog.status().message();
    setup.backlog = *std::move(backlog);
    sinks_.push_back(std::move(setup));
  }

  const SilentPeer peer_;
  const std::string& store_;
  DeliveryLog& log_;
  Clock& clock_;
  std::vector<SinkSetup> sinks_;
};

// Median time in nanoseconds from an act to the commit of its alert, of 500 a second.
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
  std::optional<StalledSinks> stalled;
  if (with_sinks) stalled.emplace(path, **log, clock);
  dispatcher =
      std::make_unique<Dispatcher>(clock, with_sinks ? stalled->Take() : std::vector<SinkSetup>());
  const auto record = RecordBuilder(WIRE_file_open).Set("exec_id", 7).Set("path", "/srv").Build();
  Alert alert = SampleAlert();
  for (int i = 0; i < kAlerts; ++i) {
    alert.id = absl::StrCat(i);
    alert.time = absl::Now();
    (*store)->OfferEvent(record, static_cast<uint64_t>(i + 1), alert.time);
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
      "delivery/act to alert on disk, every sink stalled", "without sinks",
      [] { return StoredLatency(true); }, [] { return StoredLatency(false); }));
  SetGoalAtMost(rows.back(), 1.1);
  return rows;
}

}  // namespace vedette
