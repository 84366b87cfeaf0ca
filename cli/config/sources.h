// SPDX-License-Identifier: Apache-2.0
//
// Settings of what is asked beside the kernel: digests of executables, and runtimes.
#ifndef VEDETTE_CLI_CONFIG_SOURCES_H_
#define VEDETTE_CLI_CONFIG_SOURCES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace vedette {

struct DigestSettings {
  bool executables = true;
  uint64_t bytes_max = uint64_t{256} << 20;
  uint64_t bytes_per_second = uint64_t{64} << 20;  // 0: no limit.
  friend bool operator==(const DigestSettings&, const DigestSettings&) = default;
};

struct ContainerSettings {
  bool metadata = true;
  absl::Duration wait = absl::Milliseconds(200);  // 0: nothing waits.
  std::vector<std::string> sockets = {"docker:/run/docker.sock",
                                      "podman:/run/podman/podman.sock",
                                      "cri:/run/crio/crio.sock",
                                      "cri:/run/containerd/containerd.sock",
                                      "cri:/run/k3s/containerd/containerd.sock",
                                      "containerd:/run/containerd/containerd.sock"};
  std::string root = "/";  // Where the host's files are.
  friend bool operator==(const ContainerSettings&, const ContainerSettings&) = default;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_CONFIG_SOURCES_H_
