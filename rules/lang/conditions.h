// SPDX-License-Identifier: Apache-2.0
//
// The conditions of macros and rules: lists put in, parsed, checked, their macros found and
// measured.
#ifndef VEDETTE_RULES_LANG_CONDITIONS_H_
#define VEDETTE_RULES_LANG_CONDITIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "rules/lang/ast.h"
#include "rules/lang/checker.h"
#include "rules/lang/compiler.h"
#include "rules/lang/entry.h"
#include "rules/lang/lists.h"
#include "rules/lang/rule_file.h"
#include "rules/lang/unsupplied.h"

namespace vedette {

struct CheckedCondition {
  ExprPtr expr;     // Null if it could not be parsed.
  MappedText text;  // What it was parsed from.
  std::vector<Problem> problems;
  std::vector<size_t> macros;                 // Which it names, as indices; each once.
  UnsuppliedNames unsupplied;                 // What it and its macros name.
  std::optional<TextRange> first_unsupplied;  // Of its own text.
  ExprSize size;
};

struct CheckedRule {
  CheckedCondition condition;
  std::vector<OutputPart> output;
  bool dropped = false;  // Not to be compiled: skipped or wrong, which has been said.
};

// Everything it is given outlives it.
class Conditions {
 public:
  // Parses and checks all macros.
  Conditions(const Definitions<MacroDefinition>& macros, const Lists& lists, Checker& checker,
             Budget& budget, Reporter& reporter);

  // Reports what is wrong with the rule, apart from its macros.
  CheckedRule CheckRule(const RuleDefinition& rule);
  // What a text that could not be read names is used all the same.
  void MarkNamed(absl::string_view unread);
  // Behind all rules: whether an unknown field in a macro is an error depends on who uses it.
  void ReportMacros();
  const Expr* FindExpr(absl::string_view macro) const;
  // The condition of a macro that can be compiled, or null.
  const CheckedCondition* FindSound(size_t macro) const {
    const Macro& found = macros_[macro];
    return found.broken || found.condition.expr == nullptr ? nullptr : &found.condition;
  }
  // Behind all rules: by a rule, or by a macro that a rule uses.
  bool IsUsed(size_t macro) const {
    return macros_[macro].used_strictly || macros_[macro].used_loosely;
  }

 private:
  enum class State : uint8_t { kNew, kOpen, kDone };
  struct Macro {
    CheckedCondition condition;
    std::vector<size_t> named;  // All macros that it names, also those that it may not use.
    State state = State::kNew;
    bool unknown = false;  // It or a macro in it names a field that there is not.
    bool broken = false;   // It or a macro in it cannot be compiled.
    bool used_strictly = false;
    bool used_loosely = false;  // By rules that may be skipped.
  };

  CheckedCondition Parse(const MappedText& condition, const Place& owner);
  void FindNamed(Macro& macro);
  // `user`: the macro whose condition it is, or null for a rule's.
  std::string MacroHint(absl::string_view name);
  void FindMacros(CheckedCondition& condition, const DefinitionOrder& order, const Macro* user);
  void RefuseLater(CheckedCondition& condition, TextRange range, size_t macro, const Macro* user);
  void Resolve(size_t macro, int depth);
  // "a -> b -> a" if the first macro names itself by way of the second, else nothing.
  std::string CircleThrough(size_t first, size_t second);
  std::string Circle(size_t macro);  // ": a -> b -> a", or nothing.
  // Sums up what the macros in it are. False if one is broken.
  bool Close(CheckedCondition& condition, const Place& owner, bool& unknown);
  void MarkUsed(const std::vector<size_t>& macros, bool strictly);
  void WarnOfUnsupplied(const RuleDefinition& rule, const CheckedRule& checked);
  void Complain(CheckedCondition& condition, TextRange range, std::string message,
                std::string hint);

  const Definitions<MacroDefinition>& definitions_;
  const Lists& lists_;
  Checker& checker_;
  Budget& budget_;
  Reporter& reporter_;
  std::vector<absl::string_view> names_;  // Of the macros.
  std::vector<Macro> macros_;             // Parallel to definitions_.all.
  std::vector<std::string> unread_;       // Conditions that could not be parsed.
  size_t circle_steps_left_ = 1'000'000;  // Looking for circles costs time.
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_CONDITIONS_H_
