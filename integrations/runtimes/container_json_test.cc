// SPDX-License-Identifier: Apache-2.0
#include "integrations/runtimes/container_json.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace vedette {
namespace {

// As dockerd 20.10 answers, shortened.
constexpr absl::string_view kInspect = R"({
 "Id": "ab", "Created": "2024-05-01T10:00:00.5Z", "Name": "/web",
 "State": {"Status": "running", "StartedAt": "2024-05-01T10:00:01.25Z"},
 "Image": "sha256:0123",
 "HostConfig": {"Privileged": true, "PidMode": "host", "NetworkMode": "default",
                "IpcMode": "private"},
 "Mounts": [{"Type": "bind", "Source": "/srv", "Destination": "/data", "Mode": "ro", "RW": false,
             "Propagation": "rprivate"}],
 "Config": {"Image": "nginx:1.25", "Labels": {"app": "shop", "io.kubernetes.pod.name": "shop-1"},
            "Healthcheck": {"Test": ["CMD-SHELL", "curl -f localhost"]}},
 "NetworkSettings": {"IPAddress": "", "Networks": {"bridge": {"IPAddress": "172.17.0.2"}}}})";

TEST(ContainerJson, DockersAnswer) {
  const auto info = ParseDockerInspect(kInspect);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->name, "web");
  EXPECT_EQ(info->image, "nginx:1.25");
  EXPECT_EQ(info->image_id, "0123");
  EXPECT_EQ(info->privileged, true);
  EXPECT_EQ(info->host_pid, true);
  EXPECT_EQ(info->host_network, false);
  EXPECT_EQ(info->ip, "172.17.0.2");
  EXPECT_EQ(info->start_ns, 1'714'557'601'250'000'000);
  ASSERT_EQ(info->mounts.size(), 1u);
  EXPECT_EQ(info->mounts[0].source, "/srv");
  EXPECT_FALSE(info->mounts[0].writable);
  EXPECT_EQ(info->healthcheck, (std::vector<std::string>{"/bin/sh", "-c", "curl -f localhost"}));
  EXPECT_EQ(*FindLabel(info->labels, "app"), "shop");
  EXPECT_EQ(info->pod_name, "shop-1");
}

TEST(ContainerJson, DockersStateFiles) {
  const auto info = ParseDockerState(
      R"({"Name": "/web", "Config": {"Image": "nginx"}, "Image": "sha256:0123",
          "Created": "2024-05-01T10:00:00Z", "State": {"StartedAt": "0001-01-01T00:00:00Z"},
          "MountPoints": {"/data": {"Source": "/srv", "Destination": "/data", "RW": true}}})",
      R"({"Privileged": false, "NetworkMode": "host"})");
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->name, "web");
  EXPECT_EQ(info->privileged, false);
  EXPECT_EQ(info->host_network, true);
  EXPECT_EQ(info->start_ns, 1'714'557'600'000'000'000) << "not started yet: when it was made";
  EXPECT_EQ(info->mounts[0].dest, "/data");
  EXPECT_TRUE(ParseDockerState("{}", "").has_value());
}

TEST(ContainerJson, ABundleOfContainerdInAPod) {
  const auto info = ParseOciSpec(R"({
    "process": {"capabilities": {"bounding": ["CAP_CHOWN"]}},
    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
               {"destination": "/etc/hosts", "type": "bind", "source": "/var/lib/kubelet/x",
                "options": ["rbind", "rprivate", "ro"]}],
    "annotations": {"io.kubernetes.cri.container-name": "web",
                    "io.kubernetes.cri.image-name": "docker.io/library/nginx:1.25",
                    "io.kubernetes.cri.sandbox-id": "ee",
                    "io.kubernetes.cri.sandbox-name": "shop-1",
                    "io.kubernetes.cri.sandbox-namespace": "prod",
                    "io.kubernetes.cri.sandbox-uid": "1-2"},
    "linux": {"namespaces": [{"type": "pid"}, {"type": "ipc", "path": "/proc/1/ns/ipc"}],
              "seccomp": {}}})");
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->name, "web");
  EXPECT_EQ(info->image, "docker.io/library/nginx:1.25");
  EXPECT_EQ(info->pod_name, "shop-1");
  EXPECT_EQ(info->pod_namespace, "prod");
  EXPECT_EQ(info->pod_uid, "1-2");
  EXPECT_EQ(info->pod_sandbox_id, "ee");
  EXPECT_EQ(info->privileged, false);
  EXPECT_EQ(info->host_pid, false);
  EXPECT_EQ(info->host_network, true);
  ASSERT_EQ(info->mounts.size(), 1u);
  EXPECT_EQ(info->mounts[0].propagation, "rprivate");
  EXPECT_FALSE(info->mounts[0].writable);
}

