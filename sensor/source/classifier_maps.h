// SPDX-License-Identifier: Apache-2.0
//
// The classifier's maps in the kernel: a rule set is loaded beside the one in force, comes into
// force by one store, and the old one goes when no program can be in the middle of it.
#ifndef VEDETTE_SENSOR_SOURCE_CLASSIFIER_MAPS_H_
#define VEDETTE_SENSOR_SOURCE_CLASSIFIER_MAPS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "sensor/schema/classify_traits.h"
#include "sensor/schema/control.h"

namespace vedette {

// The classifier's tables as the kernel takes them; made from rules by rules/classify.
struct ClassifierImage {
  std::vector<std::pair<uint16_t, classify_kind>> kinds;  // By event kind.
  std::vector<std::pair<classify_key, classify_vector>> values;
  std::vector<std::pair<classify_name_key, classify_vector>> names;
  std::vector<std::pair<classify_path_key, classify_vector>> paths;
  // By event kind and enum classify_place.
  std::vector<std::pair<std::pair<uint16_t, uint16_t>, struct classify_traits>> traits;
};

// Descriptors of the maps, and where the generation in force is kept. Owns nothing.
struct ClassifierMaps {
  int kinds = -1, values = -1, names = -1, paths = -1, traits = -1;
  sensor_state* state = nullptr;

  // `generation` is that of the image's keys and differs from the last one by 1.
  // kResourceExhausted: more keys than the maps hold; the old set stays in force, and nothing of
  // the new one is left.
  absl::Status Load(uint32_t generation, const ClassifierImage& image) const;

 private:
  absl::Status Add(uint32_t generation, const ClassifierImage& image) const;
  void Delete(uint32_t generation) const;
};

// Into the map of cgroups' scopes. A full map evicts the oldest.
void SetCgroupScope(int map_fd, uint64_t cgroup, classify_scope scope);

// What is true of cgroups: each has a number, and the number has traits in the map of values.
struct CgroupMaps {
  int numbers = -1, values = -1;
  const sensor_state* state = nullptr;

  // `values` are of the generation in force. What the cgroup's number before stood for goes.
  // kResourceExhausted: a map is full; then the cgroup has no number.
  absl::Status Tell(uint64_t cgroup, uint32_t number,
                    absl::Span<const std::pair<classify_key, classify_vector>> of_number) const;
  // With what its number stands for. False: it had none.
  bool Forget(uint64_t cgroup) const;

 private:
  void DeleteValues(uint32_t number) const;
};

// The key of a number's traits, for a kind.
classify_key CgroupValueKey(uint32_t generation, uint16_t kind, uint32_t number);

// Returns when every program has ended that was running when it was called: some milliseconds.
void WaitForPrograms();

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_CLASSIFIER_MAPS_H_
