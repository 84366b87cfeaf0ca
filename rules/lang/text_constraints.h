// SPDX-License-Identifier: Apache-2.0
//
// The part of value_constraints.h that is about texts of which nothing says what they are, only how
// they begin, end or compare.
#ifndef VEDETTE_RULES_LANG_TEXT_CONSTRAINTS_H_
#define VEDETTE_RULES_LANG_TEXT_CONSTRAINTS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rules/lang/value_constraints.h"

namespace vedette {

// False only if no text can be all that is wanted.
bool TextCanBe(absl::Span<const Wanted> wanted);

// Can the left side be, or have in it, this text? `tolower(...)` never has an upper case letter.
bool CanGive(const Predicate& predicate, absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_TEXT_CONSTRAINTS_H_
