// SPDX-License-Identifier: Apache-2.0
#include "engine/match/tree_eval.h"

#include "engine/arena.h"
#include "rules/lang/evaluate.h"

namespace vedette {
bool EvaluateTree(const Program& program, uint32_t node, GetValues get) {
  Arena arena;  // For what transformers make.
  const auto replace = [&](const FieldRef& field, Values& values) {
    values.Clear();
    get(field, values);
  };
  const auto keep = [&](absl::string_view text) { return arena.Copy(text); };
  return HoldsFor(program, node, FieldSourceRef{replace, keep});
}

}  // namespace vedette
