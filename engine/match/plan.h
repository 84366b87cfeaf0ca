// SPDX-License-Identifier: Apache-2.0
//
// The conditions of a program as the matcher walks them: equal subtrees once, what is likely to
// decide cheaply first, each field that is asked for in a slot. Immutable.
#ifndef VEDETTE_ENGINE_MATCH_PLAN_H_
#define VEDETTE_ENGINE_MATCH_PLAN_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "engine/match/likelihood.h"
#include "rules/lang/program.h"

namespace vedette {

class Plan {
 public:
  // A node without its own memory: children are a stretch of one vector.
  struct PlanNode {
    Node::Kind kind;
    uint32_t first;  // kPredicate: the predicate.
    uint32_t count;
  };

  // `guesses` of the program. A child that does not come before its parent ends the process.
  Plan(const Program& program, const std::vector<Guess>& guesses);

  absl::Span<const PlanNode> nodes() const { return nodes_; }
  absl::Span<const uint32_t> ChildrenOf(const PlanNode& node) const {
    return absl::MakeConstSpan(children_).subspan(node.first, node.count);
  }
  // The node of a rule.
  uint32_t ConditionOf(uint32_t rule) const { return conditions_[rule]; }

  // Each distinct field of the program once, and which of them a predicate compares.
  absl::Span<const FieldRef> fields() const { return fields_; }
  uint32_t SlotOf(uint32_t predicate) const { return slots_[predicate]; }

 private:
  class Builder;

  std::vector<PlanNode> nodes_;
  std::vector<uint32_t> children_;
  std::vector<uint32_t> conditions_;
  std::vector<uint32_t> slots_;
  std::vector<FieldRef> fields_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_PLAN_H_
