// SPDX-License-Identifier: Apache-2.0
#include "integrations/runtimes/container_json.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "integrations/runtimes/json_value.h"

namespace vedette {
namespace {

std::string WithoutSlash(std::string name) { return std::string(absl::StripPrefix(name, "/")); }

std::string Hex(std::string id) { return std::string(absl::StripPrefix(id, "sha256:")); }

// Docker's notation: ["CMD", "curl", ...], ["CMD-SHELL", "curl ..."], ["NONE"].
std::vector<std::string> DockerCommand(std::vector<std::string> test) {
  if (test.size() < 2) return {};
  if (test[0] == "CMD-SHELL") return {"/bin/sh", "-c", test[1]};
  if (test[0] != "CMD") return {};
  test.erase(test.begin());
  return test;
}

std::optional<bool> IsHostMode(const Json& host, const char* name) {
  if (JsonAt(host, {name}) == nullptr) return std::nullopt;
  return JsonText(host, {name}) == "host";
}

// `host` is HostConfig of an answer, or hostconfig.json.
void ReadHostConfig(const Json& host, ContainerInfo& info) {
  info.privileged = JsonBool(host, {"Privileged"});
  info.host_pid = IsHostMode(host, "PidMode");
  info.host_network = IsHostMode(host, "NetworkMode");
  info.host_ipc = IsHostMode(host, "IpcMode");
}

void ReadMount(const Json& mount, ContainerInfo& info) {
  ContainerMount made{.source = JsonText(mount, {"Source"}),
                      .dest = JsonText(mount, {"Destination"}),
                      .mode = JsonText(mount, {"Mode"}),
                      .propagation = JsonText(mount, {"Propagation"})};
  made.writable = JsonBool(mount, {"RW"}).value_or(true);
  info.mounts.push_back(std::move(made));
}

std::string AddressOf(const Json& networks) {
  if (!networks.is_object()) return "";
  for (const auto& [name, network] : networks.items()) {
    std::string address = JsonText(network, {"IPAddress"});
    if (!address.empty()) return address;
  }
  return "";
}

// What the answer and the state file share.
ContainerInfo ReadDocker(const Json& json) {
  ContainerInfo info;
  info.name = WithoutSlash(JsonText(json, {"Name"}));
  info.image = JsonText(json, {"Config", "Image"});
  info.image_id = Hex(JsonText(json, {"Image"}));
  info.labels = JsonLabels(json, {"Config", "Labels"});
  info.healthcheck = DockerCommand(JsonTexts(json, {"Config", "Healthcheck", "Test"}));
  info.start_ns = JsonTimeNs(json, {"State", "StartedAt"});
  if (info.start_ns == 0) info.start_ns = JsonTimeNs(json, {"Created"});
  info.ip = JsonText(json, {"NetworkSettings", "IPAddress"});
  const Json* networks = JsonAt(json, {"NetworkSettings", "Networks"});
  if (info.ip.empty() && networks != nullptr) info.ip = AddressOf(*networks);
  // The kubelet's labels, where docker runs a pod (cri-dockerd).
  const std::pair<const char*, std::string ContainerInfo::*> kLabels[] = {
      {"io.kubernetes.pod.name", &ContainerInfo::pod_name},
      {"io.kubernetes.pod.namespace", &ContainerInfo::pod_namespace},
      {"io.kubernetes.pod.uid", &ContainerInfo::pod_uid},
      {"io.kubernetes.sandbox.id", &ContainerInfo::pod_sandbox_id}};
  for (const auto& [label, member] : kLabels) {
    if (const std::string* value = FindLabel(info.labels, label)) info.*member = *value;
  }
  return info;
}

bool HasNamespace(const Json& spec, absl::string_view type) {
  const Json* namespaces = JsonAt(spec, {"linux", "namespaces"});
  if (namespaces == nullptr || !namespaces->is_array()) return false;
  return std::any_of(namespaces->begin(), namespaces->end(),
                     [&](const Json& each) { return JsonText(each, {"type"}) == type; });
}

void ReadSpecMounts(const Json& spec, ContainerInfo& info) {
  const Json* mounts = JsonAt(spec, {"mounts"});
  if (mounts == nullptr || !mounts->is_array()) return;
  for (const Json& mount : *mounts) {
    if (JsonText(mount, {"type"}) != "bind") continue;  // Those of every container tell nothing.
    ContainerMount made{.source = JsonText(mount, {"source"}),
                        .dest = JsonText(mount, {"destination"})};
    for (const std::string& option : JsonTexts(mount, {"options"})) {
      if (option == "ro") made.writable = false;
      if (absl::EndsWith(option, "private") || absl::EndsWith(option, "slave") ||
          absl::EndsWith(option, "shared")) {
        made.propagation = option;
      }
    }
    info.mounts.push_back(std::move(made));
  }
}

// Privileged is what no specification says: all capabilities that matter, and no filter.
void ReadSpec(const Json& spec, ContainerInfo& info) {
  if (JsonAt(spec, {"linux"}) == nullptr) return;
  ReadSpecMounts(spec, info);
  info.host_pid = !HasNamespace(spec, "pid");
  info.host_network = !HasNamespace(spec, "network");
  info.host_ipc = !HasNamespace(spec, "ipc");
  const std::vector<std::string> capabilities =
      JsonTexts(spec, {"process", "capabilities", "bounding"});
  const auto may = [&](const char* name) {
    return std::find(capabilities.begin(), capabilities.end(), name) != capabilities.end();
  };
  info.privileged = may("CAP_SYS_ADMIN") && may("CAP_SYS_MODULE") && may("CAP_SYS_PTRACE") &&
                    JsonAt(spec, {"linux", "seccomp"}) == nullptr;
}

// Of containerd's CRI plugin and of CRI-O.
void ReadAnnotations(const ContainerLabels& annotations, ContainerInfo& info) {
  const std::pair<const char*, std::string ContainerInfo::*> kMeanings[] = {
      {"io.kubernetes.cri.container-name", &ContainerInfo::name},
      {"io.kubernetes.cri.image-name", &ContainerInfo::image},
      {"io.kubernetes.cri.sandbox-id", &ContainerInfo::pod_sandbox_id},
      {"io.kubernetes.cri.sandbox-name", &ContainerInfo::pod_name},
      {"io.kubernetes.cri.sandbox-namespace", &ContainerInfo::pod_namespace},
      {"io.kubernetes.cri.sandbox-uid", &ContainerInfo::pod_uid},
      {"io.kubernetes.container.name", &ContainerInfo::name},
      {"io.kubernetes.cri-o.ImageName", &ContainerInfo::image},
      {"io.kubernetes.cri-o.SandboxID", &ContainerInfo::pod_sandbox_id},
      {"io.kubernetes.cri-o.IP.0", &ContainerInfo::pod_ip},
      {"io.kubernetes.pod.name", &ContainerInfo::pod_name},
      {"io.kubernetes.pod.namespace", &ContainerInfo::pod_namespace},
      {"io.kubernetes.pod.uid", &ContainerInfo::pod_uid},
      {"nerdctl/name", &ContainerInfo::name},
      {"org.opencontainers.image.ref.name", &ContainerInfo::image}};
  for (const auto& [name, member] : kMeanings) {
    const std::string* value = FindLabel(annotations, name);
    if (value != nullptr && (info.*member).empty()) info.*member = *value;
  }
  const std::string* labels = FindLabel(annotations, "io.kubernetes.cri-o.Labels");
  if (labels == nullptr) return;
  if (const auto parsed = ParseJson(*labels)) info.labels = JsonLabels(*parsed, {});
}

}  // namespace

std::optional<ContainerInfo> ParseDockerInspect(absl::string_view json) {
  const std::optional<Json> root = ParseJson(json);
  if (!root || !root->is_object()) return std::nullopt;
  ContainerInfo info = ReadDocker(*root);
  if (const Json* host = JsonAt(*root, {"HostConfig"})) ReadHostConfig(*host, info);
  const Json* mounts = JsonAt(*root, {"Mounts"});
  if (mounts != nullptr && mounts->is_array()) {
    for (const Json& mount : *mounts) ReadMount(mount, info);
  }
  return info;
}

std::optional<ContainerInfo> ParseDockerState(absl::string_view config, absl::string_view host) {
  const std::optional<Json> root = ParseJson(config);
  if (!root || !root->is_object()) return std::nullopt;
  ContainerInfo info = ReadDocker(*root);
  if (const std::optional<Json> json = ParseJson(host)) ReadHostConfig(*json, info);
  const Json* mounts = JsonAt(*root, {"MountPoints"});
  if (mounts != nullptr && mounts->is_object()) {
    for (const auto& [dest, mount] : mounts->items()) ReadMount(mount, info);
  }
  return info;
}

std::optional<ContainerInfo> ParseOciSpec(absl::string_view json) {
  const std::optional<Json> root = ParseJson(json);
  if (!root || !root->is_object()) return std::nullopt;
  ContainerInfo info;
  ReadSpec(*root, info);
  ReadAnnotations(JsonLabels(*root, {"annotations"}), info);
  return info;
}

std::optional<ContainerInfo> ParseStorageContainers(absl::string_view json, absl::string_view id) {
  const std::optional<Json> root = ParseJson(json);
  if (!root || !root->is_array()) return std::nullopt;
  for (const Json& entry : *root) {
    if (JsonText(entry, {"id"}) != id) continue;
    ContainerInfo info;
    const std::vector<std::string> names = JsonTexts(entry, {"names"});
    if (!names.empty()) info.name = names[0];
    info.image_id = JsonText(entry, {"image"});
    info.start_ns = JsonTimeNs(entry, {"created"});
    // A text that is JSON itself.
    if (const std::optional<Json> more = ParseJson(JsonText(entry, {"metadata"}))) {
      info.image = JsonText(*more, {"image-name"});
      info.pod_name = JsonText(*more, {"pod-name"});
      const std::string name = JsonText(*more, {"metadata-name"});
      if (!name.empty()) info.name = name;
    }
    return info;
  }
  return std::nullopt;
}

std::string ParseBundlePath(absl::string_view json) {
  const std::optional<Json> root = ParseJson(json);
  if (!root) return "";
  std::string bundle = JsonText(*root, {"bundle"});  // crun
  for (const std::string& label : JsonTexts(*root, {"config", "labels"})) {
    if (bundle.empty() && absl::StartsWith(label, "bundle=")) bundle = label.substr(7);  // runc
  }
  return bundle;
}

void ParseAppliedProbes(absl::string_view json, absl::string_view container, ContainerInfo& info) {
  const std::optional<Json> root = ParseJson(json);
  const Json* containers = root ? JsonAt(*root, {"spec", "containers"}) : nullptr;
  if (containers == nullptr || !containers->is_array()) return;
  for (const Json& each : *containers) {
    if (JsonText(each, {"name"}) != container) continue;
    info.liveness_probe = JsonTexts(each, {"livenessProbe", "exec", "command"});
    info.readiness_probe = JsonTexts(each, {"readinessProbe", "exec", "command"});
  }
}

void ParseCriInfo(absl::string_view json, ContainerInfo& info) {
  const std::optional<Json> root = ParseJson(json);
  if (!root) return;
  ContainerInfo more;
  if (const Json* spec = JsonAt(*root, {"runtimeSpec"})) ReadSpec(*spec, more);
  const auto privileged = JsonBool(*root, {"config", "linux", "security_context", "privileged"});
  if (privileged.has_value()) more.privileged = privileged;
  more.pod_sandbox_id = JsonText(*root, {"sandboxID"});
  if (const Json* cni = JsonAt(*root, {"cniResult"})) {
    if (!cni->is_null()) more.cni_json = cni->dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  info.Complete(more);
}

}  // namespace vedette
