// SPDX-License-Identifier: Apache-2.0
//
// By whom a process was made. Parents change: whoever's parent ends gets another one, so a program
// that is forked twice, or by a parent that ends, stands below init. Who forked it stays who he is.
#ifndef VEDETTE_ENGINE_ENRICH_CREATORS_H_
#define VEDETTE_ENGINE_ENRICH_CREATORS_H_

#include <cstdint>
#include <memory>
#include <memory_resource>

namespace vedette {

// One process, by what stays the same over an exec, and behind it who made it: shared by all that
// it makes. Immutable.
struct Creator {
  // So many of the nearest are there if there were so many. Twice as many are kept at most, so that
  // whoever forks and ends without end costs no more.
  static constexpr uint32_t kNearestMin = 65;

  uint64_t start_ns;  // Of the boot clock: the process was created.
  uint32_t pid;
  uint32_t depth = 1;  // How many these are, with itself.
  std::shared_ptr<const Creator> before;
};

// A process in front of who made it (null: unknown). Lives in `memory`, which outlives it and is of
// the thread that drops it.
std::shared_ptr<const Creator> WithCreated(std::shared_ptr<const Creator> before, uint32_t pid,
                                           uint64_t start_ns, std::pmr::memory_resource& memory);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_CREATORS_H_
