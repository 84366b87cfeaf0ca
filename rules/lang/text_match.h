// SPDX-License-Identifier: Apache-2.0
//
// Patterns over text. Nothing here allocates, and the time is bounded by the product of both sizes,
// whatever the pattern: glibc's fnmatch takes exponential time for patterns with many stars.
#ifndef VEDETTE_RULES_LANG_TEXT_MATCH_H_
#define VEDETTE_RULES_LANG_TEXT_MATCH_H_

#include "absl/strings/string_view.h"

namespace vedette {

enum class Case : bool { kExact, kIgnored };  // ASCII letters only.

// fnmatch(3) without flags in the C locale: `*` and `?` match `/` and a leading dot too; [a-z],
// [!a],
// [[:digit:]], backslash. A bracket that is not closed stands for itself.
bool MatchGlob(absl::string_view pattern, absl::string_view text, Case letters = Case::kExact);

// Whole leading components of a path, each a glob: `/etc/*` matches /etc/ssh/sshd_config, `/etc/s`
// does not. A slash at the end and doubled slashes do not count; `/` matches every absolute path.
bool MatchPathPrefix(absl::string_view pattern, absl::string_view path);

// Without overlong forms, surrogates and values beyond U+10FFFF.
bool IsUtf8(absl::string_view text);

bool ContainsIgnoringCase(absl::string_view text, absl::string_view part);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_TEXT_MATCH_H_
