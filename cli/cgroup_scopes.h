// SPDX-License-Identifier: Apache-2.0
//
// Tells the kernel's classifier which cgroups are containers'.
#ifndef VEDETTE_CLI_CGROUP_SCOPES_H_
#define VEDETTE_CLI_CGROUP_SCOPES_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "sensor/source/ring_source.h"

namespace vedette {

// Not thread-safe: lives on the pipeline thread.
class CgroupScopes {
 public:
  // Looks at records of programs alone. Tells of each cgroup once; after kToldMax of them anew,
  // because the kernel may have forgotten the first.
  void OnRecord(absl::Span<const std::byte> record, RingSource& source);

 private:
  static constexpr size_t kToldMax = 4096;
  absl::flat_hash_set<uint64_t> told_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_CGROUP_SCOPES_H_
