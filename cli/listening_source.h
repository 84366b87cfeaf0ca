// SPDX-License-Identifier: Apache-2.0
//
// A source without a kernel, for tests of what the kernel is told.
#ifndef VEDETTE_CLI_LISTENING_SOURCE_H_
#define VEDETTE_CLI_LISTENING_SOURCE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sensor/source/ring_source.h"

namespace vedette {

// Remembers what it is told, and does nothing else.
class ListeningSource : public RingSource {
 public:
  const HostMetadata& host() const override { return host_; }
  absl::StatusOr<size_t> Poll(absl::Duration, RecordCallback) override { return 0; }
  SensorMode mode() const override { return SensorMode::kTracepoint; }
  absl::Span<const Hook> hooks() const override { return {}; }
  absl::Status LoadClassifier(uint32_t, const ClassifierImage&) override {
    return absl::OkStatus();
  }
  void SetScope(uint64_t cgroup_id, classify_scope scope) override {
    told.emplace_back(cgroup_id, scope);
  }
  void ForgetScope(uint64_t cgroup_id) override { forgotten.push_back(cgroup_id); }
  absl::Status TellCgroup(uint64_t cgroup_id, uint32_t number,
                          absl::Span<const std::pair<classify_key, classify_vector>>) override {
    numbers[cgroup_id] = number;
    return absl::OkStatus();
  }
  void ForgetCgroup(uint64_t cgroup_id) override { numbers.erase(cgroup_id); }
  void TakeCgroups(absl::FunctionRef<void(const CgroupChange&)> each) override {
    for (const CgroupChange& change : std::exchange(changes, {})) each(change);
  }
  void StopFolding() override {}
  void Detach() override {}
  std::array<KindTotals, WIRE_KIND_LIMIT> Totals() override { return {}; }
  std::vector<std::string> StoppedHooks() const override { return {}; }

  std::vector<std::pair<uint64_t, classify_scope>> told;
  std::vector<uint64_t> forgotten;
  std::map<uint64_t, uint32_t> numbers;
  std::vector<CgroupChange> changes;  // What it hands out next.

 private:
  HostMetadata host_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_LISTENING_SOURCE_H_
