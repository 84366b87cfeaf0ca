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

}  // namespace

Earlier WithProgram(Earlier before, const EarlierProgram::Comm& comm,
                    std::pmr::memory_resource& memory) {
  if (before != nullptr && before->comm == comm) return before;
  if (before != nullptr && before->depth >= EarlierProgram::kDepthMax) {
    while (before->depth > EarlierProgram::kDepthMax / 2) before = Earlier(before->before);
  }
  return Make(std::move(before), comm, memory);
}

}  // namespace vedette
