// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/creators.h"

#include <array>
#include <cstddef>
#include <utility>

namespace vedette {
namespace {

using Creators = std::shared_ptr<const Creator>;

Creators Make(Creators before, uint32_t pid, uint64_t start_ns, std::pmr::memory_resource& memory) {
  const uint32_t depth = before == nullptr ? 1 : before->depth + 1;
  return std::allocate_shared<Creator>(std::pmr::polymorphic_allocator<Creator>(&memory),
                                       Creator{start_ns, pid, depth, std::move(before)});
}

// A copy of the nearest ones.
Creators Shortened(const Creators& creators, std::pmr::memory_resource& memory) {
  std::array<const Creator*, Creator::kNearestMin - 1> nearest;
  const Creator* at = creators.get();
  for (const Creator*& each : nearest) {
    each = at;
    at = at->before.get();
  }
  Creators copy;
  for (size_t i = nearest.size(); i > 0; --i) {
    copy = Make(std::move(copy), nearest[i - 1]->pid, nearest[i - 1]->start_ns, memory);
  }
  return copy;
}

}  // namespace

Creators WithCreated(Creators before, uint32_t pid, uint64_t start_ns,
                     std::pmr::memory_resource& memory) {
  if (before != nullptr && before->depth >= 2 * Creator::kNearestMin) {
    before = Shortened(before, memory);
  }
  return Make(std::move(before), pid, start_ns, memory);
}

}  // namespace vedette
