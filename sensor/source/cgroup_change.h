// SPDX-License-Identifier: Apache-2.0
//
// What the kernel programs tell of cgroups (sensor/schema/cgroups.h), read out.
#ifndef VEDETTE_SENSOR_SOURCE_CGROUP_CHANGE_H_
#define VEDETTE_SENSOR_SOURCE_CGROUP_CHANGE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace vedette {

// Of the hierarchy of version 2.
struct CgroupChange {
  uint64_t id = 0;         // As wire_header.cgroup_id; never given again.
  bool removed = false;    // Else it was made.
  absl::string_view path;  // From the root: "/system.slice". Points into the record.
};

// None: the record is no such, or the path is not known in full, or is so deep that records of
// programs do not tell it either (sensor/bpf/walk_kernfs.h).
std::optional<CgroupChange> ReadCgroupChange(absl::Span<const std::byte> record);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_CGROUP_CHANGE_H_
