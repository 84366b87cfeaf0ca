// SPDX-License-Identifier: Apache-2.0
//
// Different numbers of many, each with a code: how many were there before it. Its memory is used
// again and again.
#ifndef VEDETTE_STORAGE_NUMBER_INDEX_H_
#define VEDETTE_STORAGE_NUMBER_INDEX_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/hash/hash.h"

namespace vedette {

class NumberIndex {
 public:
  // Forgets all.
  void Clear() {
    if (numbers_.size() < slots_.size() / 16) {
      // Last in, first out: whatever is left is found still.
      for (size_t i = numbers_.size(); i > 0; --i) slots_[SlotOf(numbers_[i - 1])] = 0;
    } else {
      std::fill(slots_.begin(), slots_.end(), 0);
    }
    numbers_.clear();
  }

  // The code of `number`, which is in it from then on.
  size_t Code(uint64_t number) {
    if (2 * (numbers_.size() + 1) > slots_.size()) Grow();
    uint32_t& slot = slots_[SlotOf(number)];
    if (slot == 0) {
      numbers_.push_back(number);
      slot = static_cast<uint32_t>(numbers_.size());
    }
    return slot - 1;
  }

  // In the order of their codes.
  const std::vector<uint64_t>& numbers() const { return numbers_; }

 private:
  // The factor is salted for each process: nobody can make numbers that all fall on one slot.
  size_t SlotOf(uint64_t number) const {
    static const uint64_t salt = absl::HashOf(&salt, uint64_t{0x9e3779b97f4a7c15}) | 1;
    const size_t mask = slots_.size() - 1;
    size_t at = static_cast<size_t>((number ^ (number >> 32)) * salt >> shift_);
    while (slots_[at] != 0 && numbers_[slots_[at] - 1] != number) at = (at + 1) & mask;
    return at;
  }

  void Grow() {
    slots_.assign(std::max<size_t>(1024, 4 * slots_.size()), 0);
    shift_ = 64 - std::countr_zero(slots_.size());
    for (size_t code = 0; code < numbers_.size(); ++code) {
      slots_[SlotOf(numbers_[code])] = static_cast<uint32_t>(code + 1);
    }
  }

  std::vector<uint64_t> numbers_;
  std::vector<uint32_t> slots_;  // Open addressing; code + 1, 0 is free.
  int shift_ = 64;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_NUMBER_INDEX_H_
