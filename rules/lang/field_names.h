// SPDX-License-Identifier: Apache-2.0
//
// Fields as rules name them, in conditions and in outputs.
#ifndef VEDETTE_RULES_LANG_FIELD_NAMES_H_
#define VEDETTE_RULES_LANG_FIELD_NAMES_H_

#include <optional>
#include <string>

#include "rules/lang/ast.h"
#include "rules/lang/reporter.h"
#include "sensor/schema/schema.h"

namespace vedette {

struct FieldError {
  std::string message;
  std::string hint;
  bool unknown = false;  // There is no such field, as opposed to one that is used wrongly.
};

enum class FieldPlace : uint8_t { kCondition, kOutput };

// `evt.arg[flags]` is `evt.arg.flags`. An argument is checked against what the field takes, and the
// place against where it may stand.
std::optional<FieldError> ResolveField(const FieldName& name, Reporter& reporter, FieldRef& field,
                                       FieldPlace place = FieldPlace::kCondition);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_FIELD_NAMES_H_
