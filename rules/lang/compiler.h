// SPDX-License-Identifier: Apache-2.0
//
// From checked conditions to the nodes of a program: macros put in, constants folded, kinds of
// events worked out.
#ifndef VEDETTE_RULES_LANG_COMPILER_H_
#define VEDETTE_RULES_LANG_COMPILER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rules/lang/ast.h"
#include "rules/lang/kinds.h"
#include "rules/lang/program.h"

namespace vedette {

// How large a condition is once its macros are in it.
struct ExprSize {
  size_t nodes = 0;
  size_t bytes = 0;  // Of canonical text.
  int depth = 0;
};
inline constexpr int kExprDepthMax = 1000;
inline constexpr size_t kConditionNodesMax = 50'000;
inline constexpr size_t kConditionBytesMax = 4 << 20;

// The size of a macro by its name, or null.
using FindMacroSize = std::function<const ExprSize*(absl::string_view name)>;
ExprSize Measure(const Expr& expr, const FindMacroSize& find);

class Compiler {
 public:
  // Adds to program.nodes; program.predicates are those of the checker, complete. Without `fold`
  // comparisons that no real event can decide otherwise are kept.
  explicit Compiler(Program& program, bool fold = true);

  struct Condition {
    uint32_t node = 0;
    KindSet kinds = 0;  // For which it can hold; none: never.
    bool always = false;
    // Nothing in it says which types of events it is about, or only of few that it is not.
    bool any_type = false;
    // Parts `a and b` that never hold, although each of a and b can; those in macros are not looked
    // at.
    std::vector<const Expr*> contradictions;
  };
  // Every comparison has its predicate and every macro is found.
  Condition Compile(const Expr& expr, const FindMacroExpr& find);

 private:
  struct Folded;

  Folded Lower(const Expr& expr, const FindMacroExpr& find);
  Folded LowerCompare(const Compare& compare);
  Folded LowerNot(const Expr& child, const FindMacroExpr& find);
  Folded LowerChain(const Expr& expr, const std::vector<ExprPtr>& children, Node::Kind kind,
                    const FindMacroExpr& find);
  uint32_t AddNode(Node node);

  Program& program_;
  std::vector<Possible> possible_;  // Of each predicate.
  std::vector<Possible> by_type_;
  // Of the condition that is being compiled.
  int macro_depth_ = 0;
  std::vector<const Expr*> contradictions_;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_COMPILER_H_
