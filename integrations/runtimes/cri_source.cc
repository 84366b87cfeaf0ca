// SPDX-License-Identifier: Apache-2.0
// No unit test: unix_http_test asks a server by it.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "cri.pb.h"
#include "integrations/runtimes/container_json.h"
#include "integrations/runtimes/runtime_source.h"
#include "integrations/runtimes/unix_http.h"

namespace vedette {
namespace {

namespace cri = runtime::v1;

constexpr const char* kApplied = "kubectl.kubernetes.io/last-applied-configuration";
constexpr int kNode = 2;  // NamespaceMode

template <typename Map>
ContainerLabels LabelsOf(const Map& map) {
  ContainerLabels labels;
  for (const auto& [name, value] : map) labels.emplace_back(name, value);
  std::sort(labels.begin(), labels.end());
  return labels;
}

template <typename Map>
std::string ValueOf(const Map& map, const char* name) {
  const auto at = map.find(name);
  return at == map.end() ? "" : at->second;
}

std::string PropagationName(int propagation) {
  switch (propagation) {
    case 1:
      return "rslave";
    case 2:
      return "rshared";
    default:
      return "rprivate";
  }
}

ContainerInfo InfoOf(const cri::ContainerStatusResponse& response) {
  const cri::ContainerStatus& status = response.status();
  ContainerInfo info;
  info.name = status.metadata().name();
  const std::string& asked = status.image().user_specified_image();
  info.image = asked.empty() ? status.image().image() : asked;
  info.image_id = std::string(absl::StripPrefix(status.image_id(), "sha256:"));
  // By what it was pulled: "docker.io/library/nginx@sha256:...", or an id.
  const std::string& reference = status.image_ref();
  info.image_digest = std::string(SplitImageName(reference).digest);
  if (info.image.empty()) info.image = reference;
  info.labels = LabelsOf(status.labels());
  info.start_ns = status.started_at() > 0 ? status.started_at() : status.created_at();
  for (const cri::Mount& mount : status.mounts()) {
    info.mounts.push_back({.source = mount.host_path(),
                           .dest = mount.container_path(),
                           .mode = mount.selinux_relabel() ? "Z" : "",
                           .propagation = PropagationName(mount.propagation()),
                           .writable = !mount.readonly()});
  }
  ParseCriInfo(ValueOf(response.info(), "info"), info);
  return info;
}

void AddPod(const cri::PodSandboxStatusResponse& response, const std::string& container,
            ContainerInfo& info) {
  const cri::PodSandboxStatus& status = response.status();
  info.pod_name = status.metadata().name();
  info.pod_namespace = status.metadata().namespace_();
  info.pod_uid = status.metadata().uid();
  info.pod_ip = status.network().ip();
  if (info.ip.empty()) info.ip = info.pod_ip;
  info.pod_labels = LabelsOf(status.labels());
  if (status.has_linux()) {
    const cri::NamespaceOption& modes = status.linux().namespaces().options();
    info.host_network = modes.network() == kNode;
    info.host_pid = modes.pid() == kNode;
    info.host_ipc = modes.ipc() == kNode;
  }
  ParseAppliedProbes(ValueOf(status.annotations(), kApplied), container, info);
  ParseCriInfo(ValueOf(response.info(), "info"), info);
}

class CriSource : public RuntimeSource {
 public:
  explicit CriSource(std::string path) : http_(std::move(path)) {}

  std::string name() const override { return absl::StrCat("cri:", http_.socket_path()); }
  bool Serves(absl::string_view runtime) const override {
    return runtime == "containerd" || runtime == "cri" || runtime == "cri-o" || runtime == "oci";
  }

  absl::StatusOr<FoundContainer> Find(const ContainerRequest& request,
                                      absl::Time deadline) override {
    FoundContainer found;
    found.is_whole = true;
    cri::ContainerStatusRequest ask;
    ask.set_container_id(request.id);
    ask.set_verbose(true);
    const auto status = Call<cri::ContainerStatusResponse>("ContainerStatus", ask, deadline);
    if (absl::IsNotFound(status.status())) return FindSandbox(request.id, deadline);
    RETURN_IF_ERROR(status.status());
    found.info = InfoOf(*status);
    if (found.info.pod_sandbox_id.empty()) {
      ASSIGN_OR_RETURN(found.info.pod_sandbox_id, SandboxOf(request.id, deadline));
    }
    const auto pod = AskSandbox(found.info.pod_sandbox_id, deadline);
    if (pod.ok()) AddPod(*pod, found.info.name, found.info);
    return found;
  }

  absl::Status Probe(absl::Time deadline) override {
    return Call<cri::VersionResponse>("Version", cri::VersionRequest(), deadline).status();
  }

 private:
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(absl::string_view method, const Request& request,
                                absl::Time deadline) {
    ASSIGN_OR_RETURN(const std::string answer,
                     http_.Call(absl::StrCat("/runtime.v1.RuntimeService/", method),
                                request.SerializeAsString(), "", deadline));
    Response response;
    if (!response.ParseFromString(answer)) {
      return absl::UnavailableError(
          absl::StrCat(http_.socket_path(), ": its answer is no message"));
    }
    return response;
  }

  absl::StatusOr<cri::PodSandboxStatusResponse> AskSandbox(const std::string& id,
                                                           absl::Time deadline) {
    cri::PodSandboxStatusRequest ask;
    ask.set_pod_sandbox_id(id);
    ask.set_verbose(true);
    return Call<cri::PodSandboxStatusResponse>("PodSandboxStatus", ask, deadline);
  }

  // The container that keeps a pod's namespaces is the sandbox itself.
  absl::StatusOr<FoundContainer> FindSandbox(const std::string& id, absl::Time deadline) {
    FoundContainer found;
    ASSIGN_OR_RETURN(const cri::PodSandboxStatusResponse pod, AskSandbox(id, deadline));
    found.info.name = "POD";
    found.info.pod_sandbox_id = pod.status().id();
    found.info.start_ns = pod.status().created_at();
    AddPod(pod, "", found.info);
    found.is_whole = true;
    return found;
  }

  absl::StatusOr<std::string> SandboxOf(const std::string& id, absl::Time deadline) {
    cri::ListContainersRequest ask;
    ask.mutable_filter()->set_id(id);
    ASSIGN_OR_RETURN(const auto list,
                     Call<cri::ListContainersResponse>("ListContainers", ask, deadline));
    return list.containers_size() == 1 ? list.containers(0).pod_sandbox_id() : std::string();
  }

  UnixHttp http_;
};

}  // namespace

std::unique_ptr<RuntimeSource> MakeCriSource(std::string path) {
  return std::make_unique<CriSource>(std::move(path));
}

}  // namespace vedette
