// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/conditions.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/lang/exceptions.h"
#include "rules/lang/output.h"
#include "rules/lang/parser.h"

namespace vedette {
namespace {

// The macros that a condition names, with their ranges.
struct Use {
  std::string name;
  TextRange range;
};
std::vector<Use> UsesIn(const Expr& expr) {
  std::vector<Use> uses;
  std::vector<const Expr*> pending = {&expr};
  while (!pending.empty()) {
    const Expr& next = *pending.back();
    pending.pop_back();
    if (const auto* macro = std::get_if<MacroName>(&next.node)) {
      uses.push_back({macro->name, next.range});
    }
    if (const auto* n = std::get_if<Not>(&next.node)) pending.push_back(n->child.get());
    const auto push_all = [&](const std::vector<ExprPtr>& children) {
      for (const ExprPtr& child : children) pending.push_back(child.get());
    };
    if (const auto* all = std::get_if<And>(&next.node)) push_all(all->children);
    if (const auto* any = std::get_if<Or>(&next.node)) push_all(any->children);
  }
  return uses;
}

// Each once.
void SortOut(std::vector<size_t>& indices) {
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
}

// The part of a syntax error that a list brought in is not where the condition is.
bool ComesFromList(const MappedText& condition, const Place& place) {
  if (condition.empty()) return false;
  const Place all = condition.At({0, condition.text().size()});
  return place.file != all.file || place.begin < all.begin || place.begin > all.end;
}

}  // namespace

Conditions::Conditions(const Definitions<MacroDefinition>& macros, const Lists& lists,
                       Checker& checker, Budget& budget, Reporter& reporter)
    : definitions_(macros),
      lists_(lists),
      checker_(checker),
      budget_(budget),
      reporter_(reporter),
      macros_(macros.all.size()) {
  for (const MacroDefinition& macro : macros.all) names_.push_back(macro.name);
  for (size_t i = 0; i < macros_.size(); ++i) {
    const MacroDefinition& definition = definitions_.all[i];
    Macro& macro = macros_[i];
    if (definition.broken) continue;
    macro.condition = Parse(definition.condition, definition.place);
    FindNamed(macro);
  }
  for (size_t i = 0; i < macros_.size(); ++i) {
    FindMacros(macros_[i].condition, definitions_.all[i].order, &macros_[i]);
  }
  for (size_t i = 0; i < macros_.size(); ++i) Resolve(i, 0);
}

void Conditions::Complain(CheckedCondition& condition, TextRange range, std::string message,
                          std::string hint) {
  reporter_.Note(condition.problems, condition.text.At(range), std::move(message), std::move(hint));
}

CheckedCondition Conditions::Parse(const MappedText& source, const Place& owner) {
  CheckedCondition condition;
  if (!lists_.Substitute(source, condition.text)) {
    reporter_.Note(condition.problems, owner,
                   "with this condition the rules grow out of proportion",
                   "large lists are used too often");
    return condition;
  }
  ParsedCondition parsed = ParseCondition(condition.text.text());
  if (parsed.error) {
    unread_.push_back(condition.text.text());
    SyntaxError& error = *parsed.error;
    if (error.hint.empty() && ComesFromList(source, condition.text.At(error.range))) {
      error.hint =
          "an item of a list with blanks, commas or parentheses needs quotes of its "
          "own: '\"a b\"'";
    }
    Complain(condition, error.range, std::move(error.message), std::move(error.hint));
    return condition;
  }
  condition.expr = std::move(parsed.expr);
  condition.problems = checker_.Check(*condition.expr, condition.text);
  for (const Unsupplied& each : UnsuppliedIn(*condition.expr)) {
    if (condition.unsupplied.empty()) condition.first_unsupplied = each.range;
    condition.unsupplied.Add(each.name);
  }
  return condition;
}

void Conditions::FindNamed(Macro& macro) {
  if (macro.condition.expr == nullptr) return;
  for (const Use& use : UsesIn(*macro.condition.expr)) {
    const auto found = definitions_.by_name.find(use.name);
    if (found != definitions_.by_name.end()) macro.named.push_back(found->second);
  }
  SortOut(macro.named);
}

std::string Conditions::MacroHint(absl::string_view name) {
  const std::string near = reporter_.DidYouMean(name, names_);
  return near.empty() ? "`- macro: NAME` defines one, in this file or one that is read before: "
                        "of a file that uses those of others, name the folder of all"
                      : near;
}

void Conditions::FindMacros(CheckedCondition& condition, const DefinitionOrder& order,
                            const Macro* user) {
  if (condition.expr == nullptr) return;
  for (const Use& use : UsesIn(*condition.expr)) {
    const auto found = definitions_.by_name.find(use.name);
    if (found == definitions_.by_name.end()) {
      Complain(condition, use.range, absl::StrCat("unknown macro \"", use.name, "\""),
               lists_.Has(use.name) ? "a list of this name exists: write `field in (list)`"
                                    : MacroHint(use.name));
      continue;
    }
    const DefinitionOrder& defined = definitions_.all[found->second].order;
    if (user == nullptr ? defined.first_file > order.changed_file
                        : defined.first >= order.changed) {
      RefuseLater(condition, use.range, found->second, user);
      continue;
    }
    condition.macros.push_back(found->second);
  }
  SortOut(condition.macros);
}

void Conditions::RefuseLater(CheckedCondition& condition, TextRange range, size_t macro,
                             const Macro* user) {
  const std::string& name = definitions_.all[macro].name;
  if (user == nullptr) {
    return Complain(condition, range,
                    absl::StrCat("the macro \"", name, "\" is defined only in a later file"),
                    "load that file first");
  }
  const auto index = static_cast<size_t>(user - macros_.data());
  const std::string circle = CircleThrough(index, macro);
  if (circle.empty()) {
    return Complain(condition, range,
                    absl::StrCat("the macro \"", name, "\" is defined only later"),
                    "a macro can use those defined before it: move it down");
  }
  Complain(condition, range,
           absl::StrCat("the macro \"", definitions_.all[index].name, "\" uses itself: ", circle),
           "macros cannot go round in a circle");
}

std::string Conditions::CircleThrough(size_t first, size_t second) {
  // From where each was reached; the way back from `first` is the circle.
  absl::flat_hash_map<size_t, size_t> from = {{second, first}};
  std::vector<size_t> pending = {second};
  for (size_t i = 0; i < pending.size() && !from.contains(first); ++i) {
    for (const size_t next : macros_[pending[i]].named) {
      if (circle_steps_left_ == 0) return "";
      --circle_steps_left_;
      if (from.emplace(next, pending[i]).second) pending.push_back(next);
    }
  }
  if (second != first && !from.contains(first)) return "";
  std::vector<absl::string_view> names = {definitions_.all[first].name};
  for (size_t at = first; at != second || names.size() == 1;) {
    at = second == first ? first : from[at];
    names.push_back(definitions_.all[at].name);
  }
  if (second != first) names.push_back(definitions_.all[first].name);
  std::reverse(names.begin(), names.end());
  constexpr size_t kShownMax = 10;
  if (names.size() > kShownMax) {
    names.erase(names.begin() + kShownMax - 1, names.end() - 1);
    names.insert(names.end() - 1, "...");
  }
  return absl::StrJoin(names, " -> ");
}

// Most macros only use earlier ones, which are done; redefined ones may go round in circles.
void Conditions::Resolve(size_t index, int depth) {
  Macro& macro = macros_[index];
  const MacroDefinition& definition = definitions_.all[index];
  if (macro.state == State::kDone) return;
  if (macro.state == State::kOpen || depth > kDepthMax) {
    macro.broken = true;
    std::string what = "uses too many macros inside one another";
    if (macro.state == State::kOpen) what = absl::StrCat("uses itself", Circle(index));
    reporter_.Error(definition.place, absl::StrCat("the macro \"", definition.name, "\" ", what));
    return;
  }
  macro.state = State::kOpen;
  for (const size_t inner : macro.condition.macros) Resolve(inner, depth + 1);
  if (!Close(macro.condition, definition.place, macro.unknown)) macro.broken = true;
  if (definition.broken) macro.broken = true;
  macro.state = State::kDone;
}

std::string Conditions::Circle(size_t index) {
  for (const size_t named : macros_[index].named) {
    const std::string circle = CircleThrough(index, named);
    if (!circle.empty()) return absl::StrCat(": ", circle);
  }
  return "";
}

bool Conditions::Close(CheckedCondition& condition, const Place& owner, bool& unknown) {
  unknown = HasUnknownNames(condition.problems);
  bool good = condition.expr != nullptr;
  for (const size_t inner : condition.macros) {
    unknown = unknown || macros_[inner].unknown;
    condition.unsupplied.AddAll(macros_[inner].condition.unsupplied);
    good = good && !macros_[inner].broken && macros_[inner].state == State::kDone;
  }
  if (!good) return false;
  condition.size = Measure(*condition.expr, [this](absl::string_view name) {
    const auto found = definitions_.by_name.find(name);
    return found == definitions_.by_name.end() ? nullptr : &macros_[found->second].condition.size;
  });
  const ExprSize& size = condition.size;
  const bool small = size.nodes <= kConditionNodesMax && size.bytes <= kConditionBytesMax;
  if (small && size.depth <= kExprDepthMax) return !HasErrors(condition.problems);
  reporter_.Note(condition.problems, owner,
                 small ? "with its macros the condition is nested too deeply"
                       : "with its macros the condition is too large");
  return false;
}

void Conditions::MarkUsed(const std::vector<size_t>& macros, bool strictly) {
  std::vector<size_t> pending = macros;
  while (!pending.empty()) {
    Macro& macro = macros_[pending.back()];
    pending.pop_back();
    bool& used = strictly ? macro.used_strictly : macro.used_loosely;
    if (std::exchange(used, true)) continue;
    pending.insert(pending.end(), macro.condition.macros.begin(), macro.condition.macros.end());
  }
}

CheckedRule Conditions::CheckRule(const RuleDefinition& rule) {
  CheckedRule checked;
  CheckedCondition& condition = checked.condition;
  const bool has_condition = !rule.condition.empty() || !rule.broken;
  if (has_condition) {
    condition =
        Parse(rule.exceptions.empty() ? rule.condition : WithExceptions(rule, budget_, reporter_),
              rule.place);
    FindMacros(condition, rule.order, nullptr);
  }
  MarkUsed(condition.macros, !rule.skip_if_unknown && !rule.foreign);
  if (rule.foreign) {
    checked.dropped = true;
    return checked;
  }
  checked.output = ParseOutput(rule.output, reporter_, condition.problems);
  bool unknown = false;
  const bool good = has_condition && Close(condition, rule.place, unknown);
  unknown = unknown || HasUnknownNames(condition.problems);
  checked.dropped = !good || rule.broken || (rule.skip_if_unknown && unknown);
  if (!checked.dropped && !budget_.Spend(condition.size.bytes)) {
    checked.dropped = true;
    reporter_.Error(rule.place, "with this rule the rules grow out of proportion");
  }
  for (Problem& problem : condition.problems) {
    if (problem.unknown_name && rule.skip_if_unknown) {
      problem.diagnostic.severity = Severity::kWarning;
    }
    reporter_.Add(std::move(problem.diagnostic));
  }
  if (!checked.dropped) WarnOfUnsupplied(rule, checked);
  if (rule.skip_if_unknown && unknown) {
    reporter_.Warning(rule.place, absl::StrCat("the rule \"", rule.name,
                                               "\" is skipped: it names what is unknown"));
  }
  return checked;
}

// One for each rule, however much it is.
void Conditions::WarnOfUnsupplied(const RuleDefinition& rule, const CheckedRule& checked) {
  const CheckedCondition& condition = checked.condition;
  UnsuppliedNames names = condition.unsupplied;
  const bool compared = !names.empty();
  names.AddFieldsOf(checked.output);
  if (names.empty()) return;
  reporter_.Warning(
      condition.first_unsupplied ? condition.text.At(*condition.first_unsupplied) : rule.place,
      absl::StrCat("nothing supplies ", names.ToText(), " yet"),
      compared ? "a comparison with what has no value never holds" : "it is printed as <NA>");
}

void Conditions::MarkNamed(absl::string_view unread) {
  for (const absl::string_view word : WordsIn(unread)) {
    lists_.MarkUsed(word);
    const auto found = definitions_.by_name.find(word);
    if (found != definitions_.by_name.end()) MarkUsed({found->second}, /*strictly=*/true);
  }
}

void Conditions::ReportMacros() {
  for (const std::string& text : unread_) MarkNamed(text);
  for (Macro& macro : macros_) {
    const bool loose = macro.used_loosely && !macro.used_strictly;
    for (Problem& problem : macro.condition.problems) {
      if (problem.unknown_name && loose) problem.diagnostic.severity = Severity::kWarning;
      reporter_.Add(std::move(problem.diagnostic));
    }
  }
}

const Expr* Conditions::FindExpr(absl::string_view macro) const {
  const auto found = definitions_.by_name.find(macro);
  return found == definitions_.by_name.end() ? nullptr
                                             : macros_[found->second].condition.expr.get();
}

}  // namespace vedette
