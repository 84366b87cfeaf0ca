// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

constexpr uint64_t kStartNs = 1'714'564'790'000'000'000;  // Ten seconds before the host's boot.

ContainerInfo Web() {
  ContainerInfo info;
  info.name = "web";
  info.image = "registry:5000/team/nginx:1.25";
  info.image_digest = "sha256:abc";
  info.image_id = "def";
  info.labels = {{"app", "shop"}, {"tier", "front"}};
  info.mounts = {{"/var/lib/data", "/data", "Z", "rprivate", true},
                 {"/proc", "/host/proc", "", "rslave", false}};
  info.privileged = true;
  info.host_network = false;
  info.start_ns = kStartNs;
  info.ip = "10.0.0.7";
  info.cni_json = "{}";
  info.healthcheck = {"/bin/sh", "-c", "curl -f localhost"};
  info.pod_name = "shop-1";
  info.pod_namespace = "prod";
  info.pod_sandbox_id = std::string(64, 'e');
  info.pod_ip = "10.0.0.8";
  info.pod_labels = {{"team", "a"}};
  info.Bound();
  return info;
}

class InfoFields : public testing::Test {
 protected:
  // A program in the container web, and one on the host.
  void SetUp() override {
    Begin(1, "/lxc.payload.web", {"nginx"});
    Begin(2, "/user.slice", {"bash"});
    host_.table.containers().Want("web", 1, 2);
  }
  void Begin(uint64_t exec_id, absl::string_view cgroup, const std::vector<std::string>& args,
             uint64_t parent = 0) {
    host_.Give(RecordBuilder(WIRE_process_exec)
                   .Set("exec_id", exec_id)
                   .Set("pid", exec_id)
                   .Set("vpid", exec_id)
                   .Set("parent_exec_id", parent)
                   .Set("cgroup", cgroup)
                   .SetArguments("args", args));
  }
  void Tell() { host_.table.containers().Settle({.id = "web", .info = Web()}, 2); }
  std::string Get(absl::string_view field, uint64_t exec_id = 1) {
    return host_.Get(RecordBuilder(WIRE_file_open).Set("exec_id", exec_id).Set("time_ns", 5),
                     field);
  }
  TestHost host_;
};

constexpr std::pair<absl::string_view, absl::string_view> kExpected[] = {
    {"container.name", "web"},
    {"container.image", "registry:5000/team/nginx:1.25"},
    {"container.image.repository", "registry:5000/team/nginx"},
    {"container.image.tag", "1.25"},
    {"container.image.digest", "sha256:abc"},
    {"container.image.id", "def"},
    {"container.labels", "app:shop, tier:front"},
    {"container.label[app]", "shop"},
    {"container.label[none]", "<NA>"},
    {"container.privileged", "true"},
    {"container.host_network", "false"},
    {"container.host_pid", "<NA>"},
    {"container.host_ipc", "<NA>"},
    {"container.start_ts", "1714564790000000000"},
    {"container.duration", "10000000005"},
    {"container.ip", "10.0.0.7"},
    {"container.cni.json", "{}"},
    {"container.healthcheck", "/bin/sh -c curl -f localhost"},
    {"container.liveness_probe", "<NA>"},
    {"container.readiness_probe", "<NA>"},
    {"container.mounts", "/var/lib/data:/data:Z:true:rprivate,/proc:/host/proc::false:rslave"},
    {"container.mount[0]", "/var/lib/data:/data:Z:true:rprivate"},
    {"container.mount[2]", "<NA>"},
    {"container.mount[/proc*]", "/proc:/host/proc::false:rslave"},
    {"container.mount.source[/host/*]", "/proc"},
    {"container.mount.dest[/var/lib/*]", "/data"},
    {"container.mount.dest[/data]", "<NA>"},
    {"container.mount.mode[/data]", "Z"},
    {"container.mount.rdwr[/proc]", "false"},
    {"container.mount.propagation[1]", "rslave"},
    {"k8s.pod.name", "shop-1"},
    {"k8s.ns.name", "prod"},
    {"k8s.pod.sandbox_id", "eeeeeeeeeeee"},
    {"k8s.pod.ip", "10.0.0.8"},
    {"k8s.pod.labels", "team:a"},
    {"k8s.pod.label[team]", "a"},
    {"k8s.pod.cni.json", "{}"},
};

TEST_F(InfoFields, AreWhatTheRuntimeSays) {
  Tell();
  for (const auto& [field, value] : kExpected) EXPECT_EQ(Get(field), value) << field;
  EXPECT_EQ(Get("k8s.pod.full_sandbox_id"), std::string(64, 'e'));
}

TEST_F(InfoFields, HaveNoValueBeforeItHasSaidItAndOnTheHost) {
  for (const auto& [field, value] : kExpected) {
    EXPECT_EQ(Get(field), "<NA>") << field;
    EXPECT_EQ(Get(field, 2), field == "container.name" ? "host" : "<NA>") << field;
    EXPECT_EQ(Get(field, 99), "<NA>") << field << " of an unknown process";
  }
}

TEST_F(InfoFields, AHealthCheckIsWhatWasPutIntoTheContainerToRunIt) {
  Tell();
  Begin(10, "/lxc.payload.web", {"/bin/sh", "-c", "curl -f localhost"});
  Begin(11, "/lxc.payload.web", {"curl", "-f", "localhost"}, 10);
  Begin(12, "/lxc.payload.web", {"/bin/sh", "-c", "curl -f localhost; id"});
  Begin(13, "/lxc.payload.web", {"/bin/sh", "-c", "curl -f localhost"}, 1);
  const auto is = [&](uint64_t exec_id) { return Get("proc.is_container_healthcheck", exec_id); };
  EXPECT_EQ(is(10), "true");
  EXPECT_EQ(is(11), "true") << "what it starts";
  EXPECT_EQ(is(12), "false") << "another command";
  EXPECT_EQ(is(13), "false") << "the same command, started from within";
  EXPECT_EQ(is(1), "false");
  EXPECT_EQ(is(2), "false");
  EXPECT_EQ(Get("proc.is_container_liveness_probe", 10), "false");
  EXPECT_EQ(Get("proc.is_container_readiness_probe", 10), "false");
}

}  // namespace
}  // namespace vedette
