// SPDX-License-Identifier: Apache-2.0
//
// Comparisons of which a side is worked out for each event: transformers, val(). Where the values
// of fields come from is the caller's: rules/ never sees an event.
#ifndef VEDETTE_RULES_LANG_EVALUATE_H_
#define VEDETTE_RULES_LANG_EVALUATE_H_

#include "absl/functional/function_ref.h"
#include "rules/lang/program.h"
#include "rules/lang/transformers.h"

namespace vedette {

// One event. `get` replaces what is in the values by those of the field.
struct FieldSourceRef {
  absl::FunctionRef<void(const FieldRef& field, Values& values)> get;
  KeepText keep;
};

// Replaces what is in `values`. They live as long as the event. Does not allocate; the stack that
// it takes is bounded by the depth of calls, which the parser bounds.
void EvaluateOperand(const Operand& operand, const FieldSourceRef& event, Values& values);

// Does the comparison, of whatever kind, hold for the event?
bool HoldsFor(const Predicate& predicate, const FieldSourceRef& event);

// Does the condition whose node it is? The plain walk, as the tree is written: it stops at the
// first child that decides. `node` is an index into program.nodes.
bool HoldsFor(const Program& program, uint32_t node, const FieldSourceRef& event);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_EVALUATE_H_
