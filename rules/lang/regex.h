// SPDX-License-Identifier: Apache-2.0
//
// The one place that speaks to RE2: its text type differs between the releases that we build with.
#ifndef VEDETTE_RULES_LANG_REGEX_H_
#define VEDETTE_RULES_LANG_REGEX_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace re2 {
class RE2;
}

namespace vedette {

// What one pattern may cost: instructions of RE2's program, and bytes for it and its cache.
inline constexpr size_t kRegexSizeMax = 20'000;
inline constexpr long kRegexBytesMax = 1 << 20;

enum class RegexText : bool {
  kUtf8,   // A dot is a character.
  kBytes,  // A dot is a byte: for texts that are not UTF-8, which kUtf8 would not match at all.
};

// kInvalidArgument says what is wrong with the pattern; kResourceExhausted that it is too large.
absl::StatusOr<std::shared_ptr<const re2::RE2>> CompileRegex(absl::string_view pattern,
                                                             RegexText text = RegexText::kUtf8);

// Texts in lower case, of which at least one is in the lower case of every text of ASCII that the
// pattern matches. Empty if that cannot be said of short enough a list.
std::vector<std::string> RequiredTexts(absl::string_view pattern);

// How many instructions it compiled to.
size_t RegexSize(const re2::RE2& regex);

// The whole text matches. Linear in its length. Safe on any thread.
bool MatchRegex(const re2::RE2& regex, absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_REGEX_H_
