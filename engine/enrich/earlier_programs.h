// SPDX-License-Identifier: Apache-2.0
//
// A program and those from which it descends: what ran before in the same process, and in the
// processes from which that was forked. They stay known when these have ended, whoever is the
// parent by then, under the names that they had at their exec: a process that renames itself
// changes nothing. The kernel keeps the same (sensor/bpf/lineage.h) and decides by it.
#ifndef VEDETTE_ENGINE_ENRICH_EARLIER_PROGRAMS_H_
#define VEDETTE_ENGINE_ENRICH_EARLIER_PROGRAMS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>

#include "sensor/schema/lineage.h"
#include "sensor/schema/wire.h"

namespace vedette {

// One program and, behind it, those before: shared by all that descend from it. Immutable.
struct EarlierProgram {
  // Different names behind a program. Where there are more, the oldest are kept: whoever executes
  // without end costs no more, and does not get rid of where he came from.
  static constexpr uint32_t kNamesMax = LINEAGE_NAMES_MAX;
  using Comm = std::array<char, WIRE_COMM_SIZE>;

  Comm comm;           // At its exec.
  uint32_t depth = 1;  // How many these are, with itself.
  std::shared_ptr<const EarlierProgram> before;
};

// `comm` in front of `before` (null: of nothing). The same name twice in a row counts once (a shell
// that starts shells, env behind env), and so does a name among those before, where it was first.
// Lives in `memory`, which outlives it.
std::shared_ptr<const EarlierProgram> WithProgram(std::shared_ptr<const EarlierProgram> before,
                                                  const EarlierProgram::Comm& comm,
                                                  std::pmr::memory_resource& memory);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_EARLIER_PROGRAMS_H_
