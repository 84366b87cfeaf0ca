// SPDX-License-Identifier: Apache-2.0
#include "storage/text_order.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "absl/types/span.h"

namespace vedette {
namespace {

constexpr size_t kWord = sizeof(uint64_t);
constexpr size_t kFew = 12;  // Compared as a whole.

struct Key {
  uint64_t word;  // The bytes from some depth on, the first one the highest.
  uint32_t text;
};

static_assert(std::endian::native == std::endian::little, "words are turned round");

uint64_t WordAt(absl::string_view text, size_t at) {
  if (at >= text.size()) return 0;
  uint64_t word = 0;
  std::memcpy(&word, text.data() + at, std::min(kWord, text.size() - at));
  return __builtin_bswap64(word);
}

// All texts of `keys` have the same first `depth` bytes. Goes down only where they part, so that
// it is never deeper than there are texts.
void SortFrom(const TextSet& texts, absl::Span<Key> keys, size_t depth) {
  while (keys.size() > kFew) {
    for (Key& key : keys) key.word = WordAt(texts[key.text], depth);
    std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.word < b.word; });
    depth += kWord;
    // Of the same word, texts that end in it come first: they differ in the NULs at their ends.
    const auto sort_run = [&](size_t begin, size_t end) {
      const auto run = keys.subspan(begin, end - begin);
      const auto longer = std::partition(
          run.begin(), run.end(), [&](const Key& key) { return texts[key.text].size() <= depth; });
      std::sort(run.begin(), longer, [&](const Key& a, const Key& b) {
        return texts[a.text].size() < texts[b.text].size();
      });
      return run.subspan(static_cast<size_t>(longer - run.begin()));
    };
    if (keys.front().word == keys.back().word) {
      keys = sort_run(0, keys.size());
      continue;
    }
    for (size_t begin = 0, end = 0; begin < keys.size(); begin = end) {
      while (end < keys.size() && keys[end].word == keys[begin].word) ++end;
      if (end - begin > 1) SortFrom(texts, sort_run(begin, end), depth);
    }
    return;
  }
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    const absl::string_view left = texts[a.text], right = texts[b.text];
    return left.substr(std::min(depth, left.size())) < right.substr(std::min(depth, right.size()));
  });
}

}  // namespace

size_t SharedBeginning(absl::string_view a, absl::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  size_t shared = 0;
  for (; shared + kWord <= most; shared += kWord) {
    uint64_t left, right;
    std::memcpy(&left, a.data() + shared, kWord);
    std::memcpy(&right, b.data() + shared, kWord);
    if (left == right) continue;
    return shared + static_cast<size_t>(std::countr_zero(left ^ right)) / 8;
  }
  while (shared < most && a[shared] == b[shared]) ++shared;
  return shared;
}

void SortByText(const TextSet& texts, std::vector<uint32_t>& numbers) {
  std::vector<Key> keys;
  keys.reserve(numbers.size());
  for (const uint32_t number : numbers) keys.push_back({.word = 0, .text = number});
  SortFrom(texts, absl::MakeSpan(keys), 0);
  for (size_t i = 0; i < keys.size(); ++i) numbers[i] = keys[i].text;
}

}  // namespace vedette
