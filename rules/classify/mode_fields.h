// SPDX-License-Identifier: Apache-2.0
//
// Fields that say what the mode of an act says, or that are the same for every act of a kind.
// Whether a comparison holds is found by trying: for each mode, all values that the field can then
// have. So any operator is judged, as long as its answer for numbers can change only at or beside
// its literals (all comparisons can).
#ifndef VEDETTE_RULES_CLASSIFY_MODE_FIELDS_H_
#define VEDETTE_RULES_CLASSIFY_MODE_FIELDS_H_

#include <array>
#include <cstdint>
#include <optional>

#include "rules/lang/program.h"

namespace vedette {

struct ModeApproximation {
  std::array<uint64_t, 4> may{};   // Modes for which the comparison can hold.
  std::array<uint64_t, 4> sure{};  // Modes for which it is sure to.
};

// None if the field has no row for the kind.
std::optional<ModeApproximation> ApproximateModes(const Predicate& predicate, EventKind kind);

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_MODE_FIELDS_H_
