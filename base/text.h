// SPDX-License-Identifier: Apache-2.0
//
// Text for people's eyes. All functions are pure and safe on any thread.
#ifndef VEDETTE_BASE_TEXT_H_
#define VEDETTE_BASE_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace vedette {

// Makes hostile bytes harmless for one line on a terminal. Shown as \xNN: control bytes (newline,
// tab, ESC and DEL too) and bytes that are not valid UTF-8. Shown as \u{202e}: C1 controls, marks
// that reorder or hide text (bidirectional, zero-width, tags) and line separators. All else stays,
// backslashes too, so this is for looking at and cannot be undone. The result is valid UTF-8 and at
// most 4 times as long as `text`.
std::string EscapeControl(absl::string_view text);
// The same for a text of several lines: newlines and tabs stay.
std::string EscapeControlInLines(absl::string_view text);

// `text` with U+FFFD for each byte that is not valid UTF-8.
std::string ValidUtf8(absl::string_view text);

// The longest prefix of at most `bytes_max` bytes that does not cut a UTF-8 sequence in two.
// Bytes that are not UTF-8 anyway may be cut anywhere. Points into `text`.
absl::string_view TruncateUtf8(absl::string_view text, size_t bytes_max);

// Edits (insert, delete, replace, swap neighbours) from `a` to `b`, counted in bytes; `limit` + 1
// if there are more than `limit`. Costs at most |a| * |b|.
size_t EditDistance(absl::string_view a, absl::string_view b, size_t limit);

// The candidate that `name` was probably meant to be, for "did you mean": the one with the fewest
// edits, ignoring ASCII case, the first of equals; nullopt if all need more than a third of the
// name's length (one edit is always allowed). Names above 128 bytes have no match.
// Points into `candidates`.
std::optional<absl::string_view> ClosestMatch(absl::string_view name,
                                              absl::Span<const absl::string_view> candidates);

}  // namespace vedette

#endif  // VEDETTE_BASE_TEXT_H_
