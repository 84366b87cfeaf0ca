// SPDX-License-Identifier: Apache-2.0
//
// Whether comparisons of one field can come out as wanted for any value that it may have: what
// `vedette rules check` knows about `proc.name = a and proc.name = b`. Never says no wrongly, and
// yes where it cannot tell.
#ifndef VEDETTE_RULES_LANG_VALUE_CONSTRAINTS_H_
#define VEDETTE_RULES_LANG_VALUE_CONSTRAINTS_H_

#include "absl/types/span.h"
#include "rules/lang/program.h"

namespace vedette {

struct Wanted {
  const Predicate* predicate;
  bool holds;
};

// All have the same left side, no worked-out right side and no modifier. No value at all is tried,
// too: every comparison fails for it. Costs at most some ten thousand comparisons.
bool CanComeTrue(absl::Span<const Wanted> wanted);

// The name of the kernel's that has at most kCommBytes bytes.
inline constexpr size_t kCommBytes = 15;
bool IsComm(absl::string_view field);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_VALUE_CONSTRAINTS_H_
