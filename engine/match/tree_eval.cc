// SPDX-License-Identifier: Apache-2.0
#include "engine/match/tree_eval.h"

#include <algorithm>

#include "base/check.h"
#include "engine/arena.h"
#include "rules/lang/evaluate.h"

namespace vedette {
namespace {

bool Evaluate(const Program& program, uint32_t node, const FieldSourceRef& source) {
  CHECK_LT(node, program.nodes.size());
  const Node& at = program.nodes[node];
  const auto holds = [&](uint32_t child) { return Evaluate(program, child, source); };
  switch (at.kind) {
    case Node::Kind::kTrue:
      return true;
    case Node::Kind::kFalse:
      return false;
    case Node::Kind::kPredicate:
      return HoldsFor(program.predicates[at.predicate], source);
    case Node::Kind::kNot:
      return !holds(at.children[0]);
    case Node::Kind::kAnd:
      return std::all_of(at.children.begin(), at.children.end(), holds);
    case Node::Kind::kOr:
      return std::any_of(at.children.begin(), at.children.end(), holds);
  }
  return false;
}

}  // namespace

bool EvaluateTree(const Program& program, uint32_t node, GetValues get) {
  Arena arena;  // For what transformers make.
  const auto replace = [&](const FieldRef& field, Values& values) {
    values.Clear();
    get(field, values);
  };
  const auto keep = [&](absl::string_view text) { return arena.Copy(text); };
  return Evaluate(program, node, FieldSourceRef{replace, keep});
}

}  // namespace vedette
