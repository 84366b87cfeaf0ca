// SPDX-License-Identifier: Apache-2.0
//
// Values of one column of many events, in memory: what segments are made of and become again.
#ifndef VEDETTE_STORAGE_COLUMN_DATA_H_
#define VEDETTE_STORAGE_COLUMN_DATA_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace vedette {

// Texts by number. Number 0 is the empty text, which stands for NULL.
class TextSet {
 public:
  TextSet() : ends_{0} {}

  // The number of a text that is in it after that. Texts that Append() added twice have the first
  // one's.
  uint32_t Add(absl::string_view text);
  std::optional<uint32_t> Find(absl::string_view text) const;
  // Without looking whether it is there. At most 4 GiB of text fit.
  void Append(absl::string_view text);

  // With the empty text.
  size_t size() const { return ends_.size(); }
  size_t bytes() const { return bytes_.size(); }
  absl::string_view operator[](size_t number) const {
    if (number == 0) return {};
    return absl::string_view(bytes_).substr(ends_[number - 1], ends_[number] - ends_[number - 1]);
  }

 private:
  struct Slot {
    uint32_t number = 0, hash = 0;
  };
  void Index(size_t slots) const;
  // Where `text` is in slots_, or the free slot where it belongs.
  size_t SlotOf(absl::string_view text, uint32_t hash) const;

  std::string bytes_;
  std::vector<uint32_t> ends_;       // Of each text in bytes_.
  mutable std::vector<Slot> slots_;  // Open addressing by hash; 0 is free. Empty: no index yet.
  mutable size_t indexed_ = 1;
};

// One value a row. A text's row has its number in `texts`.
struct ColumnData {
  bool is_text = false;
  std::vector<int64_t> numbers;
  std::vector<uint8_t> nulls;  // 1: NULL, and its number is 0. Empty: no row is. Not for texts.
  TextSet texts;
  // Of a column of numbers that was stored as a dictionary: for each row, which of the `entries`
  // different numbers it has. For texts `numbers` and `texts` say the same.
  std::vector<int64_t> codes;
  size_t entries = 0;

  size_t rows() const { return numbers.size(); }
  bool IsNull(size_t row) const {
    return is_text ? numbers[row] == 0 : !nulls.empty() && nulls[row] != 0;
  }
  absl::string_view Text(size_t row) const { return texts[static_cast<size_t>(numbers[row])]; }

  void AddNull();
  void AddNumber(int64_t number);
  void AddText(absl::string_view text);
  // Rows of another column of the same type. A column of the other type gives NULL.
  void AddRows(const ColumnData& from, const std::vector<uint32_t>& rows);
  void AddAllRows(const ColumnData& from);
  // About as much memory as it takes.
  size_t Bytes() const;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_COLUMN_DATA_H_
