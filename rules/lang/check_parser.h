// SPDX-License-Identifier: Apache-2.0
//
// The parts of a condition that and, or and not combine: comparisons and macros' names.
#ifndef VEDETTE_RULES_LANG_CHECK_PARSER_H_
#define VEDETTE_RULES_LANG_CHECK_PARSER_H_

#include <optional>
#include <string>

#include "rules/lang/ast.h"
#include "rules/lang/scanner.h"

namespace vedette {

// Transformers inside one another.
inline constexpr int kCallDepthMax = 100;

// A function that fails has noted the error and returns null or false; nothing is tried after that.
class CheckParser {
 public:
  explicit CheckParser(Scanner& scan) : scan_(scan) {}

  // What begins at the scanner's position. Null after an error.
  ExprPtr Parse();

  // A transformer that begins there, with whatever is behind it left alone. None after an error, or
  // without one if no transformer begins there.
  std::optional<Call> ParseTransformer();

  // Notes the first error. An open quote explains whatever was missed behind it.
  std::nullptr_t Fail(TextRange range, std::string message, std::string hint = "");
  // At the word that stands at the scanner's position.
  std::nullptr_t FailHere(std::string message, std::string hint = "");
  std::optional<SyntaxError>& error() { return error_; }

 private:
  enum class Taken { kNo, kYes, kFailed };

  Taken TakeOperand(OperandExpr& operand);
  Taken TakeField(FieldName& field);
  bool TakeIndex(std::optional<std::string>& index);
  Taken TakeCall(Call& call, bool right_side);
  bool TakeOnlyField(Call& call);
  bool TakeArguments(Call& call);
  bool TakeClosing();
  bool TakeArgumentList(ArgumentList& list, bool inner);
  bool TakeArgument(ArgumentList& list, bool inner);
  bool TakeConstant(Constant& constant);
  ExprPtr ParseCheck(OperandExpr left, size_t begin);
  template <size_t N>
  bool TakeOperator(const absl::string_view (&names)[N], Compare& compare);
  void FailNoOperator();
  Taken TakeRightCall(Compare& compare);
  bool ParseNumber(Compare& compare);
  bool ParseValue(Compare& compare);
  bool TakeModifier(Compare& compare);
  bool ParseList(Compare& compare);
  bool ParseConstants(Compare& compare);

  Scanner& scan_;
  int call_depth_ = 0;
  std::optional<SyntaxError> error_;
};

ExprPtr MakeExpr(TextRange range, decltype(Expr::node) node);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_CHECK_PARSER_H_
