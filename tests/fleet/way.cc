// SPDX-License-Identifier: Apache-2.0
#include "tests/fleet/way.h"

#include <cstdlib>
#include <limits>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "integrations/testing/child.h"
#include "integrations/testing/kafka_cluster.h"

namespace vedette {
namespace {

constexpr absl::Duration kAway = absl::Milliseconds(500);

class Direct : public Way {
 public:
  explicit Direct(const ClickHouse& server) : server_(server) {}
  std::string sink() const override { return "clickhouse"; }
  SinkOptions options() const override { return {{"url", server_.url()}}; }
  void BreakOff() override {}
  uint64_t times_max() const override { return 3; }  // The server is killed twice.

 private:
  const ClickHouse& server_;
};

// The consumer as docs/fleet.md starts it.
class Relay {
 public:
  Relay(const ClickHouse& server, const std::string& folder) : server_(server), folder_(folder) {}
  void Start(const std::string& from) {
    relay_.emplace(std::vector<std::string>{"/usr/bin/python3", "-B", "docs/fleet/relay.py", from,
                                            server_.url(), "--stream-bytes", "1000000000",
                                            "--rejected", absl::StrCat(folder_, "/rejected.jsonl"),
                                            "--kafka", "session.timeout.ms=6000"},
                   absl::StrCat(folder_, "/relay.log"));
  }
  void Kill() { relay_.reset(); }

 private:
  const ClickHouse& server_;
  const std::string folder_;
  std::optional<Child> relay_;
};

class OverNats : public Way {
 public:
  OverNats(const ClickHouse& server, const std::string& folder)
      : folder_(folder), relay_(server, folder) {
    Start();
  }
  std::string sink() const override { return "nats"; }
  SinkOptions options() const override {
    return {
        {"address", absl::StrCat("127.0.0.1:", port_)}, {"tls", "false"}, {"format", "clickhouse"}};
  }
  void BreakOff() override {
    server_.reset();
    relay_.Kill();
    absl::SleepFor(kAway);
    Start();
  }
  // A relay may insert and die before it has told the stream, or ClickHouse before it has answered.
  uint64_t times_max() const override { return 4; }

 private:
  void Start() {
    server_.emplace(
        std::vector<std::string>{FindProgram("nats-server"), "-js", "-a", "127.0.0.1", "-p",
                                 absl::StrCat(port_), "-sd", absl::StrCat(folder_, "/nats")},
        absl::StrCat(folder_, "/nats.log"));
    CHECK(AwaitPort(port_)) << "see " << folder_ << "/nats.log";
    relay_.Start(absl::StrCat("nats://127.0.0.1:", port_));
  }

  const std::string folder_;
  const uint16_t port_ = FreePort();
  std::optional<Child> server_;
  Relay relay_;
};

class OverKafka : public Way {
 public:
  OverKafka(const ClickHouse& server, const std::string& folder) : relay_(server, folder) {
    relay_.Start(absl::StrCat("kafka://", cluster_.brokers()));
  }
  std::string sink() const override { return "kafka"; }
  SinkOptions options() const override {
    return {{"brokers", cluster_.brokers()}, {"security", "plaintext"}, {"format", "clickhouse"}};
  }
  void BreakOff() override {
    cluster_.GoAway();
    relay_.Kill();
    absl::SleepFor(kAway);
    cluster_.ComeBack();
    relay_.Start(absl::StrCat("kafka://", cluster_.brokers()));
  }
  // A sink whose broker goes away sends its batch again; a relay its own.
  uint64_t times_max() const override { return 5; }

 private:
  KafkaCluster cluster_{{"vedette-alerts", "vedette-events"}, 32};
  Relay relay_;
};

}  // namespace

std::unique_ptr<Way> MakeWay(const std::string& name, const ClickHouse& server,
                             const std::string& folder, std::string& why) {
  if (name == "clickhouse") return std::make_unique<Direct>(server);
  if (name == "nats") {
    why = "nats-server is missing: setup/servers.sh";
    if (FindProgram("nats-server").empty()) return nullptr;
    return std::make_unique<OverNats>(server, folder);
  }
  CHECK(name == "kafka") << name;
  why = "python3-confluent-kafka is missing: setup/packages-test.txt";
  if (std::system("/usr/bin/python3 -c 'import confluent_kafka' 2>/dev/null") != 0) return nullptr;
  return std::make_unique<OverKafka>(server, folder);
}

std::string WayName() {
  const char* name = getenv("VEDETTE_FLEET_WAY");
  return name == nullptr ? "clickhouse" : name;
}

}  // namespace vedette