TEST(ContainerJson, APrivilegedBundle) {
  const auto info = ParseOciSpec(
      R"({"process": {"capabilities": {"bounding": ["CAP_SYS_ADMIN", "CAP_SYS_MODULE",
          "CAP_SYS_PTRACE"]}}, "linux": {}})");
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->privileged, true);
  EXPECT_EQ(ParseOciSpec("{}")->privileged, std::nullopt);
}

TEST(ContainerJson, TheStorageOfPodmanAndCrio) {
  constexpr absl::string_view kStorage = R"([
    {"id": "aa", "names": ["web"], "image": "0123", "created": "2024-05-01T10:00:00Z",
     "metadata": "{\"image-name\":\"docker.io/library/nginx:latest\",\"name\":\"web\"}"},
    {"id": "bb", "names": ["k8s_web_shop-1_prod_uid_0"], "image": "4567",
     "metadata": "{\"pod-name\":\"shop-1\",\"image-name\":\"img\",\"metadata-name\":\"web\"}"}])";
  const auto podman = ParseStorageContainers(kStorage, "aa");
  ASSERT_TRUE(podman.has_value());
  EXPECT_EQ(podman->name, "web");
  EXPECT_EQ(podman->image, "docker.io/library/nginx:latest");
  EXPECT_EQ(podman->image_id, "0123");
  EXPECT_EQ(ParseStorageContainers(kStorage, "bb")->pod_name, "shop-1");
  EXPECT_EQ(ParseStorageContainers(kStorage, "cc"), std::nullopt);
  EXPECT_EQ(ParseStorageContainers("{}", "aa"), std::nullopt);
}

TEST(ContainerJson, WhereABundleIs) {
  EXPECT_EQ(ParseBundlePath(R"({"bundle": "/tmp/b"})"), "/tmp/b");
  EXPECT_EQ(ParseBundlePath(R"({"config": {"labels": ["x=y", "bundle=/tmp/b"]}})"), "/tmp/b");
  EXPECT_EQ(ParseBundlePath("[]"), "");
}

TEST(ContainerJson, ProbesOfWhatWasAppliedAndCriInfo) {
  ContainerInfo info;
  ParseAppliedProbes(R"({"spec": {"containers": [{"name": "side"}, {"name": "web",
      "livenessProbe": {"exec": {"command": ["cat", "/live"]}},
      "readinessProbe": {"httpGet": {"port": 80}}}]}})",
                     "web", info);
  EXPECT_EQ(info.liveness_probe, (std::vector<std::string>{"cat", "/live"}));
  EXPECT_TRUE(info.readiness_probe.empty());
  ParseCriInfo(R"({"sandboxID": "ee", "cniResult": {"Interfaces": {}},
      "config": {"linux": {"security_context": {"privileged": true}}},
      "runtimeSpec": {"linux": {"namespaces": [{"type": "pid"}]}}})",
               info);
  EXPECT_EQ(info.pod_sandbox_id, "ee");
  EXPECT_EQ(info.privileged, true);
  EXPECT_EQ(info.host_pid, false);
  EXPECT_EQ(info.cni_json, R"({"Interfaces":{}})");
}

// Every text is a prefix of a good one with bytes changed: nothing may throw or read beyond.
TEST(ContainerJson, WhatARuntimeLiesIsSurvived) {
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(kInspect.substr(0, random() % (kInspect.size() + 1)));
    for (size_t j = random() % 4; j > 0 && !text.empty(); --j) {
      text[random() % text.size()] = "{}[]\",:0nt\\\xff"[random() % 13];
    }
    ParseDockerInspect(text);
    ParseDockerState(text, text);
    ParseOciSpec(text);
    ParseStorageContainers(text, "ab");
    ParseBundlePath(text);
    ContainerInfo info;
    ParseAppliedProbes(text, "web", info);
    ParseCriInfo(text, info);
    info.Bound();
  }
  EXPECT_EQ(ParseDockerInspect("nonsense"), std::nullopt);
  EXPECT_EQ(ParseDockerInspect("[]"), std::nullopt);
  const std::string deep(500'000, '[');
  EXPECT_EQ(ParseDockerInspect(deep), std::nullopt);
  const auto wrong = ParseDockerInspect(R"({"Name": 7, "Config": [], "State": "x", "Mounts": {}})");
  ASSERT_TRUE(wrong.has_value());
  EXPECT_EQ(wrong->name, "");
}

}  // namespace
}  // namespace vedette
