// SPDX-License-Identifier: Apache-2.0
//
// From comparisons as they are written to predicates: fields, operators, values and their types.
#ifndef VEDETTE_RULES_LANG_CHECKER_H_
#define VEDETTE_RULES_LANG_CHECKER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
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

  void CheckCompare(Compare& compare);
  bool CheckSupported(const Compare& compare);
  bool CheckOperator(const Compare& compare, const Field& field, const Operator& op);
  bool ReadRight(const Compare& compare, const Field& field, Predicate& predicate);
  bool ReadConstant(const Constant& constant, const Field& field, Predicate& predicate);
  bool CheckKnownValue(const Constant& constant, const Field& field, const Operator& op);
  bool CheckPattern(const Constant& constant, const Operator& op);
  bool CompilePattern(const Compare& compare, Predicate& predicate);
  bool Report(TextRange range, Found found);
  void Warn(TextRange range, std::string message, std::string hint);

  Reporter& reporter_;
  std::vector<absl::string_view> list_names_;
  size_t regex_budget_;
  std::vector<Predicate> predicates_;
  absl::flat_hash_map<std::string, uint32_t> by_text_;
  // Of the condition that is being checked.
  const MappedText* text_ = nullptr;
  std::vector<Problem> problems_;
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_CHECKER_H_
