// SPDX-License-Identifier: Apache-2.0
#include "engine/match/cover.h"

#include <algorithm>

#include "rules/lang/operators.h"

namespace vedette {
namespace {

// A longer list of comparisons is no longer a short way to a rule.
constexpr size_t kPredicatesMax = 256;
// Between two that hold equally seldom, the one whose field is had for less.
constexpr double kPerFetchCost = 1e-5;

}  // namespace

CoverFinder::CoverFinder(const Program& program, const Plan& plan,
                         const std::vector<Guess>& guesses, EventKind kind)
    : program_(program),
      plan_(plan),
      guesses_(guesses),
      kind_(kind),
      known_(2 * plan.nodes().size(), kUnknown) {}

const Cover* CoverFinder::Find(uint32_t node, bool holds) {
  const size_t key = 2 * size_t{node} + (holds ? 1 : 0);
  if (known_[key] == kUnknown) {
    Cover cover;
    const bool found = Make(node, holds, cover);
    known_[key] = found ? static_cast<uint32_t>(covers_.size()) : kNone;
    if (found) covers_.push_back(std::move(cover));
  }
  return known_[key] == kNone ? nullptr : &covers_[known_[key]];
}

// Of the node, or of its negation.
bool CoverFinder::Make(uint32_t node, bool holds, Cover& cover) {
  const Plan::PlanNode& at = plan_.nodes()[node];
  switch (at.kind) {
    case Node::Kind::kTrue:
      return !holds;
    case Node::Kind::kFalse:
      return holds;
    case Node::Kind::kPredicate:
      return holds && MakeOfPredicate(at.first, cover);
    case Node::Kind::kNot: {
      const Cover* child = Find(plan_.ChildrenOf(at)[0], !holds);
      if (child != nullptr) cover = *child;
      return child != nullptr;
    }
    case Node::Kind::kAnd:
      return holds ? MakeOfAll(node, holds, cover) : MakeOfAny(node, holds, cover);
    case Node::Kind::kOr:
      return holds ? MakeOfAny(node, holds, cover) : MakeOfAll(node, holds, cover);
  }
  return false;
}

// What is negated holds for the values that are not named, and for none at all: no way to it.
bool CoverFinder::MakeOfPredicate(uint32_t predicate, Cover& cover) const {
  if (NeverHolds(program_.predicates[predicate])) return true;
  const Guess& guess = guesses_[predicate];
  if (!guess.accesses) return false;
  cover.predicates.push_back(predicate);
  cover.cost = guess.likelihood + kPerFetchCost * guess.fetch_cost;
  return true;
}

bool CoverFinder::NeverHolds(const Predicate& predicate) const {
  if (!predicate.IsPlain()) return false;
  const Field& field = predicate.field.field();
  if (!field.supplied || (field.kinds & KindBit(kind_)) == 0) return true;
  if (field.name != "evt.type" || predicate.op->decides != Decides::kExact) return false;
  return std::none_of(
      predicate.literals.begin(), predicate.literals.end(),
      [&](const Literal& type) { return (KindsOfType(type.text) & KindBit(kind_)) != 0; });
}

bool CoverFinder::MakeOfAny(uint32_t node, bool holds, Cover& cover) {
  for (const uint32_t child : plan_.ChildrenOf(plan_.nodes()[node])) {
    const Cover* part = Find(child, holds);
    if (part == nullptr) return false;
    cover.predicates.insert(cover.predicates.end(), part->predicates.begin(),
                            part->predicates.end());
    cover.cost += part->cost;
    if (cover.predicates.size() > kPredicatesMax) return false;
  }
  std::sort(cover.predicates.begin(), cover.predicates.end());
  cover.predicates.erase(std::unique(cover.predicates.begin(), cover.predicates.end()),
                         cover.predicates.end());
  return true;
}

bool CoverFinder::MakeOfAll(uint32_t node, bool holds, Cover& cover) {
  const Cover* best = nullptr;
  for (const uint32_t child : plan_.ChildrenOf(plan_.nodes()[node])) {
    const Cover* part = Find(child, holds);
    if (part != nullptr && (best == nullptr || part->cost < best->cost)) best = part;
  }
  if (best != nullptr) cover = *best;
  return best != nullptr;
}

}  // namespace vedette
