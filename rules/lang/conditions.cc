// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/conditions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
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
    FindMacros(macro.condition, definition.order, /*is_rule=*/false);
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

void Conditions::FindMacros(CheckedCondition& condition, const DefinitionOrder& order,
                            bool is_rule) {
  if (condition.expr == nullptr) return;
  for (const Use& use : UsesIn(*condition.expr)) {
    const auto found = definitions_.by_name.find(use.name);
    if (found == definitions_.by_name.end()) {
      Complain(condition, use.range, absl::StrCat("unknown macro \"", use.name, "\""),
               lists_.Has(use.name) ? "a list of this name exists: write `field in (list)`"
                                    : reporter_.DidYouMean(use.name, names_));
      continue;
    }
    const DefinitionOrder& defined = definitions_.all[found->second].order;
    if (is_rule ? defined.first_file > order.changed_file : defined.first >= order.changed) {
      Complain(condition, use.range,
               absl::StrCat("the macro \"", use.name, "\" is defined ",
                            is_rule ? "only in a later file" : "only later"),
               is_rule ? "load that file first"
                       : "a macro can use those defined before it: move it down");
      continue;
    }
    condition.macros.push_back(found->second);
  }
  std::sort(condition.macros.begin(), condition.macros.end());
  condition.macros.erase(std::unique(condition.macros.begin(), condition.macros.end()),
                         condition.macros.end());
}

// Most macros only use earlier ones, which are done; redefined ones may go round in circles.
void Conditions::Resolve(size_t index, int depth) {
  Macro& macro = macros_[index];
  const MacroDefinition& definition = definitions_.all[index];
  if (macro.state == State::kDone) return;
  if (macro.state == State::kOpen || depth > kDepthMax) {
    macro.broken = true;
    const char* const what =
        depth > kDepthMax ? "uses too many macros inside one another" : "uses itself";
    reporter_.Error(definition.place, absl::StrCat("the macro \"", definition.name, "\" ", what));
    return;
  }
  macro.state = State::kOpen;
  for (const size_t inner : macro.condition.macros) Resolve(inner, depth + 1);
  if (!Close(macro.condition, definition.place, macro.unknown)) macro.broken = true;
  if (definition.broken) macro.broken = true;
  macro.state = State::kDone;
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
    FindMacros(condition, rule.order, /*is_rule=*/true);
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

void Conditions::ReportMacros() {
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
