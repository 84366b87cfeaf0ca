// SPDX-License-Identifier: Apache-2.0
//
// The classifier's maps in the kernel, and how a rule set gets into them.
#ifndef VEDETTE_SENSOR_SOURCE_CLASSIFIER_MAPS_H_
#define VEDETTE_SENSOR_SOURCE_CLASSIFIER_MAPS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "sensor/schema/classify.h"
#include "sensor/schema/control.h"

namespace vedette {

// The classifier's tables as the kernel takes them; made from rules by rules/classify.
struct ClassifierImage {
  std::vector<std::pair<uint16_t, classify_kind>> kinds;  // By event kind.
  std::vector<std::pair<classify_key, classify_vector>> values;
  std::vector<std::pair<classify_name_key, classify_vector>> names;
  std::vector<std::pair<classify_path_key, classify_vector>> paths;
};

// File descriptors of maps; not owned.
struct ClassifierMapFds {
  int kinds;
  int values;
  int names;
  int paths;
};

// Puts a rule set in force: tables beside those in force, then one store. `generation` is that of
// the image's keys and differs from the last one by 1. No act is judged by half a rule set.
// kResourceExhausted: more keys than the maps hold; the old set stays in force.
absl::Status LoadClassifierImage(const ClassifierMapFds& maps, sensor_state& state,
                                 uint32_t generation, const ClassifierImage& image);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_CLASSIFIER_MAPS_H_
