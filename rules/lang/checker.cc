// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/checker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/lang/kinds.h"
#include "rules/lang/known_values.h"
#include "rules/lang/literals.h"
#include "rules/lang/operand_reader.h"
#include "rules/lang/operators.h"
#include "rules/lang/regex.h"
#include "rules/lang/transformers.h"
#include "rules/lang/value_constraints.h"

namespace vedette {
namespace {

// Operators for which the whole value counts.
bool ComparesWhole(const Operator& op) {
  return op.name == "=" || op.name == "==" || op.name == "!=" || op.name == "in" ||
         op.name == "intersects";
}

bool Allows(const Operator& op, FieldType type, bool is_list) {
  const bool for_lists = op.name == "in" || op.name == "intersects" || op.name == "exists";
  return (op.types & (1U << static_cast<unsigned>(type))) != 0 && (!is_list || for_lists);
}

std::string OperatorsFor(FieldType type, bool is_list) {
  std::vector<absl::string_view> names;
  for (const Operator& op : Operators()) {
    if (Allows(op, type, is_list)) names.push_back(op.name);
  }
  return absl::StrJoin(names, " ");
}

// Types of one class can be compared with one another.
enum class TypeClass { kNumber, kDouble, kBool, kText, kBytes, kAddress, kWallTime, kDuration };
TypeClass ClassOf(FieldType type) {
  switch (type) {
    case FieldType::kUnsigned:
    case FieldType::kSigned:
    case FieldType::kPort:
      return TypeClass::kNumber;
    case FieldType::kDouble:
      return TypeClass::kDouble;
    case FieldType::kBool:
      return TypeClass::kBool;
    case FieldType::kText:
    case FieldType::kPath:
    case FieldType::kArguments:
      return TypeClass::kText;
    case FieldType::kBytes:
      return TypeClass::kBytes;
    case FieldType::kAddress:
    case FieldType::kNetwork:
      return TypeClass::kAddress;
    case FieldType::kWallTime:
    case FieldType::kBootTime:
      return TypeClass::kWallTime;
    case FieldType::kDuration:
      return TypeClass::kDuration;
  }
  return TypeClass::kText;
}

Modifier ModifierOf(absl::string_view name) {
  if (name == "oneof") return Modifier::kOneOf;
  if (name == "anyof") return Modifier::kAnyOf;
  return name == "allof" ? Modifier::kAllOf : Modifier::kNone;
}

// `evt.around[T] = n` says that n is enough.
bool IsAround(const Predicate& predicate) {
  return predicate.left == nullptr && predicate.field.field().name == "evt.around";
}

// A value that is too long for the field to be it, or to begin or end with it or have it in it.
bool NeedsAll(const Operator& op) {
  return op.name != "!=" && (ComparesWhole(op) || op.name == "contains" || op.name == "icontains" ||
                             op.name == "startswith" || op.name == "endswith");
}

}  // namespace

std::vector<Problem> Checker::Check(Expr& expr, const MappedText& text) {
  text_ = &text;
  problems_.clear();
  std::vector<Expr*> pending = {&expr};
  while (!pending.empty()) {
    Expr& next = *pending.back();
    pending.pop_back();
    if (auto* compare = std::get_if<Compare>(&next.node)) CheckCompare(next, *compare);
    if (auto* negation = std::get_if<Not>(&next.node)) pending.push_back(negation->child.get());
    const auto push_all = [&](std::vector<ExprPtr>& children) {
      for (ExprPtr& child : children) pending.push_back(child.get());
    };
    if (auto* all = std::get_if<And>(&next.node)) push_all(all->children);
    if (auto* any = std::get_if<Or>(&next.node)) push_all(any->children);
  }
  return std::move(problems_);
}

// False, so that it can end a check.
bool Checker::Report(TextRange range, Found found) {
  reporter_.Note(problems_, text_->At(range), std::move(found.message), std::move(found.hint),
                 found.unknown_name);
  return false;
}

void Checker::Warn(TextRange range, std::string message, std::string hint) {
  if (problems_.size() >= Reporter::kProblemsMax) return;
  problems_.push_back({reporter_.sources().At(Severity::kWarning, text_->At(range),
                                              std::move(message), std::move(hint)),
                       false});
}

void Checker::CheckCompare(Expr& expr, Compare& compare) {
  Sides sides;
  Predicate& predicate = sides.predicate;
  predicate.op = FindOperator(compare.op == "==" ? "=" : compare.op);
  predicate.modifier = ModifierOf(compare.modifier);
  if (!ReadLeft(compare, sides) || !CheckOperator(compare, sides) || !ReadRight(compare, sides)) {
    return;
  }
  if (IsAround(predicate)) predicate.op = FindOperator("<=");
  predicate.text = sides.left;
  predicate.left_size = static_cast<uint32_t>(sides.left.size());
  if (compare.op == "==") {
    Compare canonical;
    canonical.op = "=";
    canonical.modifier = compare.modifier;
    canonical.right = compare.right;
    AppendRightSide(canonical, predicate.text);
  } else {
    AppendRightSide(compare, predicate.text);
  }
  const auto known = by_text_.find(predicate.text);
  if (known != by_text_.end()) {
    compare.predicate = known->second;
    if (never_.contains(known->second)) WarnIfNever(expr, sides);
    return;
  }
  if (!CompilePatterns(compare, predicate)) return;
  compare.predicate = static_cast<uint32_t>(predicates_.size());
  if (WarnIfNever(expr, sides)) never_.insert(*compare.predicate);
  by_text_.emplace(predicate.text, *compare.predicate);
  predicates_.push_back(std::move(predicate));
}

bool Checker::ReadLeft(const Compare& compare, Sides& sides) {
  Predicate& predicate = sides.predicate;
  std::optional<OperandError> error;
  if (const auto* call = std::get_if<Call>(&compare.left)) {
    auto operand = std::make_shared<Operand>();
    error = ReadCall(*call, Side::kLeft, reporter_, *operand);
    predicate.left = std::move(operand);
    sides.left = ToText(*call);
  } else {
    error = ReadField(std::get<FieldName>(compare.left), Side::kLeft, reporter_, predicate.field);
  }
  if (error) {
    return Report(error->range,
                  {std::move(error->message), std::move(error->hint), error->unknown_name});
  }
  if (predicate.left != nullptr) return true;
  FieldName canonical{std::string(predicate.field.field().name), std::nullopt, {}};
  if (!predicate.field.argument.empty()) canonical.argument = predicate.field.argument;
  sides.left = ToText(canonical);
  uint64_t time = 0;
  if (!IsAround(predicate) || absl::SimpleAtoi(predicate.field.argument, &time)) return true;
  return Report(std::get<FieldName>(compare.left).range,
                {"evt.around takes a time in its brackets", "in nanoseconds since 1970"});
}

bool Checker::CheckOperator(const Compare& compare, const Sides& sides) {
  const Predicate& predicate = sides.predicate;
  const FieldType type = predicate.type();
  const bool is_list = predicate.is_list();
  if (IsAround(predicate) && (predicate.op->name != "=" || !compare.modifier.empty())) {
    return Report(compare.op_range, {"evt.around is only compared by \"=\"",
                                     "`evt.around[T] = n`: at most n ms from the time T"});
  }
  if (Allows(*predicate.op, type, is_list)) return true;
  return Report(compare.op_range,
                {absl::StrCat("\"", predicate.op->name, "\" cannot compare ", sides.left,
                              ", which is ", DescribeType(type, is_list)),
                 absl::StrCat("operators for it: ", OperatorsFor(type, is_list))});
}

bool Checker::ReadRight(const Compare& compare, Sides& sides) {
  if (const auto* list = std::get_if<ListName>(&compare.right)) {
    return Report(list->range, {absl::StrCat("unknown list \"", list->name, "\""),
                                reporter_.DidYouMean(list->name, list_names_)});
  }
  if (const auto* call = std::get_if<Call>(&compare.right)) {
    return ReadRightCall(*call, compare, sides);
  }
  if (const auto* constant = std::get_if<Constant>(&compare.right)) {
    return ReadConstant(*constant, sides, sides.predicate);
  }
  const auto* list = std::get_if<std::vector<Constant>>(&compare.right);
  return list == nullptr || ReadConstants(*list, sides);
}

bool Checker::ReadRightCall(const Call& call, const Compare& compare, Sides& sides) {
  Predicate& predicate = sides.predicate;
  const Operator& op = *predicate.op;
  auto operand = std::make_shared<Operand>();
  if (std::optional<OperandError> error = ReadCall(call, Side::kRight, reporter_, *operand)) {
    return Report(error->range,
                  {std::move(error->message), std::move(error->hint), error->unknown_name});
  }
  if (op.relates == nullptr) {
    return Report(call.range, {absl::StrCat("\"", op.name, "\" takes only what is written out"),
                               "its right side is read when the rules are loaded"});
  }
  if (ClassOf(operand->type) != ClassOf(predicate.type())) {
    return Report(
        call.range,
        {absl::StrCat(sides.left, " is ", DescribeType(predicate.type(), predicate.is_list()),
                      " and ", ToText(call), " is ", DescribeType(operand->type, operand->is_list)),
         "both sides of a comparison are of the same type"});
  }
  if (operand->is_list && !op.takes_list) {
    return Report(compare.op_range, {absl::StrCat("\"", op.name, "\" cannot compare with a list"),
                                     "operators for it: in intersects"});
  }
  predicate.right = std::move(operand);
  return true;
}

// Each item of a modifier's list is a comparison of its own.
bool Checker::ReadConstants(const std::vector<Constant>& constants, Sides& sides) {
  Predicate& predicate = sides.predicate;
  bool good = true;
  for (const Constant& constant : constants) {
    if (predicate.modifier == Modifier::kNone) {
      good = ReadConstant(constant, sides, predicate) && good;
      continue;
    }
    Predicate part;
    part.field = predicate.field;
    part.left = predicate.left;
    part.op = predicate.op;
    good = ReadConstant(constant, sides, part) && good;
    predicate.parts.push_back(std::move(part));
  }
  return good;
}

// Into `to`, which is the predicate or a part of it.
bool Checker::ReadConstant(const Constant& constant, const Sides& sides, Predicate& to) {
  Literal literal;
  if (!ReadValue(constant, sides, literal)) return false;
  const Operator& op = *to.op;
  if (!constant.quoted && FindField(constant.text) != nullptr) {
    Warn(constant.range, absl::StrCat("\"", constant.text, "\" is a text here, not the field"),
         "put it in quotes if a text is meant, in val() if the field is");
  }
  if (!CheckKnownValue(constant, sides) || !CheckPattern(constant, op)) return false;
  const TypeClass type = ClassOf(to.type());
  if (op.takes_list && (type == TypeClass::kText || type == TypeClass::kBytes)) {
    to.text_set.insert(literal.text);
  }
  to.literals.push_back(std::move(literal));
  return true;
}

bool Checker::ReadValue(const Constant& constant, const Sides& sides, Literal& literal) {
  const Operator& op = *sides.predicate.op;
  const auto error = op.hexadecimal() ? ReadHexadecimal(constant.text, literal)
                                      : ReadLiteral(constant.text, sides.predicate.type(), literal);
  if (!error) return true;
  return Report(constant.range, {absl::StrCat(error->message, ", as ",
                                              op.hexadecimal() ? op.name : sides.left, " needs"),
                                 error->hint});
}

bool Checker::CheckKnownValue(const Constant& constant, const Sides& sides) {
  const std::string& name = sides.left;
  const Operator& op = *sides.predicate.op;
  if (!HasKnownValues(name) || !ComparesWhole(op)) return true;
  if (IsKnownValue(name, constant.text)) return true;
  std::string hint = HintOfKnownValues(constant.text, name);
  if (!IsStrict(name)) {
    Warn(constant.range,
         absl::StrCat("\"", constant.text, "\" is no value of ", name, ": ",
                      op.negative ? "this is true of every value" : "this can never be true"),
         std::move(hint));
    return true;
  }
  return Report(constant.range, {absl::StrCat("unknown value \"", constant.text, "\" of ", name),
                                 std::move(hint), true});
}

// Letters have no likeness, and `network` is more like `net` than their lengths are.
std::string Checker::HintOfKnownValues(absl::string_view text, const std::string& field) {
  std::string hint;
  for (const absl::string_view value : KnownValues(field)) {
    const bool same_beginning = value.size() > 2 && absl::StartsWith(text, value);
    if (same_beginning) hint = absl::StrCat("did you mean \"", value, "\"?");
  }
  if (hint.empty() && text.size() > 1) hint = reporter_.DidYouMean(text, KnownValues(field));
  return hint.empty() ? DescribeKnownValues(field) : hint;
}

bool Checker::CheckPattern(const Constant& constant, const Operator& op) {
  if (op.name != "glob" && op.name != "iglob" && op.name != "pmatch") return true;
  size_t backslashes = 0;
  for (size_t i = constant.text.size(); i > 0 && constant.text[i - 1] == '\\'; --i) ++backslashes;
  if (backslashes % 2 == 0) return true;
  return Report(constant.range, {"a pattern that ends with a backslash matches nothing",
                                 "a backslash itself is \\\\ in a pattern"});
}

bool Checker::CompilePatterns(const Compare& compare, Predicate& predicate) {
  if (predicate.op->name != "regex") return true;
  if (const auto* constant = std::get_if<Constant>(&compare.right)) {
    return CompilePattern(*constant, predicate);
  }
  const auto& constants = std::get<std::vector<Constant>>(compare.right);
  bool good = true;
  for (size_t i = 0; i < constants.size(); ++i) {
    good = CompilePattern(constants[i], predicate.parts[i]) && good;
  }
  return good;
}

bool Checker::CompilePattern(const Constant& constant, Predicate& predicate) {
  const TextRange range = constant.range;
  if (regex_budget_ == 0) {
    return Report(range, {"the rules have too many large regular expressions", ""});
  }
  auto regex = CompileRegex(constant.text);
  auto regex_bytes = CompileRegex(constant.text, RegexText::kBytes);
  const size_t cost = regex.ok() ? 2 * RegexSize(**regex) : kRegexSizeMax / 8;
  regex_budget_ -= std::min(cost, regex_budget_);
  if (!regex.ok()) {
    const absl::string_view reason = regex.status().message();
    return Report(range, {absl::StrCat("regular expression: ", reason),
                          "the syntax is RE2's: no look-around and no back-references"});
  }
  predicate.regex = *std::move(regex);
  if (regex_bytes.ok()) predicate.regex_bytes = *std::move(regex_bytes);
  return true;
}

// `()` as it stands in the file; where a list is empty, its name stands there.
bool Checker::IsEmptyAsWritten(const Expr& expr) const {
  const size_t close = expr.range.end - 1;
  const size_t open = text_->text().rfind('(', close);
  if (open == std::string::npos) return false;
  const Place first = text_->At({open, open + 1});
  const Place last = text_->At({close, close + 1});
  if (first.file != last.file || first.end > last.begin) return false;
  const absl::string_view file = reporter_.sources().text(first.file);
  const absl::string_view between = file.substr(first.end, last.begin - first.end);
  return absl::StripAsciiWhitespace(between).empty();
}

// `evt.num=0` is how rules say never.
bool Checker::WarnIfNever(const Expr& expr, const Sides& sides) {
  const Predicate& predicate = sides.predicate;
  const Field* field = predicate.left == nullptr ? &predicate.field.field() : nullptr;
  if (predicate.right != nullptr || (field != nullptr && !field->supplied)) return false;
  const bool has_parts = predicate.modifier != Modifier::kNone;
  const size_t count = has_parts ? predicate.parts.size() : predicate.literals.size();
  if (predicate.op->takes_value && count == 0) {
    if (IsEmptyAsWritten(expr)) Warn(expr.range, "the list is empty: this can never be true", "");
    return true;
  }
  if (has_parts || !predicate.op->takes_value) return false;
  const Wanted alone{&predicate, true};
  if (field == nullptr) {
    if (CanComeTrue({&alone, 1})) return false;
    Warn(expr.range, absl::StrCat("this can never be true: ", sides.left, " gives no such value"),
         "");
    return true;
  }
  const auto too_long = [](const Literal& literal) { return literal.text.size() > kCommBytes; };
  if (IsComm(field->name) && NeedsAll(*predicate.op) &&
      std::all_of(predicate.literals.begin(), predicate.literals.end(), too_long)) {
    Warn(expr.range,
         absl::StrCat(field->name, " has at most ", kCommBytes, " bytes: this can never be true"),
         "the kernel cuts the names of programs; compare proc.exepath or proc.exe");
    return true;
  }
  // Of events that nothing supplies the rule as a whole is told.
  if (HasKnownValues(field->name) && ComparesWhole(*predicate.op)) return false;
  if (field->name == "evt.num") return false;
  if (PossibleWays(predicate).holds.any() && CanComeTrue({&alone, 1})) return false;
  Warn(expr.range, "this can never be true", "");
  return true;
}

}  // namespace vedette
