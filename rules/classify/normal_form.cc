// SPDX-License-Identifier: Apache-2.0
// No unit test: terms_test looks at its results, soundness_test judges them.
#include "rules/classify/normal_form.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "rules/classify/terms.h"

namespace vedette {
namespace {

// Products are simplified only when they are complete: this bounds what is to be simplified.
constexpr size_t kProductMax = 4 * kConjunctionsMax;

Conjunction HullOf(const std::vector<Conjunction>& conjunctions) {
  Conjunction hull = conjunctions[0];
  for (size_t i = 1; i < conjunctions.size(); ++i) hull = Hull(hull, conjunctions[i]);
  return hull;
}

std::vector<Conjunction> Multiply(const std::vector<Conjunction>& a,
                                  const std::vector<Conjunction>& b) {
  std::vector<Conjunction> product;
  product.reserve(a.size() * b.size());
  for (const Conjunction& x : a) {
    for (const Conjunction& y : b) product.push_back(And(x, y));
  }
  Simplify(product);
  return product;
}

}  // namespace

NormalForm::NormalForm(const Program& program, EventKind kind, Decider decider)
    : program_(program),
      kind_(kind),
      decider_(decider),
      uses_(program.nodes.size()),
      leaves_(program.predicates.size()) {
  const auto use = [this](uint32_t node) { uses_[node] = uses_[node] == 0 ? 1 : 2; };
  for (const Node& node : program.nodes) {
    for (const uint32_t child : node.children) use(child);
  }
  for (const Rule& rule : program.rules) use(rule.condition);
}

std::vector<Conjunction> NormalForm::Of(uint32_t node, bool negated) {
  CHECK_LT(node, program_.nodes.size());
  if (uses_[node] < 2) return Compute(program_.nodes[node], negated);
  auto& shared = shared_[negated ? 1 : 0];
  auto at = shared.find(node);
  if (at == shared.end()) at = shared.emplace(node, Compute(program_.nodes[node], negated)).first;
  return at->second;
}

std::vector<Conjunction> NormalForm::Compute(const Node& node, bool negated) {
  switch (node.kind) {
    case Node::Kind::kTrue:
      return negated ? Conjunctions() : Conjunctions(1);
    case Node::Kind::kFalse:
      return negated ? Conjunctions(1) : Conjunctions();
    case Node::Kind::kPredicate:
      return Leaf(node.predicate, negated);
    case Node::Kind::kNot:
      return Of(node.children[0], !negated);
    case Node::Kind::kAnd:
      return negated ? Sum(node, true) : Product(node, false);
    case Node::Kind::kOr:
      return negated ? Product(node, true) : Sum(node, false);
  }
  return Conjunctions(1);  // Not reached; everything may hold.
}

std::vector<Conjunction> NormalForm::Leaf(uint32_t predicate, bool negated) {
  std::optional<Approximation>& known = leaves_[predicate];
  if (!known) known = Approximate(program_.predicates[predicate], kind_, decider_);
  Conjunction leaf;
  leaf.box.sets[known->dimension] = negated ? ~known->sure : known->may;
  if (!known->exact()) leaf.widened = {predicate};
  if (leaf.box.IsImpossible()) return {};
  return {std::move(leaf)};
}

// A conjunction of children, or of their negations: those that multiply least come first, so that
// the boxes are already small where it multiplies.
std::vector<Conjunction> NormalForm::Product(const Node& node, bool negated) {
  std::vector<Conjunctions> factors;
  for (const uint32_t child : node.children) {
    factors.push_back(Of(child, negated));
    if (factors.back().empty()) return {};
  }
  std::stable_sort(
      factors.begin(), factors.end(),
      [](const Conjunctions& a, const Conjunctions& b) { return a.size() < b.size(); });
  Conjunctions product(1);
  for (const Conjunctions& factor : factors) {
    Conjunctions next;
    const bool fits = product.size() * factor.size() <= kProductMax;
    if (fits) next = Multiply(product, factor);
    if (!fits || next.size() > kConjunctionsMax) next = Multiply(product, {HullOf(factor)});
    product = std::move(next);
  }
  return product;
}

std::vector<Conjunction> NormalForm::Sum(const Node& node, bool negated) {
  Conjunctions sum;
  for (const uint32_t child : node.children) {
    Conjunctions part = Of(child, negated);
    std::move(part.begin(), part.end(), std::back_inserter(sum));
    if (sum.size() <= 4 * kConjunctionsMax) continue;
    Simplify(sum);
    MergeTo(sum, kConjunctionsMax);
  }
  Simplify(sum);
  MergeTo(sum, kConjunctionsMax);
  return sum;
}

}  // namespace vedette
