// SPDX-License-Identifier: Apache-2.0
//
// How far numbers are from each other: what an encoder of columns asks first.
#ifndef VEDETTE_STORAGE_NUMBER_RANGE_H_
#define VEDETTE_STORAGE_NUMBER_RANGE_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "storage/byte_code.h"

namespace vedette {

inline uint64_t Distance(int64_t to, int64_t from) {
  return ZigZag(static_cast<int64_t>(static_cast<uint64_t>(to) - static_cast<uint64_t>(from)));
}

// Of at least one number.
struct Range {
  int64_t least, most;
};

inline Range RangeOf(const std::vector<int64_t>& numbers) {
  Range range{numbers[0], numbers[0]};
  for (const int64_t number : numbers) {
    range.least = std::min(range.least, number);
    range.most = std::max(range.most, number);
  }
  return range;
}

// Most columns are. At least one number.
inline bool AllEqual(const std::vector<int64_t>& numbers) {
  return std::memcmp(numbers.data(), numbers.data() + 1,
                     (numbers.size() - 1) * sizeof(numbers[0])) == 0;
}

inline uint64_t Bits(uint64_t number) { return static_cast<uint64_t>(std::bit_width(number)); }

}  // namespace vedette

#endif  // VEDETTE_STORAGE_NUMBER_RANGE_H_
