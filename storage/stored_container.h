// SPDX-License-Identifier: Apache-2.0
//
// What a runtime has said of a container: a row of the table `containers`.
#ifndef VEDETTE_STORAGE_STORED_CONTAINER_H_
#define VEDETTE_STORAGE_STORED_CONTAINER_H_

#include <cstdint>
#include <string>

namespace vedette {

// Empty: not known.
struct StoredContainer {
  std::string id;  // As events have it in `container.id`.
  std::string name;
  std::string image, image_repository, image_tag, image_digest;
  std::string pod_name, pod_namespace, pod_uid;
  std::string labels, pod_labels;  // A JSON object each.
  int privileged = -1;             // 1, 0; below 0: not known.
  int64_t start_ns = 0;            // Since 1970; 0: not known.
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_STORED_CONTAINER_H_
