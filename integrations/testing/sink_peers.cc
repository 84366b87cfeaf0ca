// SPDX-License-Identifier: Apache-2.0
// No unit test: tests/delivery/outage_test has every sink deliver to them.
#include "integrations/testing/sink_peers.h"

#include <librdkafka/rdkafka.h>
#include <nats/nats.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/file.h"
#include "integrations/testing/child.h"
#include "integrations/testing/http_peer.h"
#include "integrations/testing/kafka_cluster.h"

namespace vedette {
namespace {

constexpr absl::string_view kMark = "mark:";
constexpr size_t kMarkSize = 12;  // "mark:000123:"

// Any thread.
class Marks {
 public:
  void Take(absl::string_view text) {
    const std::lock_guard lock(mu_);
    for (size_t at = text.find(kMark); at != absl::string_view::npos;
         at = text.find(kMark, at + 1)) {
      if (at + kMarkSize <= text.size()) marks_.emplace(text.substr(at, kMarkSize));
    }
  }
  size_t count() {
    const std::lock_guard lock(mu_);
    return marks_.size();
  }

 private:
  std::mutex mu_;
  std::set<std::string> marks_;
};

std::string Unpacked(const std::string& body) {
  std::string text(4 << 20, '\0');
  z_stream stream = {};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  inflate(&stream, Z_FINISH);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

class HttpSinkPeer : public SinkPeer {
 public:
  explicit HttpSinkPeer(absl::string_view type) : type_(type) {
    ComeBack();
    port_ = peer_->port();
  }
  SinkOptions options() const override {
    SinkOptions options = {{"url", absl::StrCat("http://127.0.0.1:", port_)}};
    if (type_ == "splunk_hec") {
      setenv("VEDETTE_TEST_TOKEN", "t0ken", 1);
      options["token"] = "env:VEDETTE_TEST_TOKEN";
    }
    return options;
  }
  void GoAway() override { peer_.reset(); }
  void ComeBack() override {
    peer_.emplace([this](const PeerRequest& request) { return Answer(request); }, PeerTls{}, port_);
    peer_->ForgetRequests();
  }
  size_t Arrived() override { return marks_.count(); }

 private:
  PeerAnswer Answer(const PeerRequest& request) {
    marks_.Take(type_ == "s3" ? Unpacked(request.body) : request.body);
    if (absl::EndsWith(request.target, "/ack")) return {.body = R"({"acks":{"7":true}})"};
    if (type_ == "splunk_hec") return {.body = R"({"code":0,"ackId":7})"};
    if (type_ == "elasticsearch") return {.body = R"({"items":[]})"};
    return {.body = "{}"};
  }

  const std::string type_;
  uint16_t port_ = 0;
  Marks marks_;
  std::optional<HttpPeer> peer_;
};

// Reads what comes over TCP.
class SyslogPeer : public SinkPeer {
 public:
  SyslogPeer() { ComeBack(); }
  ~SyslogPeer() override { GoAway(); }
  SinkOptions options() const override {
    return {{"transport", "tcp"}, {"address", absl::StrCat("127.0.0.1:", port_)}};
  }
  void GoAway() override {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  void ComeBack() override {
    stop_ = false;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    sockaddr_in at = {};
    at.sin_family = AF_INET;
    at.sin_port = htons(port_);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof(at)) == 0);
    CHECK(listen(listener, 8) == 0);
    thread_ = std::thread([this, listener] { Serve(listener); });
  }
  size_t Arrived() override { return marks_.count(); }

 private:
  void Serve(int listener) {
    std::set<int> open;
    std::string text;
    char bytes[65536];
    while (!stop_) {
      const int accepted = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted >= 0) open.insert(accepted);
      bool idle = accepted < 0;
      for (const int fd : open) {
        const ssize_t got = read(fd, bytes, sizeof(bytes));
        if (got <= 0) continue;
        idle = false;
        text.append(bytes, static_cast<size_t>(got));
        marks_.Take(text);
        if (text.size() > 1 << 20) text.erase(0, text.size() - 4096);
      }
      if (idle) absl::SleepFor(absl::Milliseconds(2));
    }
    for (const int fd : open) close(fd);
    close(listener);
  }

