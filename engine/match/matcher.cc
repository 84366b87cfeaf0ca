// SPDX-License-Identifier: Apache-2.0
#include "engine/match/matcher.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/bits.h"
#include "base/check.h"
#include "rules/lang/operators.h"

namespace vedette {
namespace {

bool IsJudged(const wire_header& header) {
  return std::any_of(std::begin(header.survivors), std::end(header.survivors),
                     [](uint64_t word) { return word != ~uint64_t{0}; });
}

// How long a comparison may take, in units of a short text's. Rough: it only orders the children of
// `and` and `or`, which have no effects, so that the cheap ones decide first.
uint32_t CostOf(const Predicate& predicate) {
  const Field& field = predicate.field.field();
  uint32_t cost = predicate.op->decides == Decides::kNothing ? 4 : 1;
  if (predicate.regex != nullptr) cost = 16;
  if (field.source == FieldSource::kContext) cost += 3;  // May build a text.
  // Any ancestor.
  const bool many = field.argument == FieldArgument::kOptionalArgument;
  return many && predicate.field.argument.empty() ? 8 * cost : cost;
}

constexpr uint32_t kCostMax = 1 << 20;  // Sums over shared subtrees could overflow.

}  // namespace

Matcher::Matcher(std::shared_ptr<const Program> program) : program_(std::move(program)) {
  Flatten(*program_);
  AssignFields(*program_);
  const size_t rule_count = program_->rules.size();
  for (uint32_t i = 0; i < rule_count; ++i) {
    CHECK_LT(program_->rules[i].condition, nodes_.size());
    for (size_t kind = 0; kind < WIRE_KIND_LIMIT; ++kind) {
      if ((program_->rules[i].kinds >> kind & 1) != 0) rules_by_kind_[kind].push_back(i);
    }
  }
  node_memos_.resize(nodes_.size());
  predicate_memos_.resize(program_->predicates.size());
  value_rounds_.resize(fields_.size());
  values_.resize(fields_.size());
  rule_rounds_.resize(rule_count);
  candidates_.reserve(rule_count);
  matched_.reserve(rule_count);
}

void Matcher::Flatten(const Program& program) {
  std::vector<uint32_t> costs;  // By node.
  for (uint32_t i = 0; i < program.nodes.size(); ++i) {
    const Node& node = program.nodes[i];
    if (node.kind == Node::Kind::kPredicate) {
      CHECK_LT(node.predicate, program.predicates.size());
      nodes_.push_back({node.kind, node.predicate, 0});
      costs.push_back(CostOf(program.predicates[node.predicate]));
      continue;
    }
    if (node.kind == Node::Kind::kNot) CHECK_EQ(node.children.size(), 1U);
    const auto first = static_cast<uint32_t>(children_.size());
    uint32_t cost = 0;
    for (const uint32_t child : node.children) {
      CHECK_LT(child, i);  // So evaluation ends.
      children_.push_back(child);
      cost = std::min(cost + costs[child], kCostMax);
    }
    std::stable_sort(children_.begin() + first, children_.end(),
                     [&](uint32_t a, uint32_t b) { return costs[a] < costs[b]; });
    nodes_.push_back({node.kind, first, static_cast<uint32_t>(node.children.size())});
    costs.push_back(cost);
  }
}

void Matcher::AssignFields(const Program& program) {
  absl::flat_hash_map<std::pair<FieldId, std::string>, uint32_t> slots;
  for (const Predicate& predicate : program.predicates) {
    const auto next = static_cast<uint32_t>(fields_.size());
    const auto [at, added] =
        slots.try_emplace(std::pair(predicate.field.id, predicate.field.argument), next);
    if (added) fields_.push_back(predicate.field);
    slot_of_predicate_.push_back(at->second);
  }
}

void Matcher::SetSurvivorRules(uint32_t generation, EventKind kind,
                               std::vector<std::vector<uint32_t>> rules_by_term) {
  const auto not_of_kind = [&](uint32_t rule) {
    CHECK_LT(rule, program_->rules.size());
    return (program_->rules[rule].kinds & KindBit(kind)) == 0;
  };
  for (std::vector<uint32_t>& rules : rules_by_term) {
    rules.erase(std::remove_if(rules.begin(), rules.end(), not_of_kind), rules.end());
  }
  if (generation != generation_) {
    for (auto& terms : rules_by_term_) terms.clear();
  }
  generation_ = generation;
  rules_by_term_[kind] = std::move(rules_by_term);
}

absl::Span<const uint32_t> Matcher::Match(const Event& event) {
  ++round_;
  matched_.clear();
  for (const uint32_t rule : Candidates(event)) {
    ++counts_.rules;
    if (Evaluate(event, program_->rules[rule].condition)) matched_.push_back(rule);
  }
  return matched_;
}

// A survivor of which nothing is known is no reason to skip a rule: then all are evaluated.
absl::Span<const uint32_t> Matcher::Candidates(const Event& event) {
  const wire_header& header = event.view.header();
  const std::vector<uint32_t>& all = rules_by_kind_[header.kind];
  const std::vector<std::vector<uint32_t>>& terms = rules_by_term_[header.kind];
  if (generation_ == 0 || header.generation != generation_ || !IsJudged(header)) return all;
  candidates_.clear();
  for (size_t word = 0; word < WIRE_SURVIVOR_WORDS; ++word) {
    for (uint64_t bits = header.survivors[word]; bits != 0; bits &= bits - 1) {
      const size_t term = word * 64 + static_cast<size_t>(absl::countr_zero(bits));
      if (term >= terms.size()) return all;
      for (const uint32_t rule : terms[term]) {
        if (std::exchange(rule_rounds_[rule], round_) != round_) candidates_.push_back(rule);
      }
    }
  }
  std::sort(candidates_.begin(), candidates_.end());
  return candidates_;
}

bool Matcher::Evaluate(const Event& event, uint32_t node) {
  const FlatNode& flat = nodes_[node];
  if (flat.kind == Node::Kind::kPredicate) return EvaluatePredicate(event, flat.first);
  Memo& memo = node_memos_[node];
  if (memo >> 1 != round_) {
    const bool holds = EvaluateNode(event, flat);
    memo = round_ * 2 + (holds ? 1 : 0);
  }
  return (memo & 1) != 0;
}

bool Matcher::EvaluateNode(const Event& event, const FlatNode& node) {
  const auto children = absl::MakeConstSpan(children_).subspan(node.first, node.count);
  const auto holds = [&](uint32_t child) { return Evaluate(event, child); };
  switch (node.kind) {
    case Node::Kind::kTrue:
      return true;
    case Node::Kind::kFalse:
      return false;
    case Node::Kind::kPredicate:
      return EvaluatePredicate(event, node.first);
    case Node::Kind::kNot:
      return !holds(children.front());
    case Node::Kind::kAnd:
      return std::all_of(children.begin(), children.end(), holds);
    case Node::Kind::kOr:
      return std::any_of(children.begin(), children.end(), holds);
  }
  return false;
}

bool Matcher::EvaluatePredicate(const Event& event, uint32_t predicate) {
  Memo& memo = predicate_memos_[predicate];
  if (memo >> 1 != round_) {
    ++counts_.predicates;
    const Values& values = Fetch(event, slot_of_predicate_[predicate]);
    const bool holds = Holds(program_->predicates[predicate], values);
    memo = round_ * 2 + (holds ? 1 : 0);
  }
  return (memo & 1) != 0;
}

const Values& Matcher::Fetch(const Event& event, uint32_t slot) {
  Values& values = values_[slot];
  if (std::exchange(value_rounds_[slot], round_) != round_) {
    GetField(event, fields_[slot], values);
  }
  return values;
}

}  // namespace vedette
