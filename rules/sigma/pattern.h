// SPDX-License-Identifier: Apache-2.0
//
// Texts of Sigma rules: `*` is any text, `?` any character, a backslash before one of the three
// takes its meaning away, any other backslash is one.
#ifndef VEDETTE_RULES_SIGMA_PATTERN_H_
#define VEDETTE_RULES_SIGMA_PATTERN_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace vedette {

enum class SigmaPlace : uint8_t { kWhole, kAnywhere, kStart, kEnd };

// A comparison in our language: `fd.name iglob "*/a?"`. The cheapest operator that says it.
std::string CompareText(absl::string_view field, absl::string_view text, SigmaPlace place,
                        bool cased);

// The same for a regular expression, which Sigma looks for anywhere in the text. `flags` are some
// of "ims".
std::string CompareRegex(absl::string_view field, absl::string_view regex, absl::string_view flags);

}  // namespace vedette

#endif  // VEDETTE_RULES_SIGMA_PATTERN_H_
