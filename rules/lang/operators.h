// SPDX-License-Identifier: Apache-2.0
//
// The operators, one row each: lexer, checker, compiler, matcher, classifier and manual read them.
#ifndef VEDETTE_RULES_LANG_OPERATORS_H_
#define VEDETTE_RULES_LANG_OPERATORS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rules/lang/program.h"

namespace vedette {

// What the classifier may do with a comparison in the kernel.
enum class Decides : uint8_t {
  kNothing,  // Widened to true.
  kExact,    // The value is one of the literals.
  kPrefix,   // The text begins with one of the literals.
};

struct Operator {
  absl::string_view name;  // "startswith"
  bool is_word;            // Needs a blank behind it.
  bool takes_list;         // `in (a, b)`
  bool takes_value;        // All but `exists`.
  bool negative;           // `!=`: of either end of a connection it must hold for both.
  uint32_t types;          // Bit set of 1 << FieldType for which it is allowed.
  Decides decides;
  // Does it hold for one value? The value is never none; the predicate's literals were read for its
  // field's type.
  bool (*holds)(const Value& value, const Predicate& predicate);
  // Does it hold for one value and one of a right side that was worked out for the event? Null
  // where the right side must be constant: what is compiled at load, and bytes in hexadecimal.
  bool (*relates)(const Value& value, const Value& right);
  absl::string_view doc;

  // The right side is bytes in hexadecimal: bcontains, bstartswith.
  bool hexadecimal() const { return types == uint32_t{1} << static_cast<int>(FieldType::kBytes); }
};

absl::Span<const Operator> Operators();
const Operator* FindOperator(absl::string_view name);  // Null if there is none.

// The meaning of a comparison for all values of a field: the one place that knows what no value and
// many values mean. Never allocates.
bool Holds(const Predicate& predicate, const Values& values);
// The same where predicate.right is set.
bool Holds(const Predicate& predicate, const Values& left, const Values& right);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_OPERATORS_H_
