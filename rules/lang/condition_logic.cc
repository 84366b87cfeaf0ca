// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/condition_logic.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/lang/known_values.h"
#include "rules/lang/operators.h"

namespace vedette {
namespace {

constexpr size_t kStepsMax = 20'000;        // Of one search.
constexpr size_t kStepsAllMax = 3'000'000;  // Of all conditions together.
constexpr int kBranchesMax = 300;           // Inside one another.
constexpr int kPartDepthMax = 300;
constexpr size_t kFactsMax = 200;  // About one field.

}  // namespace

ConditionLogic::ConditionLogic(const std::vector<Predicate>& predicates, FindMacroExpr find)
    : predicates_(predicates), find_(std::move(find)) {
  for (const Predicate& predicate : predicates) possible_.push_back(PossibleWays(predicate));
}

const ConditionLogic::Cell* ConditionLogic::Push(Goal goal, const Cell* next) {
  return &cells_.emplace_back(Cell{goal, next});
}

// Null for the parts of a comparison with a modifier.
const Possible* ConditionLogic::PossibleOf(const Predicate& predicate) const {
  const auto index = static_cast<size_t>(&predicate - predicates_.data());
  return index < predicates_.size() ? &possible_[index] : nullptr;
}

bool ConditionLogic::CanBe(const Expr& expr, bool holds) {
  cells_.clear();
  steps_ = 0;
  ways_ = AllWays();
  facts_.clear();
  assumed_.clear();
  wanted_.clear();
  fields_.clear();
  opposites_ = events_ = false;
  if (steps_all_ > kStepsAllMax) return true;
  return Search(Push({&expr, nullptr, holds}, nullptr), nullptr, 0);
}

void ConditionLogic::Undo(size_t facts) {
  while (facts_.size() > facts) {
    assumed_.erase(facts_.back().predicate);
    if (!facts_.back().field.empty()) wanted_[facts_.back().field].pop_back();
    facts_.pop_back();
  }
}

// What must be comes first, then one choice after the other. True also if it gives up.
bool ConditionLogic::Search(const Cell* goals, const Cell* choices, int depth) {
  const size_t facts = facts_.size();
  const Ways ways = ways_;
  while (goals != nullptr) {
    ++steps_all_;
    if (++steps_ > kStepsMax || depth > kBranchesMax) return true;
    const Goal goal = goals->goal;
    goals = goals->next;
    if (Take(goal, goals, choices)) continue;
    Undo(facts);
    ways_ = ways;
    return false;
  }
  if (choices == nullptr) return true;
  const Goal choice = choices->goal;
  const Cell* alternatives = nullptr;
  if (choice.predicate != nullptr) {
    for (const Predicate& part : choice.predicate->parts) {
      alternatives = Push({nullptr, &part, true}, alternatives);
    }
  } else {
    const auto* any = std::get_if<Or>(&choice.expr->node);
    const auto& children =
        any != nullptr ? any->children : std::get<And>(choice.expr->node).children;
    for (auto child = children.rbegin(); child != children.rend(); ++child) {
      alternatives = Push({child->get(), nullptr, choice.holds}, alternatives);
    }
  }
  for (; alternatives != nullptr; alternatives = alternatives->next) {
    if (Search(Push(alternatives->goal, nullptr), choices->next, depth + 1)) return true;
  }
  Undo(facts);
  ways_ = ways;
  return false;
}

bool ConditionLogic::Take(const Goal& goal, const Cell*& goals, const Cell*& choices) {
  if (goal.predicate != nullptr) return Assume(*goal.predicate, goal.holds);
  return TakeExpr(goal, goals, choices);
}

bool ConditionLogic::TakeExpr(const Goal& goal, const Cell*& goals, const Cell*& choices) {
  const auto& node = goal.expr->node;
  if (const auto* compare = std::get_if<Compare>(&node)) {
    const Predicate& predicate = predicates_[*compare->predicate];
    return Assume(predicate, goal.holds) && TakeParts(predicate, goal.holds, goals, choices);
  }
  if (const auto* macro = std::get_if<MacroName>(&node)) {
    goals = Push({find_(macro->name), nullptr, goal.holds}, goals);
    return true;
  }
  if (const auto* negation = std::get_if<Not>(&node)) {
    goals = Push({negation->child.get(), nullptr, !goal.holds}, goals);
    return true;
  }
  const auto* all = std::get_if<And>(&node);
  if ((all != nullptr) != goal.holds) {
    choices = Push(goal, choices);
    return true;
  }
  for (const ExprPtr& child : all != nullptr ? all->children : std::get<Or>(node).children) {
    goals = Push({child.get(), nullptr, goal.holds}, goals);
    ++steps_;
  }
  return true;
}

// With a value, `anyof` is an `or` of the comparisons with each item, and `allof` an `and`. That
// there is none can make all of them fail, which no part says: an opposite is not taken apart into
// choices.
bool ConditionLogic::TakeParts(const Predicate& predicate, bool holds, const Cell*& goals,
                               const Cell*& choices) {
  if (predicate.modifier == Modifier::kNone || predicate.parts.empty()) return true;
  if (predicate.right != nullptr) return true;
  const bool all = predicate.modifier == Modifier::kAllOf;
  if (holds && !all) {
    choices = Push({nullptr, &predicate, true}, choices);
  } else if (holds == all && predicate.modifier != Modifier::kOneOf) {
    for (const Predicate& part : predicate.parts) goals = Push({nullptr, &part, holds}, goals);
  }
  return true;
}

// What is said elsewhere: a comparison that never holds by itself.
bool ConditionLogic::IsFree(const Predicate& predicate, bool holds) const {
  if (!lenient_ || !holds) return false;
  const Wanted alone{&predicate, true};
  return !CanComeTrue({&alone, 1});
}

// Comparisons that are constants by themselves are what somebody meant, or have been warned of;
// those with an event that nothing supplies are none in truth.
bool ConditionLogic::AssumeEvents(const Predicate& predicate, bool holds) {
  const Possible* possible = PossibleOf(predicate);
  if (possible == nullptr) return true;
  const Ways& left = holds ? possible->holds : possible->fails;
  if (left.none()) return true;
  ways_ &= left;
  events_ = events_ || ways_.none();
  return ways_.any();
}

// The field that it says something about; none if it is one of which nothing is known.
std::string ConditionLogic::FieldOf(const Predicate& predicate) const {
  if (predicate.right != nullptr || predicate.modifier != Modifier::kNone) return "";
  if (predicate.left != nullptr) return predicate.text.substr(0, predicate.left_size);
  if (predicate.op->takes_value && predicate.literals.empty()) return "";  // An empty list.
  const FieldRef& ref = predicate.field;
  const Possible* possible = PossibleOf(predicate);
  const bool never = possible != nullptr && possible->holds.none();
  const bool always = possible != nullptr && possible->fails.none();
  const bool meant = ref.field().supplied && !HasKnownValues(ref.field().name);
  if (always || (never && meant)) return "";
  if (ref.argument.empty()) return std::string(ref.field().name);
  return absl::StrCat(ref.field().name, "[", ref.argument, "]");
}

bool ConditionLogic::Assume(const Predicate& predicate, bool holds) {
  const auto known = assumed_.find(&predicate);
  if (known != assumed_.end()) {
    opposites_ = opposites_ || known->second != holds;
    return known->second == holds;
  }
  if (!AssumeEvents(predicate, holds)) return false;
  const std::string field = FieldOf(predicate);
  if (!field.empty() && IsFree(predicate, holds)) return true;
  assumed_.emplace(&predicate, holds);
  facts_.push_back({&predicate, field});
  return field.empty() || AssumeValue(predicate, field, holds);
}

bool ConditionLogic::AssumeValue(const Predicate& predicate, const std::string& field, bool holds) {
  std::vector<Wanted>& wanted = wanted_[field];
  wanted.push_back({&predicate, holds});
  if (wanted.size() > kFactsMax) return true;
  steps_ += wanted.size();
  steps_all_ += wanted.size();
  if (CanComeTrue(wanted)) return true;
  fields_.insert(field);
  return false;
}

std::string ConditionLogic::Why() const {
  if (fields_.size() == 1 && !opposites_ && !events_) {
    return absl::StrCat("no value of ", *fields_.begin(), " is all of this");
  }
  if (fields_.empty() && !opposites_) return "its parts are about different events";
  if (fields_.empty() && !events_) return "it has a comparison and its opposite";
  return "its parts exclude one another";
}

// True if a part of it has been found. Inner parts come first: an outer one is what it is because
// of them.
bool ConditionLogic::ExamineParts(const Expr& expr, int depth, std::vector<Part>& parts) {
  if (depth > kPartDepthMax) return false;
  const auto* all = std::get_if<And>(&expr.node);
  const auto* any = std::get_if<Or>(&expr.node);
  if (const auto* negation = std::get_if<Not>(&expr.node)) {
    return ExamineParts(*negation->child, depth + 1, parts);
  }
  if (all == nullptr && any == nullptr) return false;
  bool found = false;
  for (const ExprPtr& child : all != nullptr ? all->children : any->children) {
    found = ExamineParts(*child, depth + 1, parts) || found;
  }
  if (found || CanBe(expr, all != nullptr)) return found;
  parts.push_back({&expr, any != nullptr, any != nullptr ? "" : Why()});
  return true;
}

ConditionLogic::Findings ConditionLogic::Examine(const Expr& expr) {
  Findings findings;
  lenient_ = true;
  ExamineParts(expr, 0, findings.parts);
  lenient_ = false;
  findings.never = !CanBe(expr, true);
  if (findings.never) findings.why = Why();
  findings.always = !findings.never && !CanBe(expr, false);
  return findings;
}

}  // namespace vedette
