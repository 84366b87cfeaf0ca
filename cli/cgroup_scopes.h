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
  // Where cgroups of version 1 tell who is where, what becomes of those of version 2 says nothing.
  explicit CgroupScopes(bool has_version_2_alone) : has_version_2_alone_(has_version_2_alone) {}

  // Looks at records of programs alone. Tells of each cgroup once; after kToldMax of them anew,
  // because the kernel may have forgotten the first.
  void OnRecord(absl::Span<const std::byte> record, RingSource& source);
  // One that was made is told of before a program begins in it; one that is gone is forgotten. Of
  // those in which no program has begun only so many count that they push out nobody.
  void OnChange(const CgroupChange& change, RingSource& source);
  size_t size() const { return told_.size(); }

 private:
  static constexpr size_t kToldMax = 4096;
  bool has_version_2_alone_;
  absl::flat_hash_set<uint64_t> told_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_CGROUP_SCOPES_H_
