// SPDX-License-Identifier: Apache-2.0
//
// Which container a process belongs to, by the path of its cgroup: the one mark that every runtime
// leaves. Pure; any thread.
#ifndef VEDETTE_ENGINE_ENRICH_CONTAINER_H_
#define VEDETTE_ENGINE_ENRICH_CONTAINER_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "sensor/schema/classify.h"

namespace vedette {

struct Container {
  absl::string_view id = "host";       // Whole; points into the path, or to "host".
  absl::string_view runtime = "host";  // "docker", "containerd", "cri-o", "podman", "lxc", ...

  bool IsHost() const { return runtime == "host"; }
  // Ids of 64 digits are known by their first 12; names (lxc, systemd-nspawn) stay whole.
  absl::string_view ShortId() const;
};

// The innermost container of the path: in a container inside a container, the inner one. What a
// runtime keeps for itself (conmon, lxc.monitor) belongs to the host. "cri" stands for a pod's
// container whose path does not tell the runtime (kubelet's cgroupfs driver). Whoever may make
// cgroups can take any name: a hint for people and rules, no proof.
Container ContainerOf(absl::string_view cgroup_path);

// What the kernel's classifier is told of the cgroup: whether container.id is "host". None where a
// container has that for its name: the kernel does not judge it.
std::optional<classify_scope> ScopeOf(absl::string_view cgroup_path);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_CONTAINER_H_
