// SPDX-License-Identifier: Apache-2.0
//
// How wide texts are on a terminal. All take texts without control characters that are UTF-8, as
// EscapeControl() makes them (base/text.h). Pure, any thread.
#ifndef VEDETTE_BASE_DISPLAY_WIDTH_H_
#define VEDETTE_BASE_DISPLAY_WIDTH_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace vedette {

// Columns that the text takes: wide characters two, combining marks none. Bytes that are no UTF-8
// count one each.
size_t DisplayWidth(absl::string_view text);

// As much of its beginning, or of its end, as fits. They point into `text`.
absl::string_view WidthPrefix(absl::string_view text, size_t width);
absl::string_view WidthSuffix(absl::string_view text, size_t width);

// The text in lines that fit into `columns`, broken at blanks where that can be: the first begins
// in the column `first`, the others behind `indent` blanks.
std::string WrapToWidth(absl::string_view text, size_t columns, size_t first, size_t indent);

}  // namespace vedette

#endif  // VEDETTE_BASE_DISPLAY_WIDTH_H_
