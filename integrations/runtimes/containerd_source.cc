// SPDX-License-Identifier: Apache-2.0
// No unit test: unix_http_test asks a server by it.
//
//
// containerd's own API, for containers that no kubelet made (ctr, nerdctl). Containers are in
// namespaces; which one it is stands in the file system.
#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "containerd.pb.h"
#include "integrations/runtimes/container_json.h"
#include "integrations/runtimes/runtime_source.h"
#include "integrations/runtimes/unix_http.h"

namespace vedette {
namespace {

namespace api = containerd::services::containers::v1;
namespace fs = std::filesystem;

constexpr const char* kGet = "/containerd.services.containers.v1.Containers/Get";
constexpr const char* kTasks = "/run/containerd/io.containerd.runtime.v2.task";

class ContainerdSource : public RuntimeSource {
 public:
  ContainerdSource(std::string path, const std::string& root)
      : http_(std::move(path)), root_(absl::StripSuffix(root, "/")) {}

  std::string name() const override { return absl::StrCat("containerd:", http_.socket_path()); }
  bool Serves(absl::string_view runtime) const override {
    return runtime == "containerd" || runtime == "oci" || runtime == "cri";
  }

  absl::StatusOr<FoundContainer> Find(const ContainerRequest& request,
                                      absl::Time deadline) override {
    if (!IsPlainId(request.id)) return absl::NotFoundError("no id of containerd");
    api::GetContainerRequest ask;
    ask.set_id(request.id);
    ASSIGN_OR_RETURN(
        const std::string answer,
        http_.Call(kGet, ask.SerializeAsString(),
                   absl::StrCat("containerd-namespace: ", NamespaceOf(request.id)), deadline));
    api::GetContainerResponse response;
    if (!response.ParseFromString(answer)) {
      return absl::UnavailableError(
          absl::StrCat(http_.socket_path(), ": its answer is no message"));
    }
    const api::ContainerRecord& record = response.container();
    FoundContainer found;
    found.is_whole = true;
    if (auto spec = ParseOciSpec(record.spec().value())) found.info = *std::move(spec);
    for (const auto& [name, value] : record.labels()) found.info.labels.emplace_back(name, value);
    std::sort(found.info.labels.begin(), found.info.labels.end());
    const std::string* named = FindLabel(found.info.labels, "nerdctl/name");
    if (named != nullptr) found.info.name = *named;
    if (found.info.name.empty()) found.info.name = record.id();
    if (!record.image().empty()) found.info.image = record.image();
    const api::Moment& created = record.created_at();
    if (created.seconds() > 0 && created.seconds() < int64_t{1} << 33) {
      found.info.start_ns = created.seconds() * 1'000'000'000 + created.nanos();
    }
    return found;
  }

  // One that there is not: the answer tells that there is an API.
  absl::Status Probe(absl::Time deadline) override {
    api::GetContainerRequest ask;
    ask.set_id("none");
    const auto answer =
        http_.Call(kGet, ask.SerializeAsString(), "containerd-namespace: default", deadline);
    const bool is_there = std::filesystem::exists(http_.socket_path());
    return is_there && absl::IsNotFound(answer.status()) ? absl::OkStatus() : answer.status();
  }

 private:
  std::string NamespaceOf(const std::string& id) const {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(absl::StrCat(root_, kTasks), error)) {
      const std::string folder = entry.path().filename().string();
      if (IsPlainId(folder) && fs::exists(entry.path() / id, error)) return folder;
    }
    return "default";
  }

  UnixHttp http_;
  const std::string root_;
};

}  // namespace

std::unique_ptr<RuntimeSource> MakeContainerdSource(std::string path, const std::string& root) {
  return std::make_unique<ContainerdSource>(std::move(path), root);
}

}  // namespace vedette
