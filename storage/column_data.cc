// SPDX-License-Identifier: Apache-2.0
//
// No unit test: segment_test drives it through the codec, against a plain model.
#include "storage/column_data.h"

#include <cstring>
#include <utility>

#include "absl/hash/hash.h"

namespace vedette {

namespace {

// Salted for each process, so that nobody can make names that all fall on one slot.
uint32_t HashOf(absl::string_view text) {
  static const uint64_t salt = absl::HashOf(&salt, uint64_t{0x9e3779b97f4a7c15}) | 1;
  const auto mix = [](uint64_t hash, uint64_t word) {
    const __uint128_t product = __uint128_t{hash ^ word} * (salt ^ 0xd6e8feb86659fd93);
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  uint64_t hash = salt + text.size(), word = 0;
  for (; text.size() > 8; text.remove_prefix(8)) {
    std::memcpy(&word, text.data(), 8);
    hash = mix(hash, word) + salt;
  }
  word = 0;
  if (!text.empty()) std::memcpy(&word, text.data(), text.size());
  return static_cast<uint32_t>(mix(hash, word) >> 32);
}

}  // namespace

void TextSet::Index(size_t slots) const {
  const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(slots));
  const size_t mask = slots - 1;
  if (indexed_ == size()) {  // It only grows.
    for (const Slot& slot : before) {
      if (slot.number == 0) continue;
      size_t at = slot.hash & mask;
      while (slots_[at].number != 0) at = (at + 1) & mask;
      slots_[at] = slot;
    }
    if (!before.empty()) return;
  }
  for (size_t number = 1; number < size(); ++number) {
    const absl::string_view text = (*this)[number];
    const uint32_t hash = HashOf(text);
    Slot& slot = slots_[SlotOf(text, hash)];
    if (slot.number == 0) slot = {static_cast<uint32_t>(number), hash};
  }
  indexed_ = size();
}

size_t TextSet::SlotOf(absl::string_view text, uint32_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].number != 0 &&
         (slots_[at].hash != hash || (*this)[slots_[at].number] != text)) {
    at = (at + 1) & mask;
  }
  return at;
}

uint32_t TextSet::Add(absl::string_view text) {
  if (text.empty()) return 0;
  if (indexed_ != size() || slots_.size() < 2 * (size() + 1)) {
    size_t slots = 64;
    while (slots < 4 * (size() + 1)) slots *= 2;
    Index(slots);
  }
  const uint32_t hash = HashOf(text);
  Slot& slot = slots_[SlotOf(text, hash)];
  if (slot.number == 0) {
    slot = {static_cast<uint32_t>(size()), hash};
    Append(text);
    ++indexed_;
  }
  return slot.number;
}

std::optional<uint32_t> TextSet::Find(absl::string_view text) const {
  if (text.empty()) return 0;
  if (indexed_ != size() || slots_.empty()) {
    size_t slots = 64;
    while (slots < 2 * (size() + 1)) slots *= 2;
    Index(slots);
  }
  const uint32_t number = slots_[SlotOf(text, HashOf(text))].number;
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
