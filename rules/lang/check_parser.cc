// SPDX-License-Identifier: Apache-2.0
//
// No unit test: parser_test.cc asks it for everything.
#include "rules/lang/check_parser.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "rules/lang/operators.h"
#include "rules/lang/transformers.h"

namespace vedette {
namespace {

constexpr absl::string_view kModifiers[] = {"oneof", "anyof", "allof"};
constexpr absl::string_view kNumberOperators[] = {"<=", "<", ">=", ">"};  // Longest first.
constexpr absl::string_view kListOperators[] = {"intersects", "in", "pmatch"};
constexpr absl::string_view kTextOperators[] = {
    "==",        "=",         "!=",         "glob",        "iglob",    "contains",
    "icontains", "bcontains", "startswith", "bstartswith", "endswith", "regex"};

// Counts nesting for as long as it lives.
class Deeper {
 public:
  explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  ~Deeper() { --depth_; }

 private:
  int& depth_;
};

}  // namespace

ExprPtr MakeExpr(TextRange range, decltype(Expr::node) node) {
  auto expr = std::make_unique<Expr>();
  expr->node = std::move(node);
  expr->range = range;
  return expr;
}

std::nullptr_t CheckParser::Fail(TextRange range, std::string message, std::string hint) {
  if (scan_.error()) {
    error_ = scan_.error();
  } else if (!error_) {
    error_ = SyntaxError{range, std::move(message), std::move(hint)};
  }
  return nullptr;
}

std::nullptr_t CheckParser::FailHere(std::string message, std::string hint) {
  return Fail(scan_.WordHere(), std::move(message), std::move(hint));
}

ExprPtr CheckParser::Parse() {
  const size_t begin = scan_.at();
  OperandExpr left;
  switch (TakeOperand(left)) {
    case Taken::kYes:
      return ParseCheck(std::move(left), begin);
    case Taken::kFailed:
      return nullptr;
    case Taken::kNo:
      break;
  }
  const absl::string_view name = scan_.TakeIdentifier();
  if (name.empty()) return FailHere("expected a field, a macro or a parenthesis");
  return MakeExpr({begin, scan_.at()}, MacroName{std::string(name)});
}

CheckParser::Taken CheckParser::TakeOperand(OperandExpr& operand) {
  Call call;
  const Taken taken = TakeCall(call, /*right_side=*/false);
  if (taken == Taken::kYes) operand = std::move(call);
  if (taken != Taken::kNo) return taken;
  FieldName field;
  const Taken field_taken = TakeField(field);
  if (field_taken == Taken::kYes) operand = std::move(field);
  return field_taken;
}

std::optional<Call> CheckParser::ParseTransformer() {
  Call call;
  if (TakeCall(call, /*right_side=*/false) != Taken::kYes) return std::nullopt;
  return call;
}

CheckParser::Taken CheckParser::TakeField(FieldName& field) {
  const size_t begin = scan_.at();
  field.name = std::string(scan_.TakeFieldName());
  if (field.name.empty()) return Taken::kNo;
  if (scan_.NextIs('[') && !TakeIndex(field.argument)) return Taken::kFailed;
  field.range = {begin, scan_.at()};
  return Taken::kYes;
}

// `[arg]`, without blanks around the argument.
bool CheckParser::TakeIndex(std::optional<std::string>& index) {
  const size_t open = scan_.at();
  scan_.Take("[");
  const size_t begin = scan_.at();
  const absl::string_view quoted = scan_.TakeQuoted();
  index.emplace();
  if (!quoted.empty()) {
    SyntaxError error;
    if (!Unquote(quoted, begin, *index, error)) {
      Fail(error.range, error.message, error.hint);
      return false;
    }
  } else {
    *index = std::string(scan_.TakeBareArgument());
    if (index->empty()) {
      Fail({open, open + 1}, "expected an argument in the brackets");
      return false;
    }
  }
  if (scan_.Take("]")) return true;
  FailHere("expected a closing bracket", "put an argument with blanks or brackets in quotes");
  return false;
}

CheckParser::Taken CheckParser::TakeCall(Call& call, bool right_side) {
  const size_t begin = scan_.at();
  const absl::string_view name = scan_.TakeIdentifier();
  const bool is_val = right_side && name == "val";
  if ((!is_val && FindTransformer(name) == nullptr) || !scan_.Take("(")) {
    scan_.GoTo(begin);
    return Taken::kNo;
  }
  call.function = std::string(name);
  const Deeper deeper(call_depth_);
  if (call_depth_ > kCallDepthMax) {
    FailHere(absl::StrCat("more than ", kCallDepthMax, " nested calls"));
    return Taken::kFailed;
  }
  if (!(is_val ? TakeOnlyField(call) : TakeArguments(call))) return Taken::kFailed;
  if (!is_val && scan_.NextIs('[') && !TakeIndex(call.index)) return Taken::kFailed;
  call.range = {begin, scan_.at()};
  return Taken::kYes;
}

bool CheckParser::TakeOnlyField(Call& call) {
  scan_.SkipBlanks();
  FieldName field;
  const Taken taken = TakeField(field);
  if (taken == Taken::kNo) FailHere("val() takes one field");
  if (taken != Taken::kYes) return false;
  call.arguments.push_back({std::move(field)});
  return TakeClosing();
}

// Those that take several take what the checker will look at; the others one field or call.
bool CheckParser::TakeArguments(Call& call) {
  const absl::string_view name = call.function;
  if (FindTransformer(name)->takes_many()) {
    scan_.SkipBlanks();
    return TakeArgumentList(call.arguments, /*inner=*/false);
  }
  scan_.SkipBlanks();
  OperandExpr operand;
  const Taken taken = TakeOperand(operand);
  if (taken == Taken::kNo) FailHere(absl::StrCat(name, "() takes a field or another call"));
  if (taken != Taken::kYes) return false;
  std::visit([&](auto& value) { call.arguments.push_back({std::move(value)}); }, operand);
  return TakeClosing();
}

bool CheckParser::TakeClosing() {
  scan_.SkipBlanks();
  if (scan_.Take(")")) return true;
  FailHere("expected a closing parenthesis");
  return false;
}

// Behind the opening parenthesis, up to the closing one. A list in a list is as deep as it gets.
bool CheckParser::TakeArgumentList(ArgumentList& list, bool inner) {
  if (inner && scan_.Take(")")) return true;
  while (true) {
    scan_.SkipBlanks();
    if (!TakeArgument(list, inner)) return false;
    scan_.SkipBlanks();
    if (scan_.Take(")")) return true;
    if (!scan_.Take(",")) {
      FailHere("expected a comma or a closing parenthesis");
      return false;
    }
  }
}

bool CheckParser::TakeArgument(ArgumentList& list, bool inner) {
  if (!inner && scan_.Take("(")) {
    scan_.SkipBlanks();
    list.push_back({ArgumentList()});
    return TakeArgumentList(std::get<ArgumentList>(list.back().value), /*inner=*/true);
  }
  if (scan_.NextIs('"') || scan_.NextIs('\'')) {
    Constant constant;
    if (!TakeConstant(constant)) return false;
    list.push_back({std::move(constant)});
    return true;
  }
  OperandExpr operand;
  const Taken taken = TakeOperand(operand);
  if (taken == Taken::kNo) FailHere("expected a field, a call or a text in quotes");
  if (taken != Taken::kYes) return false;
  std::visit([&](auto& value) { list.push_back({std::move(value)}); }, operand);
  return true;
}

bool CheckParser::TakeConstant(Constant& constant) {
  const size_t begin = scan_.at();
  const absl::string_view quoted = scan_.TakeQuoted();
  if (!quoted.empty()) {
    SyntaxError error;
    constant.quoted = true;
    if (!Unquote(quoted, begin, constant.text, error)) {
      Fail(error.range, error.message, error.hint);
      return false;
    }
  } else {
    constant.text = std::string(scan_.TakeBareValue());
  }
  constant.range = {begin, scan_.at()};
  if (constant.quoted || !constant.text.empty()) return true;
  FailHere("expected a value", "put a value with blanks, parentheses, commas or = in quotes");
  return false;
}

// What stands behind the left side. Symbols may touch their value, words may not.
ExprPtr CheckParser::ParseCheck(OperandExpr left, size_t begin) {
  Compare compare;
  compare.left = std::move(left);
  scan_.SkipBlanks();
  const size_t op_begin = scan_.at();
  bool done = false;
  if (scan_.Take("exists")) {
    compare.op = "exists";
    compare.op_range = {op_begin, scan_.at()};
    done = true;
  } else if (TakeOperator(kNumberOperators, compare)) {
    done = ParseNumber(compare);
  } else if (TakeOperator(kTextOperators, compare)) {
    done = ParseValue(compare);
  } else if (TakeOperator(kListOperators, compare)) {
    done = ParseList(compare);
  } else {
    FailNoOperator();
  }
  if (!done) return nullptr;
  return MakeExpr({begin, scan_.at()}, std::move(compare));
}

template <size_t N>
bool CheckParser::TakeOperator(const absl::string_view (&names)[N], Compare& compare) {
  for (const absl::string_view name : names) {
    const size_t begin = scan_.at();
    if (!scan_.Take(name)) continue;
    const size_t end = scan_.at();
    const bool is_list = static_cast<const void*>(names) == kListOperators;
    const bool is_word = absl::ascii_isalpha(static_cast<unsigned char>(name[0]));
    if (is_word && !scan_.NextIsBlank() && !(is_list && (scan_.NextIs('(') || scan_.AtEnd()))) {
      scan_.GoTo(begin);
      continue;
    }
    compare.op = std::string(name);
    compare.op_range = {begin, end};
    return true;
  }
  return false;
}

void CheckParser::FailNoOperator() {
  const TextRange range = scan_.WordHere();
  if (scan_.AtEnd()) {
    Fail(range, "expected an operator behind the field");
    return;
  }
  const absl::string_view word = scan_.rest().substr(0, range.end - range.begin);
  std::vector<absl::string_view> names;
  for (const Operator& op : Operators()) names.push_back(op.name);
  const auto close = ClosestMatch(word, names);
  Fail(range, absl::StrCat("there is no operator \"", word, "\""),
       close ? absl::StrCat("did you mean \"", *close, "\"?") : "");
}

// val() or a transformer on the right side.
CheckParser::Taken CheckParser::TakeRightCall(Compare& compare) {
  Call call;
  const Taken taken = TakeCall(call, /*right_side=*/true);
  if (taken == Taken::kYes) compare.right = std::move(call);
  return taken;
}

bool CheckParser::ParseNumber(Compare& compare) {
  scan_.SkipBlanks();
  const Taken taken = TakeRightCall(compare);
  if (taken != Taken::kNo) return taken == Taken::kYes;
  const size_t begin = scan_.at();
  const absl::string_view number = scan_.TakeNumber();
  if (number.empty()) {
    FailHere(absl::StrCat("expected a number behind \"", compare.op, "\""),
             absl::StrCat("as in `", compare.op, " 1024`"));
    return false;
  }
  compare.right = Constant{std::string(number), false, {begin, scan_.at()}};
  return true;
}

bool CheckParser::ParseValue(Compare& compare) {
  if (scan_.SkipBlanks() && TakeModifier(compare)) return ParseList(compare);
  const Taken taken = TakeRightCall(compare);
  if (taken != Taken::kNo) return taken == Taken::kYes;
  Constant constant;
  if (!TakeConstant(constant)) return false;
  compare.right = std::move(constant);
  return true;
}

// A modifier is one only if a list follows: `proc.name = oneof or ...` names a program.
bool CheckParser::TakeModifier(Compare& compare) {
  const size_t begin = scan_.at();
  for (const absl::string_view modifier : kModifiers) {
    if (!scan_.TakeWord(modifier)) continue;
    const size_t list_at = scan_.at();
    const absl::string_view name = scan_.TakeIdentifier();
    const bool is_list = scan_.NextIs('(') ? name.empty() : !name.empty();
    if (is_list && name != "and" && name != "or") {
      scan_.GoTo(list_at);
      compare.modifier = std::string(modifier);
      return true;
    }
    scan_.GoTo(begin);
  }
  return false;
}

bool CheckParser::ParseList(Compare& compare) {
  scan_.SkipBlanks();
  const size_t begin = scan_.at();
  if (!scan_.Take("(")) {
    const Taken taken = compare.modifier.empty() ? TakeRightCall(compare) : Taken::kNo;
    if (taken != Taken::kNo) return taken == Taken::kYes;
    const absl::string_view name = scan_.TakeIdentifier();
    if (name.empty()) {
      FailHere(absl::StrCat("expected a list behind \"",
                            compare.modifier.empty() ? compare.op : compare.modifier, "\""),
               "write it in parentheses: (a, b)");
      return false;
    }
    compare.right = ListName{std::string(name), {begin, scan_.at()}};
    return true;
  }
  return ParseConstants(compare);
}

// Behind the opening parenthesis.
bool CheckParser::ParseConstants(Compare& compare) {
  std::vector<Constant> constants;
  scan_.SkipBlanks();
  if (!scan_.Take(")")) {
    do {
      scan_.SkipBlanks();
      Constant constant;
      if (!TakeConstant(constant)) return false;
      constants.push_back(std::move(constant));
      scan_.SkipBlanks();
    } while (scan_.Take(","));
    if (!scan_.Take(")")) {
      FailHere("expected a comma or a closing parenthesis in the list");
      return false;
    }
  }
  compare.right = std::move(constants);
  return true;
}

}  // namespace vedette
