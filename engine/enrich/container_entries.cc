// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/container_entries.h"

#include "absl/hash/hash.h"

namespace vedette {

ContainerOrigin ContainerEntries::Enter(absl::string_view id, uint32_t vpid) {
  const uint64_t key = absl::Hash<absl::string_view>()(id);
  const bool is_new = entered_.insert(key).second;
  if (is_new) order_.push_back(key);
  while (order_.size() > max_) {
    entered_.erase(order_.front());
    order_.pop_front();
  }
  return is_new || vpid == 1 ? ContainerOrigin::kEntry : ContainerOrigin::kInjected;
}

void ContainerEntries::Leave(absl::string_view id) {
  entered_.erase(absl::Hash<absl::string_view>()(id));
}

}  // namespace vedette
