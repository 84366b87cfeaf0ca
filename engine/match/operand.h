// SPDX-License-Identifier: Apache-2.0
//
// Comparisons that are not plain, for an event: transformers on either side, val(), modifiers.
#ifndef VEDETTE_ENGINE_MATCH_OPERAND_H_
#define VEDETTE_ENGINE_MATCH_OPERAND_H_

#include "engine/event.h"
#include "rules/lang/program.h"

namespace vedette {

// Replaces what is in `values`; texts that are made stand in the event's arena. Does not allocate.
void EvaluateOperand(const Event& event, const Operand& operand, Values& values);

// Any predicate; plain ones too.
bool HoldsFor(const Event& event, const Predicate& predicate);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_OPERAND_H_
