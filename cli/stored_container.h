// SPDX-License-Identifier: Apache-2.0
//
// What a runtime has said of a container, for the store, and as `alerts show` prints it.
#ifndef VEDETTE_CLI_STORED_CONTAINER_H_
#define VEDETTE_CLI_STORED_CONTAINER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "engine/enrich/container_info.h"
#include "storage/stored_container.h"

namespace vedette {

// Of labels as many as fit into this, as JSON; the rest is left out.
inline constexpr size_t kStoredLabelsMax = 8192;

StoredContainer ToStore(absl::string_view id, const ContainerInfo& info);

// "web, image nginx:1.25, pod shop/web-0"; empty if nothing is known. Free of control characters.
std::string DescribeContainer(const StoredContainer& container);

}  // namespace vedette

#endif  // VEDETTE_CLI_STORED_CONTAINER_H_
