// SPDX-License-Identifier: Apache-2.0
#include "cli/stored_container.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text.h"

namespace vedette {
namespace {

// Runtimes may say what is no UTF-8.
std::string Dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string LabelsJson(const ContainerLabels& labels) {
  if (labels.empty()) return "";
  nlohmann::json json = nlohmann::json::object();
  size_t bytes = 0;
  for (const auto& [name, value] : labels) {
    bytes += Dump(name).size() + Dump(value).size() + 2;  // A colon, and a comma or a brace.
    if (bytes >= kStoredLabelsMax) break;
    json[name] = value;
  }
  return Dump(json);
}

}  // namespace

StoredContainer ToStore(absl::string_view id, const ContainerInfo& info) {
  StoredContainer stored;
  stored.id = std::string(id);
  stored.name = info.name;
  stored.image = info.image;
  stored.image_repository = info.image_repository;
  stored.image_tag = info.image_tag;
  stored.image_digest = info.image_digest;
  stored.pod_name = info.pod_name;
  stored.pod_namespace = info.pod_namespace;
  stored.pod_uid = info.pod_uid;
  stored.labels = LabelsJson(info.labels);
  stored.pod_labels = LabelsJson(info.pod_labels);
  if (info.privileged.has_value()) stored.privileged = *info.privileged ? 1 : 0;
  stored.start_ns = info.start_ns;
  return stored;
}

std::string DescribeContainer(const StoredContainer& container) {
  std::vector<std::string> parts;
  if (!container.name.empty()) parts.push_back(container.name);
  if (!container.image.empty()) parts.push_back(absl::StrCat("image ", container.image));
  if (!container.pod_name.empty()) {
    parts.push_back(absl::StrCat("pod ", container.pod_namespace,
                                 container.pod_namespace.empty() ? "" : "/", container.pod_name));
  }
  if (container.privileged > 0) parts.emplace_back("privileged");
  return EscapeControl(absl::StrJoin(parts, ", "));
}

}  // namespace vedette
