// SPDX-License-Identifier: Apache-2.0
// No unit test: unix_http_test asks a server by it.
//
// Docker's API, which podman speaks as well.
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "integrations/runtimes/container_json.h"
#include "integrations/runtimes/runtime_source.h"
#include "integrations/runtimes/unix_http.h"

namespace vedette {
namespace {

class DockerSource : public RuntimeSource {
 public:
  DockerSource(std::string kind, std::string path)
      : kind_(std::move(kind)), http_(std::move(path)) {}

  std::string name() const override { return absl::StrCat(kind_, ":", http_.socket_path()); }
  bool Serves(absl::string_view runtime) const override {
    return runtime == kind_ || (kind_ == "docker" && runtime == "oci");
  }

  absl::StatusOr<FoundContainer> Find(const ContainerRequest& request,
                                      absl::Time deadline) override {
    if (!IsPlainId(request.id)) return absl::NotFoundError("no id of docker");
    ASSIGN_OR_RETURN(const std::string answer,
                     http_.Get(absl::StrCat("/containers/", request.id, "/json"), deadline));
    std::optional<ContainerInfo> info = ParseDockerInspect(answer);
    if (!info) {
      return absl::UnavailableError(absl::StrCat(http_.socket_path(), ": its answer is no JSON"));
    }
    return FoundContainer{.info = *std::move(info), .is_whole = true};
  }

  absl::Status Probe(absl::Time deadline) override {
    return http_.Get("/_ping", deadline).status();
  }

 private:
  const std::string kind_;
  UnixHttp http_;
};

}  // namespace

std::unique_ptr<RuntimeSource> MakeDockerSource(std::string kind, std::string path) {
  return std::make_unique<DockerSource>(std::move(kind), std::move(path));
}

}  // namespace vedette
