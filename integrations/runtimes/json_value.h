// SPDX-License-Identifier: Apache-2.0
//
// Reading foreign JSON without exceptions: what is missing or of another type is empty.
#ifndef VEDETTE_INTEGRATIONS_RUNTIMES_JSON_VALUE_H_
#define VEDETTE_INTEGRATIONS_RUNTIMES_JSON_VALUE_H_

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/enrich/container_info.h"

namespace vedette {

using Json = nlohmann::json;
using JsonPath = std::initializer_list<const char*>;

// None if it is not an object or an array.
std::optional<Json> ParseJson(absl::string_view text);
// Null if there is no such member.
const Json* JsonAt(const Json& json, JsonPath path);
std::string JsonText(const Json& json, JsonPath path);
std::optional<bool> JsonBool(const Json& json, JsonPath path);
std::vector<std::string> JsonTexts(const Json& json, JsonPath path);
// The members of an object that are texts.
ContainerLabels JsonLabels(const Json& json, JsonPath path);
// RFC 3339; 0 if it is not a time after 1970.
int64_t JsonTimeNs(const Json& json, JsonPath path);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_RUNTIMES_JSON_VALUE_H_
