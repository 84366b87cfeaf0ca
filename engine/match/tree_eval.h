// SPDX-License-Identifier: Apache-2.0
//
// The plain walk of a condition over values from anywhere: what `vedette rules eval` and tests with
// values of fields ask. The matcher means the same, by other ways; nothing is remembered here.
#ifndef VEDETTE_ENGINE_MATCH_TREE_EVAL_H_
#define VEDETTE_ENGINE_MATCH_TREE_EVAL_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "rules/lang/program.h"

namespace vedette {

// Adds the values of a field, as GetField() of engine/event.h does for an event.
using GetValues = absl::FunctionRef<void(const FieldRef& field, Values& values)>;

// `node` is an index into program.nodes. Stops at the first child that decides.
bool EvaluateTree(const Program& program, uint32_t node, GetValues get);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_TREE_EVAL_H_
