// SPDX-License-Identifier: Apache-2.0
#include "storage/checksum.h"

#define XXH_INLINE_ALL  // Nothing is linked: its functions are in the header.
#include <xxhash.h>

namespace vedette {

uint32_t Checksum(absl::string_view bytes, uint32_t before) {
  return static_cast<uint32_t>(XXH3_64bits_withSeed(bytes.data(), bytes.size(), before));
}

}  // namespace vedette
