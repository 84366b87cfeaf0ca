// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/container_info.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "base/text.h"

namespace vedette {
namespace {

void Cut(std::string& text, size_t bytes_max = ContainerInfo::kTextMax) {
  if (text.size() > bytes_max) text = std::string(TruncateUtf8(text, bytes_max));
  // A NUL would end the text for whoever prints it.
  std::replace(text.begin(), text.end(), '\0', ' ');
  text.shrink_to_fit();
}

void BoundLabels(ContainerLabels& labels) {
  if (labels.size() > ContainerInfo::kLabelsMax) labels.resize(ContainerInfo::kLabelsMax);
  for (auto& [name, value] : labels) {
    Cut(name);
    Cut(value);
  }
  std::sort(labels.begin(), labels.end());
}

void BoundArguments(std::vector<std::string>& arguments) {
  if (arguments.size() > ContainerInfo::kArgumentsMax) {
    arguments.resize(ContainerInfo::kArgumentsMax);
  }
  for (std::string& argument : arguments) Cut(argument);
}

template <typename T>
void Fill(T& value, const T& other) {
  if (value == T()) value = other;
}

size_t BytesOf(const std::string& text) { return sizeof(text) + text.size(); }

size_t BytesOf(const ContainerLabels& labels) {
  size_t bytes = 0;
  for (const auto& [name, value] : labels) bytes += BytesOf(name) + BytesOf(value);
  return bytes;
}

size_t BytesOf(const std::vector<std::string>& texts) {
  size_t bytes = 0;
  for (const std::string& text : texts) bytes += BytesOf(text);
  return bytes;
}

}  // namespace

void ContainerInfo::Complete(const ContainerInfo& other) {
  for (std::string ContainerInfo::*const text :
       {&ContainerInfo::name, &ContainerInfo::image, &ContainerInfo::image_repository,
        &ContainerInfo::image_tag, &ContainerInfo::image_digest, &ContainerInfo::image_id,
        &ContainerInfo::ip, &ContainerInfo::cni_json, &ContainerInfo::pod_name,
        &ContainerInfo::pod_namespace, &ContainerInfo::pod_uid, &ContainerInfo::pod_sandbox_id,
        &ContainerInfo::pod_ip}) {
    Fill(this->*text, other.*text);
  }
  for (std::optional<bool> ContainerInfo::*const flag :
       {&ContainerInfo::privileged, &ContainerInfo::host_pid, &ContainerInfo::host_network,
        &ContainerInfo::host_ipc}) {
    Fill(this->*flag, other.*flag);
  }
  Fill(labels, other.labels);
  Fill(pod_labels, other.pod_labels);
  if (mounts.empty()) mounts = other.mounts;
  Fill(start_ns, other.start_ns);
  Fill(healthcheck, other.healthcheck);
  Fill(liveness_probe, other.liveness_probe);
  Fill(readiness_probe, other.readiness_probe);
}

void ContainerInfo::Bound() {
  const ImageName parts = SplitImageName(image);
  if (image_repository.empty()) image_repository = std::string(parts.repository);
  if (image_tag.empty()) image_tag = std::string(parts.tag);
  if (image_digest.empty()) image_digest = std::string(parts.digest);
  for (std::string* text : {&name, &image, &image_repository, &image_tag, &image_digest, &image_id,
                            &ip, &pod_name, &pod_namespace, &pod_uid, &pod_sandbox_id, &pod_ip}) {
    Cut(*text);
  }
  Cut(cni_json, kCniMax);
  BoundLabels(labels);
  BoundLabels(pod_labels);
  if (mounts.size() > kMountsMax) mounts.resize(kMountsMax);
  for (ContainerMount& mount : mounts) {
    for (std::string* text : {&mount.source, &mount.dest, &mount.mode, &mount.propagation}) {
      Cut(*text);
    }
  }
  for (std::vector<std::string>* command : {&healthcheck, &liveness_probe, &readiness_probe}) {
    BoundArguments(*command);
  }
}

size_t ContainerInfo::MemoryBytes() const {
  size_t bytes = sizeof(*this) + BytesOf(labels) + BytesOf(pod_labels) + BytesOf(healthcheck) +
                 BytesOf(liveness_probe) + BytesOf(readiness_probe);
  for (const std::string* text :
       {&name, &image, &image_repository, &image_tag, &image_digest, &image_id, &ip, &cni_json,
        &pod_name, &pod_namespace, &pod_uid, &pod_sandbox_id, &pod_ip}) {
    bytes += text->size();
  }
  for (const ContainerMount& mount : mounts) {
    bytes += sizeof(mount) + mount.source.size() + mount.dest.size() + mount.mode.size() +
             mount.propagation.size();
  }
  return bytes;
}

const std::string* FindLabel(const ContainerLabels& labels, absl::string_view name) {
  const auto at = std::lower_bound(
      labels.begin(), labels.end(), name,
      [](const auto& label, absl::string_view wanted) { return label.first < wanted; });
  return at == labels.end() || at->first != name ? nullptr : &at->second;
}

ImageName SplitImageName(absl::string_view image) {
  ImageName parts;
  // A bare digest or id names no repository.
  if (absl::StartsWith(image, "sha256:")) return {{}, {}, image};
  const size_t at = image.find('@');
  if (at != absl::string_view::npos) parts.digest = image.substr(at + 1);
  parts.repository = image.substr(0, at);
  const size_t colon = parts.repository.rfind(':');
  // A colon before the last slash is that of the registry's port.
  if (colon != absl::string_view::npos &&
      parts.repository.find('/', colon) == absl::string_view::npos) {
    parts.tag = parts.repository.substr(colon + 1);
    parts.repository = parts.repository.substr(0, colon);
  }
  return parts;
}

}  // namespace vedette
