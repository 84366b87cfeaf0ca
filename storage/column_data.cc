// SPDX-License-Identifier: Apache-2.0
//
// No unit test: segment_test drives it through the codec, against a plain model.
#include "storage/column_data.h"

#include <algorithm>

#include "absl/hash/hash.h"

namespace vedette {

void TextSet::Index(size_t slots) const {
  slots_.assign(slots, 0);
  for (size_t number = 1; number < size(); ++number) {
    const size_t slot = SlotOf((*this)[number]);
    if (slots_[slot] == 0) slots_[slot] = static_cast<uint32_t>(number);
  }
  indexed_ = size();
}

// Salted for each process, so that nobody can make names that all fall on one slot.
size_t TextSet::SlotOf(absl::string_view text) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = absl::HashOf(text) & mask;
  while (slots_[slot] != 0 && (*this)[slots_[slot]] != text) slot = (slot + 1) & mask;
  return slot;
}

uint32_t TextSet::Add(absl::string_view text) {
  if (text.empty()) return 0;
  if (indexed_ != size() || slots_.size() < 2 * (size() + 1)) {
    size_t slots = 64;
    while (slots < 4 * (size() + 1)) slots *= 2;
    Index(slots);
  }
  uint32_t& slot = slots_[SlotOf(text)];
  if (slot == 0) {
    slot = static_cast<uint32_t>(size());
    Append(text);
    ++indexed_;
  }
  return slot;
}

std::optional<uint32_t> TextSet::Find(absl::string_view text) const {
  if (text.empty()) return 0;
  if (indexed_ != size() || slots_.empty()) {
    size_t slots = 64;
    while (slots < 2 * (size() + 1)) slots *= 2;
    Index(slots);
  }
  const uint32_t number = slots_[SlotOf(text)];
  if (number == 0) return std::nullopt;
  return number;
}

void TextSet::Append(absl::string_view text) {
  bytes_.append(text.data(), text.size());
  ends_.push_back(static_cast<uint32_t>(bytes_.size()));
}

void ColumnData::AddNull() {
  if (!is_text) {
    nulls.resize(rows(), 0);
    nulls.push_back(1);
  }
  numbers.push_back(0);
}

void ColumnData::AddNumber(int64_t number) {
  if (!nulls.empty()) nulls.push_back(0);
  numbers.push_back(number);
}

void ColumnData::AddText(absl::string_view text) {
  // Neighbours often say the same.
  const bool again = !numbers.empty() && Text(rows() - 1) == text;
  numbers.push_back(again ? numbers.back() : int64_t{texts.Add(text)});
}

void ColumnData::AddRows(const ColumnData& from, const std::vector<uint32_t>& rows_of) {
  if (from.is_text != is_text) {
    for (size_t i = 0; i < rows_of.size(); ++i) AddNull();
    return;
  }
  constexpr uint32_t kUnknown = ~uint32_t{0};
  std::vector<uint32_t> number_here(is_text ? from.texts.size() : 0, kUnknown);
  for (const uint32_t row : rows_of) {
    if (from.IsNull(row)) {
      AddNull();
    } else if (!is_text) {
      AddNumber(from.numbers[row]);
    } else {
      uint32_t& here = number_here[static_cast<size_t>(from.numbers[row])];
      if (here == kUnknown) here = texts.Add(from.Text(row));
      numbers.push_back(here);
    }
  }
}

void ColumnData::AddAllRows(const ColumnData& from) {
  if (from.is_text != is_text) {
    for (size_t i = 0; i < from.rows(); ++i) AddNull();
    return;
  }
  if (!is_text && (!nulls.empty() || !from.nulls.empty())) {
    nulls.resize(rows(), 0);
    nulls.insert(nulls.end(), from.nulls.begin(), from.nulls.end());
    nulls.resize(rows() + from.rows(), 0);
  }
  if (!is_text) {
    numbers.insert(numbers.end(), from.numbers.begin(), from.numbers.end());
    return;
  }
  // Not all texts: those of a base need not be in any row.
  std::vector<int64_t> number_here(from.texts.size(), -1);
  numbers.reserve(rows() + from.rows());
  for (const int64_t number : from.numbers) {
    int64_t& here = number_here[static_cast<size_t>(number)];
    if (here < 0) here = int64_t{texts.Add(from.texts[static_cast<size_t>(number)])};
    numbers.push_back(here);
  }
}

size_t ColumnData::Bytes() const {
  return sizeof(*this) + (numbers.size() + codes.size()) * sizeof(int64_t) + nulls.size() +
         texts.bytes() + texts.size() * 3 * sizeof(uint32_t);
}

}  // namespace vedette
