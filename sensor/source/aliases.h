// SPDX-License-Identifier: Apache-2.0
//
// The objects behind the paths that rules name, so that a rule on a path protects the object:
// sensor/schema/enforce.h says how the kernel uses them.
#ifndef VEDETTE_SENSOR_SOURCE_ALIASES_H_
#define VEDETTE_SENSOR_SOURCE_ALIASES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "sensor/schema/enforce.h"

namespace vedette {

using Alias = std::pair<enforce_object, enforce_alias>;

// The file or directory itself as stat(2) shows it; false if there is none.
bool ObjectAt(const std::string& path, enforce_object& object);

// Of each path the object, if it exists, and the directory that it lies in; of a path that ends
// with a slash the directory, and the files below it that have further names (hard links), as far
// as `limit` aliases go. Symbolic links are not followed: the kernel knows objects by their places.
std::vector<Alias> FindAliases(absl::Span<const std::string> paths,
                               size_t limit = ENFORCE_ALIASES_MAX / 2);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_ALIASES_H_
