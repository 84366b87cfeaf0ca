// SPDX-License-Identifier: Apache-2.0
//
// Against librdkafka's mock cluster, which speaks the protocol.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "integrations/format/sample_alert.h"
#include "integrations/sinks/registry.h"

namespace vedette {
namespace {

absl::Time Soon() { return absl::Now() + absl::Seconds(15); }

class KafkaTest : public testing::Test {
 protected:
  void SetUp() override {
    char error[256];
    handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error, sizeof(error));
    ASSERT_NE(handle_, nullptr) << error;
    cluster_ = rd_kafka_mock_cluster_new(handle_, 3);
    ASSERT_NE(cluster_, nullptr);
    rd_kafka_mock_topic_create(cluster_, "vedette-alerts", 2, 3);
    auto sink = MakeSink("kafka", {{"brokers", rd_kafka_mock_cluster_bootstraps(cluster_)},
                                   {"security", "plaintext"}});
    ASSERT_TRUE(sink.ok()) << sink.status();
    sink_ = *std::move(sink);
  }
  void TearDown() override {
    sink_.reset();
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(handle_);
  }

  // All messages in the topic: id by value, in order for each key.
  struct Message {
    std::string key, value, id;
  };
  std::vector<Message> ReadAll(size_t count, const char* topic = "vedette-alerts") {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char error[256];
    rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster_), error,
                      sizeof(error));
    rd_kafka_conf_set(conf, "group.id", "g", error, sizeof(error));
    rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
    rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(2);
    for (int partition = 0; partition < 2; ++partition) {
      rd_kafka_topic_partition_list_add(all, topic, partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_assign(consumer, all);
    rd_kafka_topic_partition_list_destroy(all);
    std::vector<Message> messages;
    const absl::Time end = Soon();
    while (messages.size() < count && absl::Now() < end) {
      rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 100);
      if (message == nullptr) continue;
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) messages.push_back(Read(message));
      rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return messages;
  }
  static Message Read(const rd_kafka_message_t* from) {
    Message message;
    message.key.assign(static_cast<const char*>(from->key), from->key_len);
    message.value.assign(static_cast<const char*>(from->payload), from->len);
    rd_kafka_headers_t* headers = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    if (rd_kafka_message_headers(from, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
        (rd_kafka_header_get_last(headers, "alert_id", &value, &size) ==
             RD_KAFKA_RESP_ERR_NO_ERROR ||
         rd_kafka_header_get_last(headers, "event_id", &value, &size) ==
             RD_KAFKA_RESP_ERR_NO_ERROR)) {
      message.id.assign(static_cast<const char*>(value), size);
    }
    return message;
  }

  static std::vector<Alert> Batch(int from, int count) {
    std::vector<Alert> batch;
    for (int i = from; i < from + count; ++i) {
      batch.push_back(i % 3 == 2 ? HostileAlert() : SampleAlert());
      batch.back().id = absl::StrCat(absl::Hex(i, absl::kZeroPad16));
      batch.back().hostname = absl::StrCat("host-", i % 2);
    }
    return batch;
  }

  rd_kafka_t* handle_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
  std::unique_ptr<Sink> sink_;
};

TEST_F(KafkaTest, MessagesArriveInTheOrderOfTheirHost) {
  const absl::Status status = sink_->Deliver(Batch(0, 50), Soon());
  ASSERT_TRUE(status.ok()) << status;
  const std::vector<Message> messages = ReadAll(50);
  ASSERT_EQ(messages.size(), 50U);
  std::map<std::string, std::string> last;
  for (const Message& message : messages) {
    const auto value = nlohmann::json::parse(message.value, nullptr, false);
    ASSERT_TRUE(value.is_object());
    EXPECT_EQ(value["id"], message.id);
    EXPECT_EQ(value["hostname"], message.key);
    EXPECT_LT(last[message.key], message.id);
    last[message.key] = message.id;
  }
}

TEST_F(KafkaTest, EventsHaveATopicOfTheirOwn) {
  rd_kafka_mock_topic_create(cluster_, "vedette-events", 2, 3);
  auto sink = MakeEventSink("kafka", {{"brokers", rd_kafka_mock_cluster_bootstraps(cluster_)},
                                      {"security", "plaintext"}});
  ASSERT_TRUE(sink.ok()) << sink.status();
  std::vector<DeliveredEvent> batch;
  for (int i = 0; i < 20; ++i) {
    const std::string id = absl::StrCat(absl::Hex(i, absl::kZeroPad16));
    batch.push_back({.id = id,
                     .hostname = "web-1",
                     .time = absl::FromUnixSeconds(1'700'000'000),
                     .json = absl::StrCat(R"({"id":")", id, R"("})")});
  }
  const absl::Status status = (*sink)->DeliverEvents(batch, Soon());
  ASSERT_TRUE(status.ok()) << status;
  const std::vector<Message> messages = ReadAll(20, "vedette-events");
  ASSERT_EQ(messages.size(), 20U);
  for (size_t i = 0; i < messages.size(); ++i) {  // One host is one partition: in order.
    EXPECT_EQ(messages[i].id, batch[i].id);
    EXPECT_EQ(messages[i].value, batch[i].json);
    EXPECT_EQ(messages[i].key, "web-1");
  }
}

TEST_F(KafkaTest, BrokersThatComeBackGetEverything) {
  ASSERT_TRUE(sink_->Deliver(Batch(0, 10), Soon()).ok());
  for (int broker = 1; broker <= 3; ++broker) rd_kafka_mock_broker_set_down(cluster_, broker);
  const absl::Time before = absl::Now();
  const absl::Status down = sink_->Deliver(Batch(10, 10), before + absl::Milliseconds(500));
  EXPECT_TRUE(absl::IsUnavailable(down)) << down;
  EXPECT_LT(absl::Now() - before, absl::Seconds(5));
  for (int broker = 1; broker <= 3; ++broker) rd_kafka_mock_broker_set_up(cluster_, broker);
  absl::Status up = absl::UnavailableError("");
  for (int i = 0; i < 20 && !up.ok(); ++i) {
    up = sink_->Deliver(Batch(10, 10), absl::Now() + absl::Seconds(3));
  }
  EXPECT_TRUE(up.ok()) << up;
  std::map<std::string, int> seen;
  for (const Message& message : ReadAll(20)) ++seen[message.id];
  EXPECT_EQ(seen.size(), 20U);
}

TEST_F(KafkaTest, OnlyTheMessageThatIsTooLargeIsRefused) {
  std::vector<Alert> batch = Batch(0, 1);
  batch[0].message = std::string(5'000'000, 'x');
  EXPECT_TRUE(absl::IsInvalidArgument(sink_->Deliver(batch, Soon())));
  EXPECT_TRUE(sink_->Deliver(Batch(1, 2), Soon()).ok());
}

TEST(KafkaOptionsTest, MistakesAreNamed) {
  EXPECT_FALSE(CheckSink("kafka", {}).ok());
  EXPECT_FALSE(CheckSink("kafka", {{"brokers", "a:1"}, {"security", "sasl_ssl"}}).ok());
  EXPECT_FALSE(CheckSink("kafka", {{"brokers", "a:1"}, {"user", "x"}}).ok());
  EXPECT_TRUE(CheckSink("kafka", {{"brokers", "a:1"}}).ok());
}

}  // namespace
}  // namespace vedette
