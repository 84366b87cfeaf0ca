// SPDX-License-Identifier: Apache-2.0
//
// Which of many texts are somewhere in another one. Of each, the four bytes that fewest others have
// are known; a bitmap that fits the cache tells for nearly every place of a value that no text has
// the bytes there, and only the others are compared. Immutable; any thread may read it. The time is
// bounded by the size of the value times the size of those texts that share their rarest bytes.
#ifndef VEDETTE_ENGINE_MATCH_PART_INDEX_H_
#define VEDETTE_ENGINE_MATCH_PART_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace vedette {

// By byte. A table, because a scan asks it for every byte; only ASCII letters change.
inline constexpr std::array<unsigned char, 256> kLowerCaseBytes = [] {
  std::array<unsigned char, 256> table{};
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<unsigned char>(i >= 'A' && i <= 'Z' ? i - 'A' + 'a' : i);
  }
  return table;
}();

class PartIndex {
 public:
  struct Part {
    std::string text;       // Not empty.
    bool any_case = false;  // Upper and lower case of ASCII letters are equal.
  };

  PartIndex() = default;
  // A part goes by its place in the list.
  explicit PartIndex(std::vector<Part> parts);

  bool empty() const { return parts_.empty(); }

  // Calls each(place) for those that are in `text`; more than once if they are there more than
  // once.
  template <typename Each>
  void ForEach(absl::string_view text, Each each) const {
    for (const Table& table : tables_) Scan(table, text, each);
  }

 private:
  // Up to four bytes in lower case, the last one lowest.
  using Gram = uint32_t;
  struct Entry {
    Gram gram;
    uint32_t place;
    uint32_t offset;  // Of the gram in the part.
  };
  // The parts whose gram is `width` bytes: four, or all of a shorter part.
  struct Table {
    size_t width = 0;
    std::vector<Entry> entries;    // Sorted by gram.
    std::vector<uint32_t> firsts;  // By bucket, the first entry; one more at the end.
    std::vector<uint64_t> bitmap;
    int bitmap_shift = 0, bucket_shift = 0;
  };

  static Gram MaskOf(size_t width) { return width == 4 ? ~Gram{0} : (Gram{1} << 8 * width) - 1; }
  static uint32_t Hash(Gram gram, int shift) { return (gram * 0x9e3779b1U) >> shift; }
  static Table MakeTable(size_t width, std::vector<Entry> entries);
  bool IsAt(const Part& part, absl::string_view text, size_t begin) const;
  template <typename Each>
  void Scan(const Table& table, absl::string_view text, Each each) const;

  std::vector<Part> parts_;
  std::vector<Table> tables_;  // Those that are not empty.
};

template <typename Each>
void PartIndex::Scan(const Table& table, absl::string_view text, Each each) const {
  Gram window = 0;
  const Gram mask = MaskOf(table.width);
  for (size_t i = 0; i < text.size(); ++i) {
    window = (window << 8 | kLowerCaseBytes[static_cast<unsigned char>(text[i])]) & mask;
    const uint32_t bit = Hash(window, table.bitmap_shift);
    if ((table.bitmap[bit / 64] >> bit % 64 & 1) == 0 || i + 1 < table.width) continue;
    const uint32_t bucket = Hash(window, table.bucket_shift);
    for (uint32_t at = table.firsts[bucket]; at < table.firsts[bucket + 1]; ++at) {
      const Entry& entry = table.entries[at];
      const size_t before = i + 1 - table.width;
      if (entry.gram != window || entry.offset > before) continue;
      if (IsAt(parts_[entry.place], text, before - entry.offset)) each(entry.place);
    }
  }
}

}  // namespace vedette

#endif  // VEDETTE_ENGINE_MATCH_PART_INDEX_H_
