// SPDX-License-Identifier: Apache-2.0
//
// No unit test: segment_test looks for what is there and what is not.
#include "storage/segment_filter.h"

#include <cstring>
#include <vector>

#include "absl/strings/ascii.h"
#include "storage/text_order.h"

namespace vedette {
namespace {

constexpr size_t kBitsPerKey = 10;
constexpr int kProbes = 6;

enum Domain : uint64_t { kNumber = 1, kText = 2, kFolder = 3, kUnresolved = 4 };

uint64_t Mix(uint64_t hash) {
  hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93;
  hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93;
  return hash ^ (hash >> 32);
}

uint64_t Begin(Domain domain, size_t column) { return Mix(domain * 0x9e3779b97f4a7c15 + column); }

uint64_t HashOf(uint64_t hash, absl::string_view text) {
  const size_t size = text.size();
  for (; text.size() >= 8; text.remove_prefix(8)) {
    uint64_t word;
    std::memcpy(&word, text.data(), 8);
    hash = Mix(hash ^ word);
  }
  uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  return Mix(hash ^ rest ^ (static_cast<uint64_t>(size) << 56));
}

// Calls `each` with the bits of a key: hash % bits, by a multiplication instead of a division.
template <typename Each>
void ForEachBit(uint64_t key, uint64_t bits, uint64_t inverse, Each each) {
  uint64_t hash = Mix(key);
  const uint64_t step = Mix(hash) | 1;
  for (int probe = 0; probe < kProbes; ++probe, hash += step) {
    uint64_t rest = hash - static_cast<uint64_t>(__uint128_t{hash} * inverse >> 64) * bits;
    while (rest >= bits) rest -= bits;  // Twice at most.
    each(rest);
  }
}

uint64_t InverseOf(uint64_t bits) { return ~uint64_t{0} / bits; }

}  // namespace

uint64_t NumberKey(size_t column, int64_t number) {
  return Mix(Begin(kNumber, column) ^ static_cast<uint64_t>(number));
}

bool IsPlainPath(absl::string_view path) {
  if (path.empty() || path[0] != '/') return false;
  for (size_t at = 0; at != absl::string_view::npos;) {
    const size_t end = path.find('/', at + 1);
    const absl::string_view part = path.substr(at + 1, end - at - 1);
    if (part == "." || part == ".." || part.empty()) return false;
    at = end;
  }
  return true;
}

uint64_t UnresolvedKey() { return Begin(kUnresolved, 0); }

bool HasUnresolved(const ColumnData& names, const ColumnData& paths) {
  std::vector<bool> is_known(names.texts.size());
  for (size_t row = 0; row < names.rows(); ++row) {
    const auto name = static_cast<size_t>(names.numbers[row]);
    if (is_known[name] || !paths.IsNull(row)) continue;
    is_known[name] = true;
    if (!IsPlainPath(names.texts[name])) return true;
  }
  return false;
}

uint64_t TextKey(absl::string_view text) { return HashOf(Begin(kText, 0), text); }

uint64_t FolderKey(absl::string_view folder) {
  return HashOf(Begin(kFolder, 0), absl::AsciiStrToLower(folder));
}

void FilterBuilder::AddFolders(absl::string_view path, absl::string_view before) {
  for (size_t at = path.find('/', SharedBeginning(path, before)); at != absl::string_view::npos;
       at = path.find('/', at + 1)) {
    Add(FolderKey(path.substr(0, at + 1)));
  }
}

void FilterBuilder::AddTexts(const TextSet& texts, absl::Span<const uint32_t> sorted,
                             bool has_folders) {
  absl::string_view before;
  for (const uint32_t number : sorted) {
    Add(TextKey(texts[number]));
    if (has_folders) AddFolders(texts[number], before);
    before = texts[number];
  }
}

std::string FilterBuilder::Build() {
  const std::vector<uint64_t>& keys = keys_.numbers();
  std::string filter((keys.size() * kBitsPerKey + 7) / 8, '\0');
  if (filter.empty()) return filter;
  const uint64_t inverse = InverseOf(filter.size() * 8);
  for (const uint64_t key : keys) {
    ForEachBit(key, filter.size() * 8, inverse, [&](uint64_t bit) {
      filter[bit / 8] = static_cast<char>(filter[bit / 8] | 1 << (bit % 8));
    });
  }
  keys_.Clear();
  return filter;
}

bool FilterMayHave(absl::string_view filter, uint64_t key) {
  if (filter.empty()) return true;
  bool all = true;
  ForEachBit(key, filter.size() * 8, InverseOf(filter.size() * 8),
             [&](uint64_t bit) { all = all && ((filter[bit / 8] >> (bit % 8)) & 1) != 0; });
  return all;
}

}  // namespace vedette
