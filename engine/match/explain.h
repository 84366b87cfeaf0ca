// SPDX-License-Identifier: Apache-2.0
//
// Why a condition holds for an event: which comparisons decided, and with which values.
#ifndef VEDETTE_ENGINE_MATCH_EXPLAIN_H_
#define VEDETTE_ENGINE_MATCH_EXPLAIN_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/event.h"
#include "engine/match/alert.h"
#include "rules/lang/program.h"

namespace vedette {

inline constexpr size_t kExplainedMax = 32;       // Comparisons; the first ones as written.
inline constexpr size_t kExplainedTextMax = 256;  // Bytes of a comparison, and of a value.

// Of an `and` all parts that had to hold, of an `or` those that did, of a `not` what did not hold.
// Empty if the condition does not hold. `node` is an index into program.nodes. Clears the arena.
// Costs a walk of the condition for each of its levels: for alerts, not for events.
std::vector<AlertMatch> Explain(const Event& event, const Program& program, uint32_t node);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_EXPLAIN_H_
