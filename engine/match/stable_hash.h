// SPDX-License-Identifier: Apache-2.0
//
// The same number for the same parts, on every machine and in every version.
#ifndef VEDETTE_ENGINE_MATCH_STABLE_HASH_H_
#define VEDETTE_ENGINE_MATCH_STABLE_HASH_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace vedette {

// FNV-1a, and a last mix, since its high bits are weak. Not against forgery: the store's chain is.
class StableHash {
 public:
  void Add(absl::string_view bytes) {
    for (const char c : bytes) {
      state_ = (state_ ^ static_cast<uint8_t>(c)) * 0x100000001b3;
    }
  }
  void Add(uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
      state_ = (state_ ^ (number >> shift & 0xff)) * 0x100000001b3;
    }
  }
  // Ends the text, so that no two lists of texts read alike.
  void AddText(absl::string_view text) {
    Add(text);
    Add(uint64_t{0});
  }
  uint64_t Finish() const {
    uint64_t mixed = state_ ^ (state_ >> 33);
    mixed *= 0xff51afd7ed558ccd;
    return mixed ^ (mixed >> 33);
  }

 private:
  uint64_t state_ = 0xcbf29ce484222325;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_STABLE_HASH_H_
