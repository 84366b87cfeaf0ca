// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/compiler.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace vedette {
namespace {

// Sizes of macros of macros of macros must not wrap around.
constexpr size_t kSizeMax = size_t{1} << 40;
size_t Add(size_t a, size_t b) { return std::min(a + b, kSizeMax); }

ExprSize Join(const std::vector<ExprPtr>& children, const FindMacroSize& find) {
  ExprSize all{1, 2, 0};
  for (const ExprPtr& child : children) {
    const ExprSize size = Measure(*child, find);
    all.nodes = Add(all.nodes, size.nodes);
    all.bytes = Add(all.bytes, size.bytes + 5);
    all.depth = std::max(all.depth, size.depth);
  }
  ++all.depth;
  return all;
}

// What a chain can come to with one more link.
void Add(const Possible& link, bool conjunction, Possible& chain) {
  chain.holds = conjunction ? chain.holds & link.holds : chain.holds | link.holds;
  chain.fails = conjunction ? chain.fails | link.fails : chain.fails & link.fails;
}

}  // namespace

ExprSize Measure(const Expr& expr, const FindMacroSize& find) {
  if (std::holds_alternative<Compare>(expr.node)) return {1, ToText(expr).size(), 1};
  if (const auto* negation = std::get_if<Not>(&expr.node)) {
    const ExprSize size = Measure(*negation->child, find);
    return {Add(size.nodes, 1), Add(size.bytes, 4), size.depth + 1};
  }
  if (const auto* all = std::get_if<And>(&expr.node)) return Join(all->children, find);
  if (const auto* any = std::get_if<Or>(&expr.node)) return Join(any->children, find);
  const std::string& name = std::get<MacroName>(expr.node).name;
  const ExprSize* macro = find(name);
  if (macro == nullptr) return {1, name.size(), 1};
  return {macro->nodes, macro->bytes, macro->depth + 1};
}

// A part of a condition: a node, or a constant that needs none. `possible` says which.
struct Compiler::Folded {
  Possible possible;
  Possible by_type;
  uint32_t node = 0;

  bool never() const { return possible.holds.none(); }
  bool always() const { return possible.fails.none(); }
};

Compiler::Compiler(Program& program, bool fold) : program_(program) {
  for (const Predicate& predicate : program.predicates) {
    possible_.push_back(fold ? PossibleWays(predicate) : Possible{AllWays(), AllWays()});
    by_type_.push_back(WaysByType(predicate, possible_.back()));
  }
}

uint32_t Compiler::AddNode(Node node) {
  program_.nodes.push_back(std::move(node));
  return static_cast<uint32_t>(program_.nodes.size() - 1);
}

Compiler::Condition Compiler::Compile(const Expr& expr, const FindMacroExpr& find) {
  contradictions_.clear();
  const Folded folded = Lower(expr, find);
  Condition condition;
  condition.contradictions = std::move(contradictions_);
  condition.node = folded.node;
  condition.kinds = KindsOf(folded.possible.holds);
  condition.always = folded.always();
  condition.any_type = folded.by_type.holds.count() * 2 > AllWays().count();
  if (folded.never()) condition.node = AddNode({Node::Kind::kFalse, 0, {}});
  if (folded.always()) condition.node = AddNode({Node::Kind::kTrue, 0, {}});
  return condition;
}

Compiler::Folded Compiler::Lower(const Expr& expr, const FindMacroExpr& find) {
  if (const auto* compare = std::get_if<Compare>(&expr.node)) return LowerCompare(*compare);
  if (const auto* negation = std::get_if<Not>(&expr.node)) return LowerNot(*negation->child, find);
  if (const auto* all = std::get_if<And>(&expr.node)) {
    return LowerChain(expr, all->children, Node::Kind::kAnd, find);
  }
  if (const auto* any = std::get_if<Or>(&expr.node)) {
    return LowerChain(expr, any->children, Node::Kind::kOr, find);
  }
  const Expr* macro = find(std::get<MacroName>(expr.node).name);
  CHECK(macro != nullptr);
  ++macro_depth_;
  const Folded folded = Lower(*macro, find);
  --macro_depth_;
  return folded;
}

Compiler::Folded Compiler::LowerCompare(const Compare& compare) {
  CHECK(compare.predicate.has_value());
  Folded folded{possible_[*compare.predicate], by_type_[*compare.predicate], 0};
  if (folded.never() || folded.always()) return folded;
  folded.node = AddNode({Node::Kind::kPredicate, *compare.predicate, {}});
  return folded;
}

Compiler::Folded Compiler::LowerNot(const Expr& child, const FindMacroExpr& find) {
  Folded folded = Lower(child, find);
  std::swap(folded.possible.holds, folded.possible.fails);
  std::swap(folded.by_type.holds, folded.by_type.fails);
  if (folded.never() || folded.always()) return folded;
  Node& last = program_.nodes[folded.node];
  if (last.kind == Node::Kind::kNot) {
    folded.node = last.children[0];
    program_.nodes.pop_back();
  } else {
    folded.node = AddNode({Node::Kind::kNot, 0, {folded.node}});
  }
  return folded;
}

// Constants go, a chain in a chain of the same kind becomes one, and a chain of one is its link.
Compiler::Folded Compiler::LowerChain(const Expr& expr, const std::vector<ExprPtr>& children,
                                      Node::Kind kind, const FindMacroExpr& find) {
  const bool conjunction = kind == Node::Kind::kAnd;
  const size_t nodes_before = program_.nodes.size();
  Node chain{kind, 0, {}};
  bool each_can_hold = true;
  Folded folded;
  folded.possible = conjunction ? Possible{AllWays(), Ways()} : Possible{Ways(), AllWays()};
  folded.by_type = folded.possible;
  for (const ExprPtr& child : children) {
    const Folded part = Lower(*child, find);
    each_can_hold = each_can_hold && !part.never();
    Add(part.possible, conjunction, folded.possible);
    Add(part.by_type, conjunction, folded.by_type);
    if (part.never() || part.always()) continue;
    Node& node = program_.nodes[part.node];
    if (node.kind == kind) {
      chain.children.insert(chain.children.end(), node.children.begin(), node.children.end());
      program_.nodes.pop_back();
    } else {
      chain.children.push_back(part.node);
    }
  }
  if (conjunction && folded.never() && each_can_hold && macro_depth_ == 0) {
    contradictions_.push_back(&expr);
  }
  if (folded.never() || folded.always()) {
    program_.nodes.resize(nodes_before);
    return folded;
  }
  folded.node = chain.children.size() == 1 ? chain.children[0] : AddNode(std::move(chain));
  return folded;
}

}  // namespace vedette
