// SPDX-License-Identifier: Apache-2.0
//
// Fields of which every value is known: a rule that compares one with something else is wrong.
#ifndef VEDETTE_RULES_LANG_KNOWN_VALUES_H_
#define VEDETTE_RULES_LANG_KNOWN_VALUES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace vedette {

bool HasKnownValues(absl::string_view field);

// These are for such fields only.
bool IsKnownValue(absl::string_view field, absl::string_view value);
std::vector<absl::string_view> KnownValues(absl::string_view field);
// False for a value that is known and that no event has yet: `evt.type = mount`.
bool IsSuppliedValue(absl::string_view field, absl::string_view value);
// What can be said about the values in a hint.
std::string DescribeKnownValues(absl::string_view field);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_KNOWN_VALUES_H_
