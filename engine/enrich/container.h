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

// All texts point into the path, or are constants.
struct Container {
  absl::string_view id = "host";       // Whole.
  absl::string_view runtime = "host";  // "docker", "containerd", "cri-o", "podman", "lxc", ...
  // Of the Kubernetes pod that it is in, itself or by what is around it; empty if there is none.
  // As the path has it: systemd's driver writes _ for -.
  absl::string_view pod_uid = {};
  absl::string_view outer_id = {};  // Of the container around this one; empty if there is none.

  bool IsHost() const { return runtime == "host"; }
  // Ids of 64 digits are known by their first 12; names (lxc, systemd-nspawn) stay whole.
  absl::string_view ShortId() const;
};

// The innermost container of the path: in a container inside a container, the inner one. What a
// runtime keeps for itself (conmon, lxc.monitor) belongs to what is around it. "cri" stands for a
// pod's container whose path does not tell the runtime (kubelet's cgroupfs driver), "oci" for one
// in a folder of somebody's choice. Whoever may make cgroups can take any name: a hint for people
// and rules, no proof.
Container ContainerOf(absl::string_view cgroup_path);

// The program of a container runtime that works on the host for a container (runc, conmon,
// containerd-shim, ...), by the path of its executable; empty for every other program. runc runs
// itself from a mount that it has just detached, in which its path is "/": then by its name.
absl::string_view RuntimeHelper(absl::string_view exe_path, absl::string_view comm);

// What the kernel's classifier is told of the cgroup: whether container.id is "host". None where a
// container has that for its name: the kernel does not judge it.
std::optional<classify_scope> ScopeOf(absl::string_view cgroup_path);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_CONTAINER_H_
