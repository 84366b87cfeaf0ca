// SPDX-License-Identifier: Apache-2.0
//
// Who can say what a container is: a runtime's socket, or the files that runtimes leave.
#ifndef VEDETTE_INTEGRATIONS_RUNTIMES_RUNTIME_SOURCE_H_
#define VEDETTE_INTEGRATIONS_RUNTIMES_RUNTIME_SOURCE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/enrich/container_infos.h"

namespace vedette {

struct FoundContainer {
  ContainerInfo info;     // Not bounded yet.
  bool is_whole = false;  // Nobody else knows more.
};

// Used by one thread at a time. What comes from it is as foreign as any input.
class RuntimeSource {
 public:
  virtual ~RuntimeSource() = default;
  virtual std::string name() const = 0;  // "docker:/run/docker.sock"
  // Whether containers of this runtime (Container::runtime) may be known here.
  virtual bool Serves(absl::string_view runtime) const = 0;
  // kNotFound: it does not know the container. kUnavailable: it is not there, does not answer until
  // `deadline` (wall clock), or answers nonsense.
  virtual absl::StatusOr<FoundContainer> Find(const ContainerRequest& request,
                                              absl::Time deadline) = 0;
  // Whether it is there and answers; kNotFound: it is not there, as on most hosts.
  virtual absl::Status Probe(absl::Time deadline) = 0;
};

// "KIND:/PATH", where KIND is docker, podman, cri or containerd. kInvalidArgument says what is
// expected.
absl::Status CheckRuntimeSocket(absl::string_view text);
// The files below `root` first, then the sockets, in this order. Wrong sockets are left out.
std::vector<std::unique_ptr<RuntimeSource>> MakeRuntimeSources(
    const std::string& root, const std::vector<std::string>& sockets);

// An id that may stand in a path or URL: letters, digits and _.- , no dot first, 128 at most.
bool IsPlainId(absl::string_view id);

std::unique_ptr<RuntimeSource> MakeStateFiles(const std::string& root);
std::unique_ptr<RuntimeSource> MakeDockerSource(std::string kind, std::string path);
std::unique_ptr<RuntimeSource> MakeCriSource(std::string path);
std::unique_ptr<RuntimeSource> MakeContainerdSource(std::string path, const std::string& root);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_RUNTIMES_RUNTIME_SOURCE_H_
