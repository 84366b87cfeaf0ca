// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/container.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_replace.h"

namespace vedette {
namespace {

constexpr absl::string_view kId =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
constexpr absl::string_view kOther =
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

struct Case {
  absl::string_view name, path, id, runtime;  // $ stands for a full id, % for another one.
  absl::string_view pod_uid = {}, outer_id = {};
};

constexpr Case kCases[] = {
    {"root", "/", "host", "host"},
    {"empty", "", "host", "host"},
    {"a service", "/system.slice/ssh.service", "host", "host"},
    {"a session", "/user.slice/user-1000.slice/session-3.scope", "host", "host"},
    {"docker, systemd driver", "/system.slice/docker-$.scope", "$", "docker"},
    {"docker, cgroupfs driver", "/docker/$", "$", "docker"},
    {"docker's own service", "/system.slice/docker.service", "host", "host"},
    {"docker in docker", "/docker/%/docker/$", "$", "docker", "", "%"},
    {"systemd inside docker", "/system.slice/docker-$.scope/init.scope", "$", "docker"},
    {"containerd in a pod, systemd driver",
     "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/"
     "cri-containerd-$.scope",
     "$", "containerd", "1_2"},
    {"containerd in a pod, systemd notation without systemd",
     "/kubepods/kubepods-besteffort-pod1_2.slice:cri-containerd:$", "$", "containerd", "1_2"},
    {"a pod, cgroupfs driver", "/kubepods/burstable/pod1-2/$", "$", "cri", "1-2"},
    {"a pod of the guaranteed class", "/kubepods/pod1-2/$", "$", "cri", "1-2"},
    {"the pod itself", "/kubepods/burstable/pod1-2", "host", "host"},
    {"ctr", "/default/$", "$", "containerd"},
    {"nerdctl", "/system.slice/nerdctl-$.scope", "$", "containerd"},
    {"cri-o", "/kubepods.slice/kubepods-pod1.slice/crio-$.scope", "$", "cri-o", "1"},
    {"cri-o, nested cgroup", "/kubepods.slice/kubepods-pod1.slice/crio-$.scope/container", "$",
     "cri-o", "1"},
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
    {"a real pod, systemd driver",
     "/kubepods.slice/kubepods-besteffort.slice/"
     "kubepods-besteffort-pod7b9e5d1c_0b6f_4e0a_9a6f_2f5c1d3e4a5b.slice/cri-containerd-$.scope",
     "$", "containerd", "7b9e5d1c_0b6f_4e0a_9a6f_2f5c1d3e4a5b"},
    {"a real pod, cgroupfs driver",
     "/kubepods/besteffort/pod7b9e5d1c-0b6f-4e0a-9a6f-2f5c1d3e4a5b/$", "$", "cri",
     "7b9e5d1c-0b6f-4e0a-9a6f-2f5c1d3e4a5b"},
    {"a static pod, named by its hash", "/kubepods/burstable/pod3f4a1b2c3d4e5f60718293a4b5c6d7e8/$",
     "$", "cri", "3f4a1b2c3d4e5f60718293a4b5c6d7e8"},
    {"cri-o, cgroupfs driver", "/kubepods/burstable/pod1-2/crio-$", "$", "cri-o", "1-2"},
    {"cri-o's monitor, cgroupfs driver", "/kubepods/burstable/pod1-2/crio-conmon-$", "host",
     "host"},
    {"docker in a pod (cri-dockerd)",
     "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/docker-$.scope", "$",
     "docker", "1_2"},
    {"kind: a pod in a docker container",
     "/docker/%/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/"
     "kubelet-kubepods-burstable-pod1_2.slice/cri-containerd-$.scope",
     "$", "containerd", "1_2", "%"},
    {"kind, cgroupfs driver", "/docker/%/kubelet/kubepods/burstable/pod1-2/$", "$", "cri", "1-2",
     "%"},
    {"docker in a pod's container", "/kubepods/burstable/pod1-2/%/docker/$", "$", "docker", "1-2",
     "%"},
    {"docker, rootless", "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-$.scope",
     "$", "docker"},
    {"docker, a parent of one's own", "/batch/jobs/$", "$", "oci"},
    {"docker, a slice of one's own", "/batch.slice/docker-$.scope", "$", "docker"},
    {"a task of ECS", "/ecs/cluster/0123456789abcdef/$", "$", "oci"},
    {"dockerd on containerd", "/moby/$", "$", "docker"},
    {"buildkit", "/docker/buildkit/1xl6mrqx2tsh8xcs5zf0k3qaz", "1xl6mrqx2tsh8xcs5zf0k3qaz",
     "buildkit"},
    {"ctr, a name", "/default/web-1", "web-1", "containerd"},
    {"a folder that only has the name", "/system.slice/default/web-1", "host", "host"},
    {"containerd's namespace of Kubernetes", "/k8s.io/$", "$", "containerd"},
    {"nerdctl, rootless",
     "/user.slice/user-1000.slice/user@1000.service/user.slice/nerdctl-$.scope", "$", "containerd"},
    {"podman in a pod of podman", "/machine.slice/machine-libpod_pod_%.slice/libpod-$.scope", "$",
     "podman"},
    {"podman, rootless, in a pod",
     "/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_%.slice/"
     "libpod-$.scope/container",
     "$", "podman"},
    {"podman, quadlet", "/system.slice/web.service/libpod-payload-$/init.scope", "$", "podman"},
    {"podman's monitor, split", "/system.slice/web.service/supervisor", "host", "host"},
    {"podman, a folder that begins like a pod", "/podman/$", "$", "oci"},
    {"runc, systemd", "/system.slice/runc-web.scope", "web", "runc"},
    {"crun, systemd, rootless",
     "/user.slice/user-1000.slice/user@1000.service/user.slice/crun-web.scope", "web", "crun"},
    {"runc, a path of its own", "/runc/web", "web", "runc"},
    {"docker in lxc", "/lxc.payload.ci/system.slice/docker-$.scope", "$", "docker", "", "ci"},
    {"lxc, Proxmox", "/lxc/101/ns/system.slice/cron.service", "101", "lxc"},
    {"lxc, nested", "/lxc.payload.a/lxc.payload.b", "b", "lxc", "", "a"},
    {"lxc's monitor in lxc", "/lxc.payload.a/lxc.monitor.b", "a", "lxc"},
    {"nspawn, name with a dash", "/machine.slice/machine-deb\\x2d12.scope/payload", "deb\\x2d12",
     "systemd-nspawn"},
    {"too short an id", "/docker/0123456789ab", "host", "host"},
    {"not hexadecimal", "/docker/zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
     "host", "host"},
    {"no slash at all", "docker", "host", "host"},
    {"slashes only", "////", "host", "host"},
};

TEST(Container, PathsOfTheRuntimes) {
  for (const Case& test : kCases) {
    const auto whole = [](absl::string_view text) {
      return absl::StrReplaceAll(text, {{"$", kId}, {"%", kOther}});
    };
    const std::string path = whole(test.path);
    const std::string id = whole(test.id);
    const Container container = ContainerOf(path);
    EXPECT_EQ(container.id, id) << test.name;
    EXPECT_EQ(container.runtime, test.runtime) << test.name;
    EXPECT_EQ(container.pod_uid, test.pod_uid) << test.name;
    EXPECT_EQ(container.outer_id, whole(test.outer_id)) << test.name;
    EXPECT_EQ(container.IsHost(), test.runtime == "host") << test.name;
  }
}

TEST(Container, RuntimesProgramsAreKnownByName) {
  EXPECT_EQ(RuntimeHelper("/usr/sbin/runc", "sh"), "runc");
  EXPECT_EQ(RuntimeHelper("/usr/bin/containerd-shim-runc-v2", "sh"), "containerd-shim");
  EXPECT_EQ(RuntimeHelper("/memfd:runc_cloned:/proc/self/exe", "sh"), "runc");
  EXPECT_EQ(RuntimeHelper("/memfd:crun:/usr/bin/crun", "sh"), "crun");
  EXPECT_EQ(RuntimeHelper("memfd:runc_cloned:/proc/self/exe", "sh"), "runc");
  EXPECT_EQ(RuntimeHelper("/", "runc"), "runc");
  EXPECT_EQ(RuntimeHelper("/bin/sh", "runc"), "");
  EXPECT_EQ(RuntimeHelper("/usr/bin/conmon", "sh"), "conmon");
  EXPECT_EQ(RuntimeHelper("conmon", "sh"), "conmon");
  for (const absl::string_view other : {"", "/", "/bin/sh", "/usr/bin/runcible", "/memfd:x"}) {
    EXPECT_EQ(RuntimeHelper(other, "sh"), "") << other;
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
