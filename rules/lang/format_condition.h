// SPDX-License-Identifier: Apache-2.0
//
// The text of a condition, laid out in lines. Words and their order stay; only blanks change.
#ifndef VEDETTE_RULES_LANG_FORMAT_CONDITION_H_
#define VEDETTE_RULES_LANG_FORMAT_CONDITION_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace vedette {

// One blank between words, texts in quotes as they are. Nothing where a quote is not closed or a
// text has a line end or another control byte in it, which no layout could keep.
std::optional<std::vector<std::string>> WordsOfCondition(absl::string_view condition);

// The condition in lines of at most `columns` where words allow it: each operand of the outermost
// `and` and `or` on its own line, behind its connective. Nothing for what is no condition and no
// end of one (`and not x`, as appends have it).
std::optional<std::vector<std::string>> LayOutCondition(absl::string_view condition,
                                                        size_t columns);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_FORMAT_CONDITION_H_
