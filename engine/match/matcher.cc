// SPDX-License-Identifier: Apache-2.0
#include "engine/match/matcher.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/numeric/bits.h"
#include "base/check.h"
#include "engine/match/operand.h"
#include "rules/lang/operators.h"

namespace vedette {
namespace {

bool IsJudged(const wire_header& header) {
  return std::any_of(std::begin(header.survivors), std::end(header.survivors),
                     [](uint64_t word) { return word != ~uint64_t{0}; });
}

bool Survives(uint16_t term, const wire_header& header) {
  return (header.survivors[term / 64] >> term % 64 & 1) != 0;
}

// Fewer rules are evaluated sooner than found by their values.
constexpr size_t kFewRules = 8;

}  // namespace

Matcher::Matcher(std::shared_ptr<const Program> program)
    : Matcher(program, MakeGuesses(*program)) {}

Matcher::Matcher(std::shared_ptr<const Program> program, const std::vector<Guess>& guesses)
    : program_(std::move(program)), plan_(*program_, guesses), index_(*program_, plan_, guesses) {
  const size_t rule_count = program_->rules.size();
  node_memos_.resize(plan_.nodes().size());
  predicate_memos_.resize(program_->predicates.size());
  fetched_.resize(plan_.fields().size());
  values_.resize(plan_.fields().size());
  rules_.resize(rule_count);
  costs_.resize(rule_count);
  matched_.reserve(rule_count);
}

void Matcher::SetSurvivorRules(uint32_t generation, EventKind kind,
                               std::vector<std::vector<uint32_t>> rules_by_term) {
  if (generation != generation_) terms_ = {};
  generation_ = generation;
  std::vector<std::vector<uint16_t>> terms_of(program_->rules.size());
  for (size_t term = 0; term < rules_by_term.size(); ++term) {
    std::vector<uint32_t>& rules = rules_by_term[term];
    const auto not_of_kind = [&](uint32_t rule) {
      CHECK_LT(rule, program_->rules.size());
      return (program_->rules[rule].kinds & KindBit(kind)) == 0;
    };
    rules.erase(std::remove_if(rules.begin(), rules.end(), not_of_kind), rules.end());
    for (const uint32_t rule : rules) terms_of[rule].push_back(static_cast<uint16_t>(term));
  }
  Terms terms;
  terms.rules = std::move(rules_by_term);
  for (const std::vector<uint16_t>& of_rule : terms_of) {
    terms.firsts.push_back(static_cast<uint32_t>(terms.terms.size()));
    terms.terms.insert(terms.terms.end(), of_rule.begin(), of_rule.end());
  }
  terms.firsts.push_back(static_cast<uint32_t>(terms.terms.size()));
  terms_[kind] = std::move(terms);
}

absl::Span<const uint32_t> Matcher::Match(const Event& event, absl::Span<const uint8_t> resting) {
  ++round_;
  CHECK(resting.empty() || resting.size() == rules_.size());
  resting_ = resting;
  places_ = 0;
  matched_.clear();
  if (index_.ForKind(event.view.kind()).IsEmpty()) return matched_;
  const Terms* terms = JudgedTerms(event.view.header());
  if (terms == nullptr || !ConsiderFewSurvivors(event, *terms)) ConsiderIndexed(event, terms);
  std::sort(matched_.begin(), matched_.end());
  return matched_;
}

// Null if every rule may hold. A survivor of which nothing is known is no reason to skip a rule.
const Matcher::Terms* Matcher::JudgedTerms(const wire_header& header) const {
  if (generation_ == 0 || header.generation != generation_ || !IsJudged(header)) return nullptr;
  const Terms& terms = terms_[header.kind];
  for (size_t word = 0; word < WIRE_SURVIVOR_WORDS; ++word) {
    if (header.survivors[word] == 0) continue;
    const auto width = static_cast<size_t>(absl::bit_width(header.survivors[word]));
    if (word * 64 + width > terms.rules.size()) return nullptr;
  }
  return &terms;
}

bool Matcher::ConsiderFewSurvivors(const Event& event, const Terms& terms) {
  const wire_header& header = event.view.header();
  const auto for_each_term = [&](auto each) {
    for (size_t word = 0; word < WIRE_SURVIVOR_WORDS; ++word) {
      for (uint64_t bits = header.survivors[word]; bits != 0; bits &= bits - 1) {
        if (!each(terms.rules[word * 64 + static_cast<size_t>(absl::countr_zero(bits))])) return;
      }
    }
  };
  size_t count = 0;
  for_each_term([&](const std::vector<uint32_t>& rules) {
    count += rules.size();
    return count <= kFewRules;
  });
  if (count > kFewRules) return false;
  for_each_term([&](const std::vector<uint32_t>& rules) {
    for (const uint32_t rule : rules) Consider(event, rule);
    return true;
  });
  return true;
}

void Matcher::ConsiderIndexed(const Event& event, const Terms* terms) {
  const wire_header& header = event.view.header();
  const auto consider = [&](absl::Span<const uint32_t> rules) {
    for (const uint32_t rule : rules) {
      const auto survives = [&](uint16_t term) { return Survives(term, header); };
      if (terms != nullptr &&
          std::none_of(terms->terms.begin() + terms->firsts[rule],
                       terms->terms.begin() + terms->firsts[rule + 1], survives)) {
        continue;
      }
      Consider(event, rule);
    }
  };
  const RuleIndex::KindIndex& index = index_.ForKind(event.view.kind());
  for (const RuleIndex::FieldIndex& field : index.fields) {
    for (const Value& value : Fetch(event, field.slot)) field.values.ForEach(value, consider);
  }
  consider(index.always);
}

void Matcher::Consider(const Event& event, uint32_t rule) {
  if (!resting_.empty() && resting_[rule] != 0) return;
  RuleState& state = rules_[rule];
  if (std::exchange(state.round, round_) == round_) return;
  ++counts_.rules;
  ++state.evaluations;
  const bool sampled = round_ % kSampleEvery == 0;
  const bool holds =
      sampled ? EvaluateTimed(event, rule) : Evaluate(event, plan_.ConditionOf(rule));
  if (holds) matched_.push_back(rule);
}

bool Matcher::EvaluateTimed(const Event& event, uint32_t rule) {
  const auto before = std::chrono::steady_clock::now();
  const bool holds = Evaluate(event, plan_.ConditionOf(rule));
  costs_[rule] += absl::FromChrono(std::chrono::steady_clock::now() - before);
  return holds;
}

bool Matcher::Evaluate(const Event& event, uint32_t node) {
  const Plan::PlanNode& at = plan_.nodes()[node];
  if (at.kind == Node::Kind::kPredicate) return EvaluatePredicate(event, at.first);
  Memo& memo = node_memos_[node];
  if (memo >> 1 != round_) {
    const bool holds = EvaluateNode(event, at);
    memo = round_ * 2 + (holds ? 1 : 0);
  }
  return (memo & 1) != 0;
}

bool Matcher::EvaluateNode(const Event& event, const Plan::PlanNode& node) {
  const absl::Span<const uint32_t> children = plan_.ChildrenOf(node);
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
    const Predicate& comparison = program_->predicates[predicate];
    const bool holds = comparison.IsPlain()
                           ? Holds(comparison, Fetch(event, plan_.SlotOf(predicate)))
                           : HoldsFor(event, comparison);
    memo = round_ * 2 + (holds ? 1 : 0);
  }
  return (memo & 1) != 0;
}

const Values& Matcher::Fetch(const Event& event, uint32_t slot) {
  Fetched& fetched = fetched_[slot];
  if (fetched.round != round_) {
    fetched = {round_, places_++};
    GetField(event, plan_.fields()[slot], values_[fetched.place]);
  }
  return values_[fetched.place];
}

}  // namespace vedette
