// SPDX-License-Identifier: Apache-2.0
#include "engine/match/part_index.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/bits.h"
#include "absl/strings/match.h"
#include "base/check.h"

namespace vedette {
namespace {

constexpr size_t kWidthMax = 4;
constexpr size_t kBitsPerEntry = 16;  // One of sixteen places is looked at for nothing.
constexpr size_t kBitmapBitsMin = 1 << 10, kBitmapBitsMax = 1 << 20;

uint32_t GramAt(const std::string& text, size_t offset, size_t width) {
  uint32_t gram = 0;
  for (size_t i = 0; i < width; ++i) {
    gram = gram << 8 | kLowerCaseBytes[static_cast<unsigned char>(text[offset + i])];
  }
  return gram;
}

// For a hash of 32 bits, cut to 2^n values.
int ShiftFor(size_t values) { return 32 - absl::countr_zero(absl::bit_ceil(values)); }

}  // namespace

PartIndex::PartIndex(std::vector<Part> parts) : parts_(std::move(parts)) {
  absl::flat_hash_map<Gram, uint32_t> counts;
  const auto for_each_gram = [](const std::string& text, auto each) {
    const size_t width = std::min(text.size(), kWidthMax);
    for (size_t offset = 0; offset + width <= text.size(); ++offset) {
      each(GramAt(text, offset, width), offset);
    }
  };
  for (const Part& part : parts_) {
    for_each_gram(part.text, [&](Gram gram, size_t) { ++counts[gram]; });
  }
  std::array<std::vector<Entry>, kWidthMax + 1> entries;
  for (uint32_t place = 0; place < parts_.size(); ++place) {
    const std::string& text = parts_[place].text;
    CHECK(!text.empty());
    Entry rarest{0, place, 0};
    uint32_t count = ~uint32_t{0};
    for_each_gram(text, [&](Gram gram, size_t offset) {
      if (counts[gram] >= count) return;
      count = counts[gram];
      rarest = {gram, place, static_cast<uint32_t>(offset)};
    });
    entries[std::min(text.size(), kWidthMax)].push_back(rarest);
  }
  for (size_t width = 1; width <= kWidthMax; ++width) {
    if (!entries[width].empty()) tables_.push_back(MakeTable(width, std::move(entries[width])));
  }
}

PartIndex::Table PartIndex::MakeTable(size_t width, std::vector<Entry> entries) {
  Table table;
  table.width = width;
  const size_t buckets = absl::bit_ceil(entries.size() * 2);
  table.bucket_shift = ShiftFor(buckets);
  const size_t bits = std::clamp(entries.size() * kBitsPerEntry, kBitmapBitsMin, kBitmapBitsMax);
  table.bitmap_shift = ShiftFor(bits);
  table.bitmap.resize(absl::bit_ceil(bits) / 64);
  const auto bucket_of = [&](const Entry& entry) { return Hash(entry.gram, table.bucket_shift); };
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    return std::pair(bucket_of(a), a.place) < std::pair(bucket_of(b), b.place);
  });
  table.firsts.resize(buckets + 1);
  for (const Entry& entry : entries) {
    ++table.firsts[bucket_of(entry) + 1];
    const uint32_t bit = Hash(entry.gram, table.bitmap_shift);
    table.bitmap[bit / 64] |= uint64_t{1} << bit % 64;
  }
  for (size_t i = 1; i < table.firsts.size(); ++i) table.firsts[i] += table.firsts[i - 1];
  table.entries = std::move(entries);
  return table;
}

bool PartIndex::IsAt(const Part& part, absl::string_view text, size_t begin) const {
  const absl::string_view there = text.substr(begin, part.text.size());
  return part.any_case ? absl::EqualsIgnoreCase(there, part.text) : there == part.text;
}

}  // namespace vedette
