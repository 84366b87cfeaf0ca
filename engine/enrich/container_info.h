// SPDX-License-Identifier: Apache-2.0
//
// What a runtime says of a container beside its id: a value, bounded, as foreign as any input.
#ifndef VEDETTE_ENGINE_ENRICH_CONTAINER_INFO_H_
#define VEDETTE_ENGINE_ENRICH_CONTAINER_INFO_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace vedette {

struct ContainerMount {
  std::string source = {}, dest = {}, mode = {}, propagation = {};
  bool writable = true;
};

using ContainerLabels = std::vector<std::pair<std::string, std::string>>;  // Sorted by name.

// Empty, none or 0: not known.
struct ContainerInfo {
  std::string name;
  std::string image;  // As it was asked for: "docker.io/library/nginx:1.25".
  std::string image_repository, image_tag, image_digest, image_id;
  ContainerLabels labels;
  std::vector<ContainerMount> mounts;
  std::optional<bool> privileged, host_pid, host_network, host_ipc;
  int64_t start_ns = 0;  // Since 1970.
  std::string ip, cni_json;
  // Commands as runtimes run them; empty: there is none.
  std::vector<std::string> healthcheck, liveness_probe, readiness_probe;

  // Of its Kubernetes pod.
  std::string pod_name, pod_namespace, pod_uid, pod_sandbox_id, pod_ip;
  ContainerLabels pod_labels;

  // What is not known here is taken from the other one.
  void Complete(const ContainerInfo& other);
  // Cuts everything to what an honest runtime needs: see the limits below. Sorts the labels, and
  // takes repository, tag and digest out of the image's name where they are not known.
  void Bound();
  size_t MemoryBytes() const;

  static constexpr size_t kTextMax = 1024;
  static constexpr size_t kCniMax = 8192;
  static constexpr size_t kLabelsMax = 128;
  static constexpr size_t kMountsMax = 64;
  static constexpr size_t kArgumentsMax = 32;
};

// Null if there is no such label.
const std::string* FindLabel(const ContainerLabels& labels, absl::string_view name);

// "registry:5000/team/web:1.2@sha256:..." in its parts; those that it does not have stay empty.
struct ImageName {
  absl::string_view repository, tag, digest;
};
ImageName SplitImageName(absl::string_view image);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_CONTAINER_INFO_H_
