// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/earlier_programs.h"

#include <utility>

namespace vedette {
namespace {

using Earlier = std::shared_ptr<const EarlierProgram>;

Earlier Make(Earlier before, const EarlierProgram::Comm& comm, std::pmr::memory_resource& memory) {
  const uint32_t depth = before == nullptr ? 1 : before->depth + 1;
  return std::allocate_shared<EarlierProgram>(
      std::pmr::polymorphic_allocator<EarlierProgram>(&memory),
      EarlierProgram{comm, depth, std::move(before)});
}

// A copy of the nearest `count`.
Earlier Nearest(const Earlier& programs, uint32_t count, std::pmr::memory_resource& memory) {
  std::array<const EarlierProgram*, EarlierProgram::kDepthMax> chain;
  uint32_t size = 0;
  for (const EarlierProgram* at = programs.get(); at != nullptr && size < count;
       at = at->before.get()) {
    chain[size++] = at;
  }
  Earlier copy;
  while (size > 0) copy = Make(std::move(copy), chain[--size]->comm, memory);
  return copy;
}

}  // namespace

Earlier WithProgram(Earlier before, const EarlierProgram::Comm& comm,
                    std::pmr::memory_resource& memory) {
  if (before != nullptr && before->comm == comm) return before;
  if (before != nullptr && before->depth >= EarlierProgram::kDepthMax) {
    before = Nearest(before, EarlierProgram::kDepthMax / 2, memory);
  }
  return Make(std::move(before), comm, memory);
}

}  // namespace vedette