  const uint16_t port_ = FreePort();
  Marks marks_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// Its folder goes away: nothing can be opened there.
class FilePeer : public SinkPeer {
 public:
  explicit FilePeer(const std::string& folder) : folder_(folder + "/logs") {
    std::filesystem::create_directory(folder_);
  }
  SinkOptions options() const override { return {{"path", folder_ + "/alerts"}}; }
  void GoAway() override { std::filesystem::rename(folder_, folder_ + ".away"); }
  void ComeBack() override { std::filesystem::rename(folder_ + ".away", folder_); }
  size_t Arrived() override {
    const auto text = ReadFile(folder_ + "/alerts", 64 << 20);
    Marks marks;
    if (text.ok()) marks.Take(*text);
    return marks.count();
  }

 private:
  const std::string folder_;
};

// librdkafka's mock cluster.
class KafkaPeer : public SinkPeer {
 public:
  SinkOptions options() const override {
    return {{"brokers", cluster_.brokers()}, {"security", "plaintext"}};
  }
  void GoAway() override { cluster_.GoAway(); }
  void ComeBack() override { cluster_.ComeBack(); }
  size_t Arrived() override {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char error[256];
    rd_kafka_conf_set(conf, "bootstrap.servers", cluster_.brokers().c_str(), error, sizeof(error));
    rd_kafka_conf_set(conf, "group.id", "g", error, sizeof(error));
    rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
    rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(all, "vedette-alerts", 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer, all);
    rd_kafka_topic_partition_list_destroy(all);
    Marks marks;
    for (int quiet = 0; quiet < 5;) {
      rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 200);
      if (message == nullptr) {
        ++quiet;
        continue;
      }
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        marks.Take({static_cast<const char*>(message->payload), message->len});
      }
      rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return marks.count();
  }

 private:
  KafkaCluster cluster_{{"vedette-alerts"}, 1};
};

// nats-server with JetStream, which is killed.
class NatsPeer : public SinkPeer {
 public:
  explicit NatsPeer(const std::string& folder) : folder_(folder) {
    const std::string text = absl::StrCat("listen: \"127.0.0.1:", port_,
                                          "\"\njetstream { store_dir: \"", folder, "\" }\n");
    CHECK(WriteFileAtomically(folder + "/conf", text).ok());
    ComeBack();
    const Client client(port_);
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    const char* subjects[] = {"vedette.>"};
    config.Name = "ALERTS";
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    jsErrCode code;
    CHECK(js_AddStream(nullptr, client.js, &config, nullptr, &code) == NATS_OK);
  }
  SinkOptions options() const override {
    return {{"address", absl::StrCat("127.0.0.1:", port_)}, {"tls", "false"}};
  }
  void GoAway() override { server_.reset(); }
  void ComeBack() override {
    server_.emplace(std::vector<std::string>{FindProgram("nats-server"), "-c", folder_ + "/conf"},
                    folder_ + "/log");
    CHECK(AwaitPort(port_));
  }
  size_t Arrived() override {
    const Client client(port_);
    Marks marks;
    for (uint64_t sequence = 1;; ++sequence) {
      natsMsg* message = nullptr;
      jsErrCode code;
      if (js_GetMsg(&message, client.js, "ALERTS", sequence, nullptr, &code) != NATS_OK) break;
      marks.Take({natsMsg_GetData(message), static_cast<size_t>(natsMsg_GetDataLength(message))});
      natsMsg_Destroy(message);
    }
    return marks.count();
  }

 private:
  struct Client {
    explicit Client(uint16_t port) {
      CHECK(natsConnection_ConnectTo(&connection,
                                     absl::StrCat("nats://127.0.0.1:", port).c_str()) == NATS_OK);
      CHECK(natsConnection_JetStream(&js, connection, nullptr) == NATS_OK);
    }
    ~Client() {
      jsCtx_Destroy(js);
      natsConnection_Destroy(connection);
    }
    natsConnection* connection = nullptr;
    jsCtx* js = nullptr;
  };

  const std::string folder_;
  const uint16_t port_ = FreePort();
  std::optional<Child> server_;
};

}  // namespace

std::string Mark(int number) { return absl::StrFormat("mark:%06d:", number); }

std::unique_ptr<SinkPeer> MakeSinkPeer(absl::string_view type, const std::string& folder,
                                       std::string& why) {
  if (type == "syslog") return std::make_unique<SyslogPeer>();
  if (type == "file") return std::make_unique<FilePeer>(folder);
  if (type == "kafka") return std::make_unique<KafkaPeer>();
  if (type != "nats") return std::make_unique<HttpSinkPeer>(type);
  if (!FindProgram("nats-server").empty()) return std::make_unique<NatsPeer>(folder);
  why = "nats-server is missing: run setup/servers.sh";
  return nullptr;
}

}  // namespace vedette
