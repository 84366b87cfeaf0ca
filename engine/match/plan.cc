// SPDX-License-Identifier: Apache-2.0
#include "engine/match/plan.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/check.h"

namespace vedette {
namespace {

constexpr double kCostMax = 1e9;  // Sums over shared subtrees could overflow.
constexpr double kLikelihoodMin = 1e-9;

}  // namespace

// Takes the program's nodes in their order, so children are known before their parents.
class Plan::Builder {
 public:
  Builder(const std::vector<Guess>& guesses, Plan& plan) : guesses_(guesses), plan_(plan) {}

  // The node of the plan for one of the program, all children of which have been added.
  uint32_t Add(const Node& node) {
    if (node.kind == Node::Kind::kPredicate) {
      CHECK_LT(node.predicate, guesses_.size());
      return Find({static_cast<uint32_t>(node.kind), node.predicate});
    }
    if (node.kind == Node::Kind::kNot) CHECK_EQ(node.children.size(), 1U);
    std::vector<uint32_t> children;
    for (const uint32_t child : node.children) {
      CHECK_LT(child, plan_of_.size());  // So evaluation ends.
      children.push_back(plan_of_[child]);
    }
    const bool conjunction = node.kind == Node::Kind::kAnd;
    if (conjunction || node.kind == Node::Kind::kOr) {
      Order(conjunction, children);
      if (children.size() == 1) return children[0];
    }
    children.insert(children.begin(), static_cast<uint32_t>(node.kind));
    return Find(std::move(children));
  }

  void AddAll(const std::vector<Node>& nodes) {
    for (const Node& node : nodes) plan_of_.push_back(Add(node));
  }
  uint32_t PlanOf(uint32_t node) const {
    CHECK_LT(node, plan_of_.size());
    return plan_of_[node];
  }

 private:
  struct NodeGuess {
    double likelihood, cost;
  };

  // Cheap and decisive ones first; equal ones become one.
  void Order(bool conjunction, std::vector<uint32_t>& children) const {
    const auto rank = [&](uint32_t child) {
      const NodeGuess& guess = node_guesses_[child];
      const double decides = conjunction ? 1 - guess.likelihood : guess.likelihood;
      return std::pair(guess.cost / std::max(decides, kLikelihoodMin), child);
    };
    std::sort(children.begin(), children.end(),
              [&](uint32_t a, uint32_t b) { return rank(a) < rank(b); });
    children.erase(std::unique(children.begin(), children.end()), children.end());
  }

  // The key is the kind, and the children or the predicate.
  uint32_t Find(std::vector<uint32_t> key) {
    const auto [at, added] = known_.try_emplace(key, static_cast<uint32_t>(plan_.nodes_.size()));
    if (!added) return at->second;
    const auto kind = static_cast<Node::Kind>(key[0]);
    if (kind == Node::Kind::kPredicate) {
      plan_.nodes_.push_back({kind, key[1], 0});
      const Guess& guess = guesses_[key[1]];
      node_guesses_.push_back({guess.likelihood, guess.cost + guess.fetch_cost});
      return at->second;
    }
    const auto first = static_cast<uint32_t>(plan_.children_.size());
    plan_.children_.insert(plan_.children_.end(), key.begin() + 1, key.end());
    plan_.nodes_.push_back({kind, first, static_cast<uint32_t>(key.size() - 1)});
    node_guesses_.push_back(GuessNode(plan_.nodes_.back()));
    return at->second;
  }

  // A child costs something only where those before it have not decided.
  NodeGuess GuessNode(const PlanNode& node) const {
    NodeGuess result{.likelihood = node.kind == Node::Kind::kTrue ? 1.0 : 0.0, .cost = 0};
    if (node.kind == Node::Kind::kAnd || node.kind == Node::Kind::kNot) result.likelihood = 1;
    for (const uint32_t child : plan_.ChildrenOf(node)) {
      const NodeGuess& guess = node_guesses_[child];
      const bool disjunction = node.kind == Node::Kind::kOr;
      const double reached = disjunction ? 1 - result.likelihood : result.likelihood;
      result.cost = std::min(result.cost + reached * guess.cost, kCostMax);
      if (disjunction) {
        result.likelihood += (1 - result.likelihood) * guess.likelihood;
      } else {
        result.likelihood *= guess.likelihood;
      }
    }
    if (node.kind == Node::Kind::kNot) result.likelihood = 1 - result.likelihood;
    return result;
  }

  const std::vector<Guess>& guesses_;
  Plan& plan_;
  std::vector<uint32_t> plan_of_;  // By node of the program.
  std::vector<NodeGuess> node_guesses_;
  absl::flat_hash_map<std::vector<uint32_t>, uint32_t> known_;
};

Plan::Plan(const Program& program, const std::vector<Guess>& guesses) {
  CHECK_EQ(guesses.size(), program.predicates.size());
  Builder builder(guesses, *this);
  builder.AddAll(program.nodes);
  for (const Rule& rule : program.rules) conditions_.push_back(builder.PlanOf(rule.condition));

  absl::flat_hash_map<std::pair<FieldId, std::string>, uint32_t> slots;
  for (const Predicate& predicate : program.predicates) {
    const auto next = static_cast<uint32_t>(fields_.size());
    const auto [at, added] =
        slots.try_emplace(std::pair(predicate.field.id, predicate.field.argument), next);
    if (added) fields_.push_back(predicate.field);
    slots_.push_back(at->second);
  }
}

}  // namespace vedette
