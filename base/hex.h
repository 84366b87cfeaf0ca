// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_BASE_HEX_H_
#define VEDETTE_BASE_HEX_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace vedette {

// The bytes that absl::BytesToHexString has written: two lower-case digits each. None if they are
// not that. (Abseil has one function for this in old releases, and another, alone not deprecated,
// in new ones.) Any thread.
std::optional<std::string> BytesOfHex(absl::string_view digits);

}  // namespace vedette

#endif  // VEDETTE_BASE_HEX_H_
