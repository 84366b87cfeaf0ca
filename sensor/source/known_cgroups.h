// SPDX-License-Identifier: Apache-2.0
//
// What the programs of an earlier daemon know of cgroups: by which comparisons of rules they decide
// there, so that a restart need not wait until all of it is found out anew.
#ifndef VEDETTE_SENSOR_SOURCE_KNOWN_CGROUPS_H_
#define VEDETTE_SENSOR_SOURCE_KNOWN_CGROUPS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sensor/source/pins.h"

namespace vedette {

struct KnownCgroups {
  std::vector<std::string> comparisons;  // As Predicate::text has them.
  // By the cgroup's id: whether it holds there, for each comparison.
  std::vector<std::pair<uint64_t, std::vector<bool>>> cgroups;
};

// Of the latest set that is pinned. Nothing where there is none, or one of a version that kept it
// in another way. Needs root.
KnownCgroups ReadKnownCgroups(const Pins& pins);

// In the map of what traits stand for: all that is older than the generation.
void ForgetTraits(int map_fd, uint32_t generation);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_KNOWN_CGROUPS_H_
