// SPDX-License-Identifier: Apache-2.0
//
// zstd, as segments use it: many short pieces, each on its own.
#ifndef VEDETTE_STORAGE_COMPRESSION_H_
#define VEDETTE_STORAGE_COMPRESSION_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace vedette {

// Appends `raw` to `to`, compressed if that is shorter, and returns how many bytes it took. As many
// as `raw` has: it is there as it was. Any thread.
size_t AppendCompressed(absl::string_view raw, std::string& to);
// The same of pieces of `piece` bytes that have nothing in common: each has a frame of its own, and
// so its own frequencies.
size_t AppendCompressedPieces(absl::string_view raw, size_t piece, std::string& to);

// The opposite: false if `stored` is not what becomes exactly `raw_size` bytes. Never allocates
// more than those; the caller bounds them. Any thread.
bool Decompress(absl::string_view stored, size_t raw_size, std::string& raw);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_COMPRESSION_H_
