// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_TESTING_KAFKA_CLUSTER_H_
#define VEDETTE_INTEGRATIONS_TESTING_KAFKA_CLUSTER_H_

#include <string>
#include <vector>

struct rd_kafka_s;
struct rd_kafka_mock_cluster_s;

namespace vedette {

// librdkafka's mock cluster of one broker on the loopback interface: it speaks the protocol to any
// client, groups of consumers as well. Of a partition it keeps 5 MiB as they are sent; what is
// older is gone.
class KafkaCluster {
 public:
  KafkaCluster(const std::vector<std::string>& topics, int partitions);
  ~KafkaCluster();
  KafkaCluster(const KafkaCluster&) = delete;
  KafkaCluster& operator=(const KafkaCluster&) = delete;

  std::string brokers() const;
  void GoAway();
  void ComeBack();

 private:
  rd_kafka_s* handle_ = nullptr;
  rd_kafka_mock_cluster_s* cluster_ = nullptr;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_TESTING_KAFKA_CLUSTER_H_
