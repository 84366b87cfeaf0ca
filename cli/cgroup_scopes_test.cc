// SPDX-License-Identifier: Apache-2.0
#include "cli/cgroup_scopes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::Pair;

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
  void StopFolding() override {}
  void Detach() override {}
  std::array<KindTotals, WIRE_KIND_LIMIT> Totals() override { return {}; }
  std::vector<std::string> StoppedHooks() const override { return {}; }

  std::vector<std::pair<uint64_t, classify_scope>> told;

 private:
  HostMetadata host_;
};

RecordBytes Program(EventKind kind, uint64_t cgroup, const char* path) {
  return RecordBuilder(kind).Set("cgroup_id", cgroup).Set("cgroup", path).Build();
}

TEST(CgroupScopesTest, TellsOfEachCgroupOnce) {
  ListeningSource source;
  CgroupScopes scopes;
  scopes.OnRecord(Program(WIRE_process_seen, 5, "/init.scope"), source);
  scopes.OnRecord(Program(WIRE_process_exec, 7, "/lxc.payload.web/init.scope"), source);
  scopes.OnRecord(Program(WIRE_process_exec, 7, "/lxc.payload.web/init.scope"), source);
  scopes.OnRecord(RecordBuilder(WIRE_file_open).Set("cgroup_id", 9).Build(), source);
  EXPECT_THAT(source.told, ElementsAre(Pair(5, CLASSIFY_HOST), Pair(7, CLASSIFY_CONTAINER)));
}

TEST(CgroupScopesTest, SaysNothingOfAContainerWithTheNameOfTheHost) {
  ListeningSource source;
  CgroupScopes scopes;
  scopes.OnRecord(Program(WIRE_process_exec, 7, "/lxc.payload.host"), source);
  EXPECT_TRUE(source.told.empty());
}

TEST(CgroupScopesTest, IgnoresWhatIsNoRecord) {
  ListeningSource source;
  CgroupScopes scopes;
  RecordBytes cut = Program(WIRE_process_exec, 7, "/lxc.payload.web");
  scopes.OnRecord(absl::MakeConstSpan(cut).subspan(0, 20), source);
  scopes.OnRecord(absl::MakeConstSpan(cut).subspan(0, cut.size() - 1), source);
  EXPECT_TRUE(source.told.empty());
}

}  // namespace
}  // namespace vedette
