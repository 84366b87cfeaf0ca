// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "integrations/runtimes/runtime_source.h"

namespace vedette {
namespace {

const std::string& Id() {
  static const auto* const id = new std::string(64, 'a');
  return *id;
}

class StateFilesTest : public testing::Test {
 protected:
  StateFilesTest() {
    std::string name = absl::StrCat(testing::TempDir(), "/state-XXXXXX");
    root_ = mkdtemp(name.data());
    source_ = MakeStateFiles(root_);
  }
  ~StateFilesTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& path, absl::string_view text) {
    const std::filesystem::path at = root_ + path;
    std::filesystem::create_directories(at.parent_path());
    std::ofstream(at) << text;
  }
  // "name image whole", or the code.
  std::string Find(const std::string& id, const std::string& runtime,
                   const std::string& cgroup = "") {
    const auto found =
        source_->Find({.id = id, .runtime = runtime, .cgroup = cgroup}, absl::InfiniteFuture());
    if (!found.ok()) return absl::StatusCodeToString(found.status().code());
    return absl::StrCat(found->info.name, " ", found->info.image, " ", found->is_whole);
  }

  std::string root_;
  std::unique_ptr<RuntimeSource> source_;
};

TEST_F(StateFilesTest, Docker) {
  Write("/var/lib/docker/containers/" + Id() + "/config.v2.json",
        R"({"Name": "/web", "Config": {"Image": "nginx:1"}})");
  Write("/var/lib/docker/containers/" + Id() + "/hostconfig.json", R"({"Privileged": true})");
  EXPECT_EQ(Find(Id(), "docker"), "web nginx:1 1");
}

TEST_F(StateFilesTest, PodmanOfRootAndOfAUser) {
  const std::string storage = absl::StrCat(
      R"([{"id": ")", Id(), R"(", "names": ["web"], "metadata": "{\"image-name\":\"alpine\"}"}])");
  EXPECT_EQ(Find(Id(), "podman"), "NOT_FOUND");
  Write("/home/ann/.local/share/containers/storage/overlay-containers/containers.json", storage);
  EXPECT_EQ(Find(Id(), "podman"), "NOT_FOUND") << "root's containers are not looked for at home";
  EXPECT_EQ(Find(Id(), "podman", "/user.slice/user-1000.slice/user@1000.service/user.slice/x"),
            "web alpine 0");
  Write("/var/lib/containers/storage/overlay-containers/containers.json", storage);
  EXPECT_EQ(Find(Id(), "podman"), "web alpine 0");
}

TEST_F(StateFilesTest, ContainerdsBundles) {
  Write("/run/containerd/io.containerd.runtime.v2.task/k8s.io/" + Id() + "/config.json",
        R"({"annotations": {"io.kubernetes.cri.container-name": "web",
            "io.kubernetes.cri.image-name": "nginx:1"}})");
  EXPECT_EQ(Find(Id(), "containerd"), "web nginx:1 0");
}

TEST_F(StateFilesTest, RuncAndCrun) {
  Write("/run/runc/web/state.json", R"({"config": {"labels": ["bundle=/b"]}})");
  Write("/run/crun/db/status", R"({"bundle": "/../../etc"})");
  Write("/b/config.json", R"({"annotations": {"org.opencontainers.image.ref.name": "alpine"}})");
  EXPECT_EQ(Find("web", "runc"), "web alpine 1");
  EXPECT_EQ(Find("db", "crun"), "db  1");
}

TEST_F(StateFilesTest, WhatHasANameNeedsNoFile) {
  EXPECT_EQ(Find("web", "lxc"), "web  1");
  EXPECT_EQ(Find("deb", "systemd-nspawn"), "deb  1");
}

TEST_F(StateFilesTest, AnIdIsNoPath) {
  Write("/etc/config.v2.json", R"({"Name": "/stolen", "Config": {"Image": "x"}})");
  EXPECT_EQ(Find("../../../../etc", "docker"), "NOT_FOUND");
  EXPECT_FALSE(IsPlainId(""));
  EXPECT_FALSE(IsPlainId("."));
  EXPECT_FALSE(IsPlainId("a/b"));
  EXPECT_FALSE(IsPlainId("a\r\nb"));
  EXPECT_TRUE(IsPlainId("web-1_2.3"));
}

TEST_F(StateFilesTest, DamagedFilesAreAsIfTheyWereNotThere) {
  Write("/var/lib/docker/containers/" + Id() + "/config.v2.json", R"({"Name": "/we)");
  Write("/var/lib/containers/storage/overlay-containers/containers.json", "[[[");
  EXPECT_EQ(Find(Id(), "docker"), "NOT_FOUND");
}

TEST(RuntimeSockets, AreCheckedAndMade) {
  EXPECT_TRUE(CheckRuntimeSocket("docker:/run/docker.sock").ok());
  for (const char* wrong : {"", "docker", "docker:", "docker:run/x", "lxc:/run/x", "cri:/"}) {
    EXPECT_FALSE(CheckRuntimeSocket(wrong).ok()) << wrong;
  }
  const auto sources = MakeRuntimeSources(
      "/host", {"docker:/run/docker.sock", "nonsense", "cri:/run/crio/crio.sock",
                "containerd:/run/containerd/containerd.sock", "podman:/run/podman/podman.sock"});
  ASSERT_EQ(sources.size(), 5u);
  EXPECT_EQ(sources[0]->name(), "files");
  EXPECT_EQ(sources[1]->name(), "docker:/host/run/docker.sock");
  EXPECT_EQ(sources[2]->name(), "cri:/host/run/crio/crio.sock");
  EXPECT_TRUE(sources[2]->Serves("cri-o"));
  EXPECT_FALSE(sources[2]->Serves("docker"));
  EXPECT_TRUE(sources[4]->Serves("podman"));
}

}  // namespace
}  // namespace vedette
