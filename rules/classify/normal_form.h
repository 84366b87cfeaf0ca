// SPDX-License-Identifier: Apache-2.0
//
// The disjunctive normal form of conditions, with the comparisons replaced by what the kernel knows
// of them. terms.h says why each step loses no event.
#ifndef VEDETTE_RULES_CLASSIFY_NORMAL_FORM_H_
#define VEDETTE_RULES_CLASSIFY_NORMAL_FORM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "rules/classify/conjunction.h"
#include "rules/classify/field_map.h"
#include "rules/lang/program.h"

namespace vedette {

// Brings conditions of a program into disjunctive normal form, for one kind of event. Remembers
// what several conditions share (macros), so the work is bounded by the number of nodes, not of
// paths to them. The program must outlive it. Not thread-safe.
class NormalForm {
 public:
  NormalForm(const Program& program, EventKind kind, Decider decider = Decider::kObserver);

  // At most kConjunctionsMax conjunctions; none: the condition cannot hold for this kind.
  std::vector<Conjunction> Of(uint32_t node) { return Of(node, false); }

 private:
  using Conjunctions = std::vector<Conjunction>;

  Conjunctions Of(uint32_t node, bool negated);
  Conjunctions Compute(const Node& node, bool negated);
  Conjunctions Leaf(uint32_t predicate, bool negated);
  Conjunctions Product(const Node& node, bool negated);
  Conjunctions Sum(const Node& node, bool negated);

  const Program& program_;
  const EventKind kind_;
  const Decider decider_;
  std::vector<uint8_t>
      uses_;  // How often a node is a child or a condition, 2 meaning more than once.
  std::array<std::map<uint32_t, Conjunctions>, 2> shared_;  // By negated and node.
  std::vector<std::optional<Approximation>> leaves_;        // By predicate.
};

}  // namespace vedette

#endif  // VEDETTE_RULES_CLASSIFY_NORMAL_FORM_H_
