// SPDX-License-Identifier: Apache-2.0
//
// What part of the host is observed: all of it, a process tree, or a cgroup. Decided in the kernel.
#ifndef VEDETTE_SENSOR_SOURCE_SCOPE_H_
#define VEDETTE_SENSOR_SOURCE_SCOPE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sensor/schema/control.h"

namespace vedette {

struct Scope {
  sensor_scope kind = SCOPE_ALL;
  uint32_t pid = 0;         // SCOPE_PROCESS_TREE: its root.
  std::string cgroup_path;  // SCOPE_CGROUP: a directory in the cgroup 2 file system.
  uint64_t cgroup_id = 0;
  uint32_t cgroup_level = 0;  // 0 is the root.
};

// "" (everything), "pid:N" or "cgroup:PATH", where PATH is absolute (/sys/fs/cgroup/...) or below
// the cgroup 2 mount. kInvalidArgument, kNotFound: says what is wrong and what a scope looks like.
absl::StatusOr<Scope> ResolveScope(absl::string_view text);
// kInvalidArgument if it has none of these forms. Whether there is such a process or cgroup is not
// looked at.
absl::Status CheckScope(absl::string_view text);

// The process and its descendants as /proc shows them now. Processes that are born meanwhile may be
// missing: call again until nothing new appears, with the fork hook attached.
std::vector<uint32_t> ProcessTreeOf(uint32_t pid);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_SCOPE_H_
