// SPDX-License-Identifier: Apache-2.0
// No unit test: for tests.
#include "integrations/testing/kafka_cluster.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "base/check.h"

namespace vedette {

KafkaCluster::KafkaCluster(const std::vector<std::string>& topics, int partitions) {
  char error[256] = {};
  handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error, sizeof(error));
  CHECK(handle_ != nullptr) << error;
  cluster_ = rd_kafka_mock_cluster_new(handle_, 1);
  CHECK(cluster_ != nullptr);
  for (const std::string& topic : topics) {
    rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
  }
}

KafkaCluster::~KafkaCluster() {
  rd_kafka_mock_cluster_destroy(cluster_);
  rd_kafka_destroy(handle_);
}

std::string KafkaCluster::brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
void KafkaCluster::GoAway() { rd_kafka_mock_broker_set_down(cluster_, 1); }
void KafkaCluster::ComeBack() { rd_kafka_mock_broker_set_up(cluster_, 1); }

}  // namespace vedette
