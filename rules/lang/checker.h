// SPDX-License-Identifier: Apache-2.0
//
// From comparisons as they are written to predicates: fields, operators, values and their types.
#ifndef VEDETTE_RULES_LANG_CHECKER_H_
#define VEDETTE_RULES_LANG_CHECKER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "rules/lang/ast.h"
#include "rules/lang/program.h"
#include "rules/lang/reporter.h"
#include "rules/lang/source_map.h"

namespace vedette {

class Checker {
 public:
  // `regex_budget`: how many instructions all regular expressions together may have.
  Checker(Reporter& reporter, std::vector<absl::string_view> list_names, size_t regex_budget)
      : reporter_(reporter), list_names_(std::move(list_names)), regex_budget_(regex_budget) {}

  // Checks every comparison of the condition, which was parsed from `text`, and notes its predicate
  // in it. Leaves macros alone. All problems, not only the first.
  std::vector<Problem> Check(Expr& expr, const MappedText& text);

  // Each distinct predicate once; Compare::predicate is the index.
  std::vector<Predicate>& predicates() { return predicates_; }

 private:
  struct Found {
    std::string message;
    std::string hint;
    bool unknown_name = false;
  };

  // A comparison while it is checked: its predicate, and its left side's canonical text.
  struct Sides {
    Predicate predicate;
    std::string left;
  };

  void CheckCompare(Expr& expr, Compare& compare);
  bool ReadLeft(const Compare& compare, Sides& sides);
  bool CheckOperator(const Compare& compare, const Sides& sides);
  bool ReadRight(const Compare& compare, Sides& sides);
  bool ReadRightCall(const Call& call, const Compare& compare, Sides& sides);
  bool ReadConstants(const std::vector<Constant>& constants, Sides& sides);
  bool ReadConstant(const Constant& constant, const Sides& sides, Predicate& predicate);
  bool ReadValue(const Constant& constant, const Sides& sides, Literal& literal);
  bool CheckKnownValue(const Constant& constant, const Sides& sides);
  std::string HintOfKnownValues(absl::string_view text, const std::string& field);
  bool CheckPattern(const Constant& constant, const Operator& op);
  bool CompilePatterns(const Compare& compare, Predicate& predicate);
  bool CompilePattern(const Constant& constant, Predicate& predicate);
  bool IsEmptyAsWritten(const Expr& expr) const;
  // Says so if the comparison can never hold.
  bool WarnIfNever(const Expr& expr, const Sides& sides);
  bool Report(TextRange range, Found found);
  void Warn(TextRange range, std::string message, std::string hint);

  Reporter& reporter_;
  std::vector<absl::string_view> list_names_;
  size_t regex_budget_;
  std::vector<Predicate> predicates_;
  absl::flat_hash_map<std::string, uint32_t> by_text_;
  absl::flat_hash_set<uint32_t> never_;  // Predicates that never hold.
  // Of the condition that is being checked.
  const MappedText* text_ = nullptr;
  std::vector<Problem> problems_;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_CHECKER_H_
