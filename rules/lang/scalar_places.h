// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_RULES_LANG_SCALAR_PLACES_H_
#define VEDETTE_RULES_LANG_SCALAR_PLACES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "rules/lang/source_map.h"

namespace vedette {

// Finds for each byte of a YAML scalar, folded and unescaped as `value`, the byte of `source` that
// it came from. `begin` is where the node begins, its anchor and tag included. Works for all five
// styles by walking both texts side by side; where they cannot be brought together, the whole value
// stands for its first line.
// `unclosed` (if not null) is set where a scalar in quotes has no closing one: yaml-cpp lets the
// end of the file close it.
MappedText MapScalar(absl::string_view source, uint32_t file, size_t begin, absl::string_view value,
                     bool* unclosed = nullptr);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_SCALAR_PLACES_H_
