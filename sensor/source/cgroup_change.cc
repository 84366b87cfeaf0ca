// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/cgroup_change.h"

#include <algorithm>
#include <cstring>

#include "sensor/schema/cgroups.h"

namespace vedette {
namespace {

constexpr ptrdiff_t kDepthMax = 23;  // WALK_CGROUP_STEPS, without the root.

}  // namespace

std::optional<CgroupChange> ReadCgroupChange(absl::Span<const std::byte> record) {
  sensor_cgroup head;
  if (record.size() < SENSOR_CGROUP_HEAD) return std::nullopt;
  std::memcpy(&head, record.data(), SENSOR_CGROUP_HEAD);
  CgroupChange change = {.id = head.id, .removed = head.removed != 0, .path = {}};
  if (change.removed) return change;
  const size_t size = head.path_size;
  if (size < 2 || size >= SENSOR_CGROUP_PATH_MAX || size > record.size() - SENSOR_CGROUP_HEAD) {
    return std::nullopt;
  }
  const auto* path = reinterpret_cast<const char*>(record.data()) + SENSOR_CGROUP_HEAD;
  change.path = absl::string_view(path, size - 1);
  if (change.path[0] != '/') return std::nullopt;
  if (std::count(change.path.begin(), change.path.end(), '/') > kDepthMax) return std::nullopt;
  return change;
}

}  // namespace vedette
