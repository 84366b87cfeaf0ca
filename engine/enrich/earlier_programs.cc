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

bool Contains(const EarlierProgram* at, const EarlierProgram::Comm& comm) {
  for (; at != nullptr; at = at->before.get()) {
    if (at->comm == comm) return true;
  }
  return false;
}

}  // namespace

Earlier WithProgram(Earlier before, const EarlierProgram::Comm& comm,
                    std::pmr::memory_resource& memory) {
  if (before != nullptr && before->comm == comm) return before;
  // The one that ran last joins those before it: once, and where there is room.
  if (before != nullptr &&
      (before->depth > EarlierProgram::kNamesMax || Contains(before->before.get(), before->comm))) {
    before = Earlier(before->before);
  }
  return Make(std::move(before), comm, memory);
}

}  // namespace vedette
