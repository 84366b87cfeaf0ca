// SPDX-License-Identifier: Apache-2.0
//
// The obvious evaluator that judges the classifier: it walks the condition and reads the record by
// itself.
#ifndef VEDETTE_TESTS_CLASSIFIER_NAIVE_ACT_H_
#define VEDETTE_TESTS_CLASSIFIER_NAIVE_ACT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/lang/program.h"
#include "sensor/decode/event_view.h"
#include "sensor/decode/record_builder.h"
#include "sensor/schema/classify.h"

namespace vedette {

// A record, and what its process runs: a path, or empty (no program). None: the kernel does not
// know, and rules find no value.
struct Act {
  RecordBytes record;
  std::optional<std::string> exe;
  std::optional<classify_scope> scope;              // Of the program, likewise.
  std::optional<std::vector<std::string>> lineage;  // Names from which it descends, likewise.
  uint64_t capabilities = 0;                        // In force.
  uint32_t container = 0;  // The number of its cgroup: 0 unknown, 1 the host's, 2 to 4 containers'.
};

// Does the comparison, about containers, hold for a cgroup with the number?
bool HoldsForContainer(const Predicate& predicate, uint32_t container);

// The record's bytes have to be `act.record`.
bool HoldsNaively(const Program& program, uint32_t node, const EventView& view, const Act& act);

}  // namespace vedette

#endif  // VEDETTE_TESTS_CLASSIFIER_NAIVE_ACT_H_
