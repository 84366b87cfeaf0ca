// SPDX-License-Identifier: Apache-2.0
//
// Conditions that contradict themselves, and those that nothing can make false: by their shape, by
// the values that their fields can have and by the events that have them. A search that gives up
// in time: what it says is so, what it does not say may be so all the same.
#ifndef VEDETTE_RULES_LANG_CONDITION_LOGIC_H_
#define VEDETTE_RULES_LANG_CONDITION_LOGIC_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "rules/lang/ast.h"
#include "rules/lang/kinds.h"
#include "rules/lang/program.h"
#include "rules/lang/value_constraints.h"

namespace vedette {

class ConditionLogic {
 public:
  // Both outlive it. The predicates are those of all conditions that it is asked about.
  ConditionLogic(const std::vector<Predicate>& predicates, FindMacroExpr find);

  struct Part {
    const Expr* expr;
    bool always;      // Or never.
    std::string why;  // A hint.
  };
  struct Findings {
    bool never = false;
    bool always = false;
    std::string why;
    // The smallest parts of the condition's own text, macros not looked into, that never or always
    // hold although none of their comparisons does by itself.
    std::vector<Part> parts;
  };
  Findings Examine(const Expr& expr);

 private:
  // Something that is wanted to hold or not to hold: an expression or a comparison.
  struct Goal {
    const Expr* expr = nullptr;
    const Predicate* predicate = nullptr;
    bool holds = true;
  };
  // A list that several branches share the end of.
  struct Cell {
    Goal goal;
    const Cell* next;
  };
  struct Fact {
    const Predicate* predicate;
    std::string field;
  };

  bool CanBe(const Expr& expr, bool holds);
  bool Search(const Cell* goals, const Cell* choices, int depth);
  // False if it contradicts what is assumed already. May add to the goals and choices.
  bool Take(const Goal& goal, const Cell*& goals, const Cell*& choices);
  bool TakeExpr(const Goal& goal, const Cell*& goals, const Cell*& choices);
  bool TakeParts(const Predicate& predicate, bool holds, const Cell*& goals, const Cell*& choices);
  bool Assume(const Predicate& predicate, bool holds);
  bool AssumeValue(const Predicate& predicate, const std::string& field, bool holds);
  void Undo(size_t facts);
  bool IsFree(const Predicate& predicate, bool holds) const;
  bool AssumeEvents(const Predicate& predicate, bool holds);
  std::string FieldOf(const Predicate& predicate) const;
  const Possible* PossibleOf(const Predicate& predicate) const;
  const Cell* Push(Goal goal, const Cell* next);
  std::string Why() const;
  bool ExamineParts(const Expr& expr, int depth, std::vector<Part>& parts);

  const std::vector<Predicate>& predicates_;
  const FindMacroExpr find_;
  std::vector<Possible> possible_;  // Of each predicate.
  size_t steps_all_ = 0;
  // Comparisons that never hold by themselves count as if they could: they are warned of.
  bool lenient_ = true;

  // Of the search that is going on.
  std::deque<Cell> cells_;
  size_t steps_ = 0;
  Ways ways_;
  std::vector<Fact> facts_;
  absl::flat_hash_map<const Predicate*, bool> assumed_;
  absl::flat_hash_map<std::string, std::vector<Wanted>> wanted_;  // By field.
  // Why branches ended.
  absl::flat_hash_set<std::string> fields_;
  bool opposites_ = false;
  bool events_ = false;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_CONDITION_LOGIC_H_
