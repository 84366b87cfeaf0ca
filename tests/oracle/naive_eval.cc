// SPDX-License-Identifier: Apache-2.0
// No unit test: it is the test.
#include "tests/oracle/naive_eval.h"

#include "tests/oracle/naive_predicate.h"

namespace vedette {

bool NaiveEval(const Program& program, uint32_t node, const Event& event) {
  const Node& at = program.nodes[node];
  switch (at.kind) {
    case Node::Kind::kTrue:
      return true;
    case Node::Kind::kFalse:
      return false;
    case Node::Kind::kNot:
      return !NaiveEval(program, at.children[0], event);
    case Node::Kind::kPredicate:
      return NaiveHolds(program.predicates[at.predicate], event);
    case Node::Kind::kAnd:
      for (const uint32_t child : at.children) {
        if (!NaiveEval(program, child, event)) return false;
      }
      return true;
    case Node::Kind::kOr:
      for (const uint32_t child : at.children) {
        if (NaiveEval(program, child, event)) return true;
      }
      return false;
  }
  return false;
}

std::vector<uint32_t> NaiveMatch(const Program& program, const Event& event) {
  std::vector<uint32_t> matched;
  for (uint32_t i = 0; i < program.rules.size(); ++i) {
    const Rule& rule = program.rules[i];
    if ((rule.kinds & KindBit(event.view.kind())) == 0) continue;
    if (NaiveEval(program, rule.condition, event)) matched.push_back(i);
  }
  return matched;
}

}  // namespace vedette
