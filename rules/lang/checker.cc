// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/checker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/lang/field_names.h"
#include "rules/lang/known_values.h"
#include "rules/lang/literals.h"
#include "rules/lang/operators.h"
#include "rules/lang/regex.h"

namespace vedette {
namespace {

// Operators for which the whole value counts.
bool ComparesWhole(const Operator& op) {
  return op.name == "=" || op.name == "==" || op.name == "!=" || op.name == "in" ||
         op.name == "intersects";
}

std::string OperatorsFor(FieldType type) {
  std::vector<absl::string_view> names;
  for (const Operator& op : Operators()) {
    if ((op.types & (1U << static_cast<unsigned>(type))) != 0) names.push_back(op.name);
  }
  return absl::StrJoin(names, " ");
}

}  // namespace

std::vector<Problem> Checker::Check(Expr& expr, const MappedText& text) {
  text_ = &text;
  problems_.clear();
  std::vector<Expr*> pending = {&expr};
  while (!pending.empty()) {
    Expr& next = *pending.back();
    pending.pop_back();
    if (auto* compare = std::get_if<Compare>(&next.node)) CheckCompare(*compare);
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

void Checker::CheckCompare(Compare& compare) {
  const bool supported = CheckSupported(compare);
  const auto* name = std::get_if<FieldName>(&compare.left);
  if (name == nullptr) return;
  Predicate predicate;
  if (std::optional<FieldError> error = ResolveField(*name, reporter_, predicate.field)) {
    Report(name->range, {error->message, error->hint, error->unknown});
    return;
  }
  const Field& field = predicate.field.field();
  predicate.op = FindOperator(compare.op == "==" ? "=" : compare.op);
  if (!CheckOperator(compare, field, *predicate.op)) return;
  if (!ReadRight(compare, field, predicate) || !supported) return;

  FieldName canonical{std::string(field.name), std::nullopt, {}};
  if (!predicate.field.argument.empty()) canonical.argument = predicate.field.argument;
  predicate.text = ToText(canonical);
  if (compare.op == "==") {
    absl::StrAppend(&predicate.text, " = ", QuoteValue(predicate.literals[0].text));
  } else {
    AppendRightSide(compare, predicate.text);
  }
  const auto known = by_text_.find(predicate.text);
  if (known != by_text_.end()) {
    compare.predicate = known->second;
    return;
  }
  if (!CompilePattern(compare, predicate)) return;
  compare.predicate = static_cast<uint32_t>(predicates_.size());
  by_text_.emplace(predicate.text, *compare.predicate);
  predicates_.push_back(std::move(predicate));
}

bool Checker::CheckSupported(const Compare& compare) {
  bool good = true;
  if (const auto* call = std::get_if<Call>(&compare.left)) {
    good = Report(call->range, {absl::StrCat(call->function, "() is not supported yet"), ""});
  }
  if (const auto* call = std::get_if<Call>(&compare.right)) {
    good = Report(call->range, {absl::StrCat(call->function, "() is not supported yet"), ""});
  }
  if (!compare.modifier.empty()) {
    good = Report(compare.op_range,
                  {absl::StrCat("\"", compare.op, " ", compare.modifier, "\" is not supported yet"),
                   "write the comparisons out, with \"or\" or \"and\" between them"});
  }
  return good;
}

bool Checker::CheckOperator(const Compare& compare, const Field& field, const Operator& op) {
  if ((op.types & (1U << static_cast<unsigned>(field.type))) != 0) return true;
  return Report(compare.op_range, {absl::StrCat("\"", op.name, "\" cannot compare ", field.name,
                                                ", which is ", FieldTypeName(field.type)),
                                   absl::StrCat("operators for it: ", OperatorsFor(field.type))});
}

bool Checker::ReadRight(const Compare& compare, const Field& field, Predicate& predicate) {
  if (const auto* list = std::get_if<ListName>(&compare.right)) {
    return Report(list->range, {absl::StrCat("unknown list \"", list->name, "\""),
                                reporter_.DidYouMean(list->name, list_names_)});
  }
  if (const auto* constant = std::get_if<Constant>(&compare.right)) {
    return ReadConstant(*constant, field, predicate);
  }
  const auto* list = std::get_if<std::vector<Constant>>(&compare.right);
  bool good = true;
  if (list == nullptr) return good;
  for (const Constant& constant : *list) good = ReadConstant(constant, field, predicate) && good;
  return good;
}

bool Checker::ReadConstant(const Constant& constant, const Field& field, Predicate& predicate) {
  Literal literal;
  if (const auto error = ReadLiteral(constant.text, field.type, literal)) {
    return Report(constant.range,
                  {absl::StrCat(error->message, ", as ", field.name, " needs"), error->hint});
  }
  const Operator& op = *predicate.op;
  if (!constant.quoted && FindField(constant.text) != nullptr) {
    Warn(constant.range, absl::StrCat("\"", constant.text, "\" is a text here, not the field"),
         "put it in quotes if a text is meant, in val() if the field is");
  }
  if (!CheckKnownValue(constant, field, op) || !CheckPattern(constant, op)) return false;
  if (op.takes_list && (field.type == FieldType::kText || field.type == FieldType::kPath ||
                        field.type == FieldType::kBytes)) {
    predicate.text_set.insert(literal.text);
  }
  predicate.literals.push_back(std::move(literal));
  return true;
}

bool Checker::CheckKnownValue(const Constant& constant, const Field& field, const Operator& op) {
  if (!HasKnownValues(field.name) || !ComparesWhole(op)) return true;
  if (IsKnownValue(field.name, constant.text)) return true;
  std::string hint = reporter_.DidYouMean(constant.text, KnownValues(field.name));
  if (hint.empty()) hint = DescribeKnownValues(field.name);
  return Report(constant.range,
                {absl::StrCat("unknown value \"", constant.text, "\" of ", field.name),
                 std::move(hint), true});
}

bool Checker::CheckPattern(const Constant& constant, const Operator& op) {
  if (op.name != "glob" && op.name != "iglob" && op.name != "pmatch") return true;
  size_t backslashes = 0;
  for (size_t i = constant.text.size(); i > 0 && constant.text[i - 1] == '\\'; --i) ++backslashes;
  if (backslashes % 2 == 0) return true;
  return Report(constant.range, {"a pattern that ends with a backslash matches nothing",
                                 "a backslash itself is \\\\ in a pattern"});
}

bool Checker::CompilePattern(const Compare& compare, Predicate& predicate) {
  if (predicate.op->name != "regex") return true;
  const TextRange range = std::get<Constant>(compare.right).range;
  if (regex_budget_ == 0) {
    return Report(range, {"the rules have too many large regular expressions", ""});
  }
  auto regex = CompileRegex(predicate.literals[0].text);
  auto regex_bytes = CompileRegex(predicate.literals[0].text, RegexText::kBytes);
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

}  // namespace vedette
