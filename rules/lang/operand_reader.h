// SPDX-License-Identifier: Apache-2.0
//
// From transformers and val() as they are written to operands with types.
#ifndef VEDETTE_RULES_LANG_OPERAND_READER_H_
#define VEDETTE_RULES_LANG_OPERAND_READER_H_

#include <optional>
#include <string>

#include "rules/lang/ast.h"
#include "rules/lang/program.h"
#include "rules/lang/reporter.h"

namespace vedette {

struct OperandError {
  TextRange range;
  std::string message;
  std::string hint;
  bool unknown_name = false;  // There is no such field.
};

enum class Side : uint8_t { kLeft, kRight };

// Gives the first thing that is wrong with the call.
std::optional<OperandError> ReadCall(const Call& call, Side side, Reporter& reporter,
                                     Operand& operand);

// A field as a side of its own. Some fields can only be printed.
std::optional<OperandError> ReadField(const FieldName& name, Side side, Reporter& reporter,
                                      FieldRef& field);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_OPERAND_READER_H_
