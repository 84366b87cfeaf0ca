// SPDX-License-Identifier: Apache-2.0
//
// Which containers have been entered: the first program that begins in a container is its entry
// point, what enters later was put into it.
#ifndef VEDETTE_ENGINE_ENRICH_CONTAINER_ENTRIES_H_
#define VEDETTE_ENGINE_ENRICH_CONTAINER_ENTRIES_H_

#include <cstddef>
#include <cstdint>
#include <deque>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace vedette {

// How a process has come into its container, itself or by an ancestor.
enum class ContainerOrigin : uint8_t {
  kUnknown,   // It is in none, or was there before Vedette and does not tell.
  kEntry,     // With the container's entry point.
  kRuntime,   // The runtime's own program, which is about to run the container's (runc init).
  kInjected,  // By `exec`, nsenter, a health check: from outside, into a container that ran.
};

// Not thread-safe: lives on the pipeline thread. Remembers `max` containers; of those before, what
// enters later is taken for an entry point only if it is the first of its pid namespace.
class ContainerEntries {
 public:
  explicit ContainerEntries(size_t max = 16384) : max_(max) {}

  // A program begins in the container that was not in it before. `vpid`: its number in its own pid
  // namespace; 1 is an entry point, whatever was there before.
  ContainerOrigin Enter(absl::string_view id, uint32_t vpid);
  // The entry point has ended: a container that is started again has another one.
  void Leave(absl::string_view id);

  size_t size() const { return entered_.size(); }

 private:
  const size_t max_;
  absl::flat_hash_set<uint64_t> entered_;  // Hashes of ids: two that collide cost a wrong origin.
  std::deque<uint64_t> order_;             // As they came; may have more than entered_.
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_CONTAINER_ENTRIES_H_
