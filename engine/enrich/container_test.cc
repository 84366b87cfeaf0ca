// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/container.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_replace.h"

namespace vedette {
namespace {

constexpr absl::string_view kId =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

struct Case {
  absl::string_view name, path, id, runtime;  // $ stands for a full id.
};

constexpr Case kCases[] = {
    {"root", "/", "host", "host"},
    {"empty", "", "host", "host"},
    {"a service", "/system.slice/ssh.service", "host", "host"},
    {"a session", "/user.slice/user-1000.slice/session-3.scope", "host", "host"},
    {"docker, systemd driver", "/system.slice/docker-$.scope", "$", "docker"},
    {"docker, cgroupfs driver", "/docker/$", "$", "docker"},
    {"docker's own service", "/system.slice/docker.service", "host", "host"},
    {"docker in docker",
     "/docker/ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff/"
     "docker/$",
     "$", "docker"},
    {"systemd inside docker", "/system.slice/docker-$.scope/init.scope", "$", "docker"},
    {"containerd in a pod, systemd driver",
     "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/"
     "cri-containerd-$.scope",
     "$", "containerd"},
    {"containerd in a pod, systemd notation without systemd",
     "/kubepods/kubepods-besteffort-pod1_2.slice:cri-containerd:$", "$", "containerd"},
    {"a pod, cgroupfs driver", "/kubepods/burstable/pod1-2/$", "$", "cri"},
    {"a pod of the guaranteed class", "/kubepods/pod1-2/$", "$", "cri"},
    {"the pod itself", "/kubepods/burstable/pod1-2", "host", "host"},
    {"ctr", "/default/$", "$", "containerd"},
    {"nerdctl", "/system.slice/nerdctl-$.scope", "$", "containerd"},
    {"cri-o", "/kubepods.slice/kubepods-pod1.slice/crio-$.scope", "$", "cri-o"},
    {"cri-o, nested cgroup", "/kubepods.slice/kubepods-pod1.slice/crio-$.scope/container", "$",
     "cri-o"},
    {"cri-o's monitor", "/kubepods.slice/kubepods-pod1.slice/crio-conmon-$.scope", "host", "host"},
    {"podman, root", "/machine.slice/libpod-$.scope", "$", "podman"},
    {"podman, nested cgroup", "/machine.slice/libpod-$.scope/container", "$", "podman"},
    {"podman, rootless", "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-$.scope",
     "$", "podman"},
    {"podman, split", "/system.slice/web.service/libpod-payload-$", "$", "podman"},
    {"podman, cgroupfs driver", "/libpod_parent/libpod-$", "$", "podman"},
    {"podman's monitor", "/machine.slice/libpod-conmon-$.scope", "host", "host"},
    {"lxc", "/lxc/web", "web", "lxc"},
    {"lxc 4", "/lxc.payload.web/system.slice/nginx.service", "web", "lxc"},
    {"lxc 3", "/lxc.payload/web", "web", "lxc"},
    {"lxc's monitor", "/lxc.monitor.web", "host", "host"},
    {"nspawn unit", "/machine.slice/systemd-nspawn@deb.service/payload/init.scope", "deb",
     "systemd-nspawn"},
    {"nspawn scope", "/machine.slice/machine-deb.scope", "deb", "systemd-nspawn"},
    {"virtual machine", "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope", "host", "host"},
    {"too short an id", "/docker/0123456789ab", "host", "host"},
    {"not hexadecimal", "/docker/zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
     "host", "host"},
    {"no slash at all", "docker", "host", "host"},
    {"slashes only", "////", "host", "host"},
};

TEST(Container, PathsOfTheRuntimes) {
  for (const Case& test : kCases) {
    const std::string path = absl::StrReplaceAll(test.path, {{"$", kId}});
    const std::string id = absl::StrReplaceAll(test.id, {{"$", kId}});
    const Container container = ContainerOf(path);
    EXPECT_EQ(container.id, id) << test.name;
    EXPECT_EQ(container.runtime, test.runtime) << test.name;
    EXPECT_EQ(container.IsHost(), test.runtime == "host") << test.name;
  }
}

TEST(Container, ShortIdCutsDigitsButNotNames) {
  EXPECT_EQ((Container{kId, "docker"}.ShortId()), "0123456789ab");
  EXPECT_EQ((Container{"a-rather-long-name", "lxc"}.ShortId()), "a-rather-long-name");
  EXPECT_EQ(Container{}.ShortId(), "host");
}

TEST(ScopeTest, IsWhatContainerIdSays) {
  EXPECT_EQ(ScopeOf("/user.slice"), CLASSIFY_HOST);
  EXPECT_EQ(ScopeOf("/lxc.payload.web"), CLASSIFY_CONTAINER);
  EXPECT_EQ(ScopeOf("/lxc.payload.host"), std::nullopt);
}

}  // namespace
}  // namespace vedette
