// SPDX-License-Identifier: Apache-2.0
#include "cli/container_lookup.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

class Output : public PipelineOutput {
 public:
  void OnEvent(const Event&, bool) override { ++events; }
  void OnAlert(Alert) override {}
  void OnGap(const RecordGap&) override {}
  void OnContainer(absl::string_view id, const ContainerInfo& info) override {
    told = absl::StrCat(id, " ", info.name, " ", info.image);
  }
  int events = 0;
  std::string told;
};

TEST(ContainerLookup, FromARecordOverStateFilesToThePipeline) {
  std::string root = absl::StrCat(testing::TempDir(), "/lookup-XXXXXX");
  ASSERT_NE(mkdtemp(root.data()), nullptr);
  const std::string id(64, 'a');
  const std::string folder = absl::StrCat(root, "/var/lib/docker/containers/", id);
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/config.v2.json") << R"({"Name": "/web", "Config": {"Image": "nginx"}})";

  Pipeline::Options options;
  RealClock clock;
  Output out;
  ContainerSettings settings;
  settings.root = root;
  const auto lookup = ContainerLookup::Make(settings, options);
  ASSERT_NE(lookup, nullptr);
  EXPECT_EQ(options.container_wait_ns, 200'000'000u);
  Pipeline pipeline(HostMetadata(), out, options);
  pipeline.OnRecord(RecordBuilder(WIRE_process_exec)
                        .Set("exec_id", 1)
                        .Set("pid", 1)
                        .Set("cgroup", absl::StrCat("/docker/", id))
                        .Build());
  EXPECT_TRUE(pipeline.is_waiting());
  for (int i = 0; i < 5000 && pipeline.is_waiting(); ++i) {
    lookup->Give(pipeline, clock);
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_EQ(out.told, absl::StrCat(id, " web nginx"));
  EXPECT_EQ(out.events, 1);
  EXPECT_EQ(lookup->Counts()[0].found, 1u);
  std::filesystem::remove_all(root);
}

TEST(ContainerLookup, NobodyIsAskedWhereItIsOff) {
  Pipeline::Options options;
  ContainerSettings settings;
  settings.metadata = false;
  EXPECT_EQ(ContainerLookup::Make(settings, options), nullptr);
  EXPECT_EQ(options.containers, nullptr);
}

TEST(ContainerLookup, SocketsThatAreNotThereAreSaidToBeSo) {
  ContainerSettings settings;
  settings.root = "/nonexistent";
  const std::vector<SourceFinding> findings = ProbeContainerSources(settings);
  ASSERT_EQ(findings.size(), 1 + settings.sockets.size());
  EXPECT_TRUE(findings[0].status.ok());
  for (size_t i = 1; i < findings.size(); ++i) {
    EXPECT_TRUE(absl::IsNotFound(findings[i].status)) << findings[i].status;
  }
}

}  // namespace
}  // namespace vedette
