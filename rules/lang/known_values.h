// SPDX-License-Identifier: Apache-2.0
//
// Fields of which every value is known: a comparison with something else is wrong, or can never be
// true.
#ifndef VEDETTE_RULES_LANG_KNOWN_VALUES_H_
#define VEDETTE_RULES_LANG_KNOWN_VALUES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace vedette {

bool HasKnownValues(absl::string_view field);

// These are for such fields only.
// Another value is an error. Elsewhere it is a warning: Falco takes it in silence, and new versions
// of it may know more.
bool IsStrict(absl::string_view field);
bool IsKnownValue(absl::string_view field, absl::string_view value);
std::vector<absl::string_view> KnownValues(absl::string_view field);
// False for a value that is known and that no event has yet: `evt.type = mount`.
bool IsSuppliedValue(absl::string_view field, absl::string_view value);
// What can be said about the values in a hint.
std::string DescribeKnownValues(absl::string_view field);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_KNOWN_VALUES_H_
