// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/operand_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/lang/field_names.h"
#include "rules/lang/transformers.h"

namespace vedette {
namespace {

class OperandReader {
 public:
  OperandReader(Side side, Reporter& reporter) : side_(side), reporter_(reporter) {}

  bool ReadCall(const Call& call, Operand& operand) {
    if (call.function == "val") {
      return ReadField(std::get<FieldName>(call.arguments[0].value), operand);
    }
    operand.kind = Operand::Kind::kCall;
    operand.transformer = FindTransformer(call.function);
    operand.text = call.index.value_or("");
    in_transformer_ = true;
    for (const Argument& argument : call.arguments) {
      if (!ReadArgument(argument, call, operand.operands.emplace_back())) return false;
    }
    if (call.index && call.index->empty()) return Fail(call.range, "the brackets are empty");
    std::optional<CallError> error = TypeCall(operand);
    return !error || Fail(call.range, std::move(error->message), std::move(error->hint));
  }

  std::optional<OperandError>& error() { return error_; }

 private:
  // False, so that it can end a function.
  bool Fail(TextRange range, std::string message, std::string hint = "") {
    error_ = OperandError{range, std::move(message), std::move(hint), false};
    return false;
  }

  bool ReadField(const FieldName& name, Operand& operand) {
    error_ = vedette::ReadField(name, side_, reporter_, operand.field);
    if (error_) return false;
    const Field& field = operand.field.field();
    operand.kind = Operand::Kind::kField;
    operand.type = field.type;
    operand.is_list = field.is_list;
    if (!in_transformer_ || !field.Has(kNoTransformers)) return true;
    return Fail(name.range, absl::StrCat("no transformer takes ", field.name));
  }

  bool ReadArgument(const Argument& argument, const Call& call, Operand& operand) {
    if (const auto* name = std::get_if<FieldName>(&argument.value)) {
      return ReadField(*name, operand);
    }
    if (const auto* inner = std::get_if<Call>(&argument.value)) return ReadCall(*inner, operand);
    if (const auto* constant = std::get_if<Constant>(&argument.value)) {
      operand.kind = Operand::Kind::kConstant;
      operand.text = constant->text;
      return true;
    }
    return ReadList(std::get<ArgumentList>(argument.value), call, operand);
  }

  // Its items are texts, whatever they were.
  bool ReadList(const ArgumentList& list, const Call& call, Operand& operand) {
    operand.kind = Operand::Kind::kList;
    operand.is_list = true;
    for (const Argument& argument : list) {
      Operand& item = operand.operands.emplace_back();
      if (!ReadArgument(argument, call, item)) return false;
      if (item.is_list) return Fail(call.range, "an item of a list cannot be a list");
    }
    return true;
  }

  const Side side_;
  Reporter& reporter_;
  bool in_transformer_ = false;
  std::optional<OperandError> error_;
};

}  // namespace

std::optional<OperandError> ReadField(const FieldName& name, Side side, Reporter& reporter,
                                      FieldRef& ref) {
  if (std::optional<FieldError> error = ResolveField(name, reporter, ref)) {
    return OperandError{name.range, std::move(error->message), std::move(error->hint),
                        error->unknown};
  }
  const Field& field = ref.field();
  if (field.Has(kPrintOnly)) {
    return OperandError{name.range, absl::StrCat(field.name, " can be printed, not compared"),
                        "it is for the output of a rule", false};
  }
  if (side == Side::kRight && field.Has(kNotOnTheRight)) {
    return OperandError{name.range, absl::StrCat(field.name, " cannot stand on the right side"),
                        "put it on the left side", false};
  }
  return std::nullopt;
}

std::optional<OperandError> ReadCall(const Call& call, Side side, Reporter& reporter,
                                     Operand& operand) {
  OperandReader reader(side, reporter);
  reader.ReadCall(call, operand);
  return std::move(reader.error());
}

}  // namespace vedette
