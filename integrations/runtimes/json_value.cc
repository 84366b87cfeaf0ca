// SPDX-License-Identifier: Apache-2.0
// No unit test: container_json_test reads with all of it.
#include "integrations/runtimes/json_value.h"

#include <algorithm>

#include "absl/time/time.h"

namespace vedette {

std::optional<Json> ParseJson(absl::string_view text) {
  Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (!json.is_object() && !json.is_array()) return std::nullopt;
  return json;
}

const Json* JsonAt(const Json& json, JsonPath path) {
  const Json* at = &json;
  for (const char* name : path) {
    if (!at->is_object()) return nullptr;
    const auto member = at->find(name);
    if (member == at->end()) return nullptr;
    at = &*member;
  }
  return at;
}

std::string JsonText(const Json& json, JsonPath path) {
  const Json* at = JsonAt(json, path);
  return at != nullptr && at->is_string() ? at->get<std::string>() : std::string();
}

std::optional<bool> JsonBool(const Json& json, JsonPath path) {
  const Json* at = JsonAt(json, path);
  if (at == nullptr || !at->is_boolean()) return std::nullopt;
  return at->get<bool>();
}

std::vector<std::string> JsonTexts(const Json& json, JsonPath path) {
  std::vector<std::string> texts;
  const Json* at = JsonAt(json, path);
  if (at == nullptr || !at->is_array()) return texts;
  for (const Json& item : *at) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

ContainerLabels JsonLabels(const Json& json, JsonPath path) {
  ContainerLabels labels;
  const Json* at = JsonAt(json, path);
  if (at == nullptr || !at->is_object()) return labels;
  for (const auto& [name, value] : at->items()) {
    if (value.is_string()) labels.emplace_back(name, value.get<std::string>());
  }
  std::sort(labels.begin(), labels.end());
  return labels;
}

int64_t JsonTimeNs(const Json& json, JsonPath path) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, JsonText(json, path), &time, &error)) return 0;
  return time <= absl::UnixEpoch() ? 0 : absl::ToUnixNanos(time);
}

}  // namespace vedette
