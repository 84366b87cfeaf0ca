// SPDX-License-Identifier: Apache-2.0
//
// What every target shares. A target is one function that survives any bytes; libFuzzer calls it
// (preset fuzz), or standalone_main.cc does (all other presets).
#ifndef VEDETTE_TESTS_FUZZ_FUZZ_TARGET_H_
#define VEDETTE_TESTS_FUZZ_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace vedette {

inline absl::string_view AsText(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline absl::Span<const std::byte> AsBytes(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const std::byte*>(data), size};
}

}  // namespace vedette

#endif  // VEDETTE_TESTS_FUZZ_FUZZ_TARGET_H_
