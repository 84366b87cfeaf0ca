// SPDX-License-Identifier: Apache-2.0
#include "base/hex.h"

#include <cstddef>
#include <cstdint>

namespace vedette {

std::optional<std::string> BytesOfHex(absl::string_view digits) {
  constexpr absl::string_view kDigits = "0123456789abcdef";
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes(digits.size() / 2, '\0');
  for (size_t i = 0; i < digits.size(); ++i) {
    const size_t value = kDigits.find(digits[i]);
    if (value == absl::string_view::npos) return std::nullopt;
    bytes[i / 2] =
        static_cast<char>(static_cast<unsigned>(static_cast<uint8_t>(bytes[i / 2])) << 4 |
                          static_cast<unsigned>(value));
  }
  return bytes;
}

}  // namespace vedette
