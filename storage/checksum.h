// SPDX-License-Identifier: Apache-2.0
//
// Whether bytes are still what was written: for mistakes of disks and memory, not of attackers, who
// can make a checksum themselves.
#ifndef VEDETTE_STORAGE_CHECKSUM_H_
#define VEDETTE_STORAGE_CHECKSUM_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace vedette {

// The lower 32 bits of XXH3 with 64 bits (https://xxhash.com), with `before` as its seed: that of
// what came before it. Part of the store's format. Any thread.
uint32_t Checksum(absl::string_view bytes, uint32_t before = 0);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_CHECKSUM_H_
