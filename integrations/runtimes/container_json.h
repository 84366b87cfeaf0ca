// SPDX-License-Identifier: Apache-2.0
//
// Containers as runtimes write them down in JSON. Pure, and safe on any bytes: what is not of the
// expected type is as if it were not there. The results are not bounded yet. None: it is no JSON
// object.
#ifndef VEDETTE_INTEGRATIONS_RUNTIMES_CONTAINER_JSON_H_
#define VEDETTE_INTEGRATIONS_RUNTIMES_CONTAINER_JSON_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/enrich/container_info.h"

namespace vedette {

// An answer of docker's or podman's `GET /containers/ID/json`.
std::optional<ContainerInfo> ParseDockerInspect(absl::string_view json);
// /var/lib/docker/containers/ID/config.v2.json, and hostconfig.json beside it (may be empty).
std::optional<ContainerInfo> ParseDockerState(absl::string_view config, absl::string_view host);
// A bundle's config.json (OCI runtime specification), with the annotations of CRI runtimes.
std::optional<ContainerInfo> ParseOciSpec(absl::string_view json);
// The entry of `id` in containers/storage's overlay-containers/containers.json (podman, CRI-O).
std::optional<ContainerInfo> ParseStorageContainers(absl::string_view json, absl::string_view id);
// Where the bundle of a runc or crun container is, by state.json or status; empty if unknown.
std::string ParseBundlePath(absl::string_view json);
// Kubernetes' annotation of what was applied: probes of the container, put into `info`.
void ParseAppliedProbes(absl::string_view json, absl::string_view container, ContainerInfo& info);
// CRI's verbose info of a container or a sandbox: what its runtime's specification and the network
// plugin said.
void ParseCriInfo(absl::string_view json, ContainerInfo& info);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_RUNTIMES_CONTAINER_JSON_H_
