// SPDX-License-Identifier: Apache-2.0
//
// The programs from which one descends: those that ran before in the same process, and in the
// processes from which that was forked. They stay known when these have ended, whoever is the
// parent by then, and do not change when a process renames itself.
#ifndef VEDETTE_ENGINE_ENRICH_EARLIER_PROGRAMS_H_
#define VEDETTE_ENGINE_ENRICH_EARLIER_PROGRAMS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>

#include "sensor/schema/wire.h"

namespace vedette {

// One program and, behind it, those before: shared by all that descend from it. Immutable.
struct EarlierProgram {
  // Above it the farther half is forgotten: whoever executes without end costs no more.
  static constexpr uint32_t kDepthMax = 64;
  using Comm = std::array<char, WIRE_COMM_SIZE>;

  Comm comm;           // When it began.
  uint32_t depth = 1;  // How many these are, with itself.
  std::shared_ptr<const EarlierProgram> before;
};

// `comm` in front of `before` (null: of nothing). The same name twice in a row counts once: a shell
// that starts shells, env behind env. Lives in `memory`, which outlives it.
std::shared_ptr<const EarlierProgram> WithProgram(std::shared_ptr<const EarlierProgram> before,
                                                  const EarlierProgram::Comm& comm,
                                                  std::pmr::memory_resource& memory);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_EARLIER_PROGRAMS_H_
