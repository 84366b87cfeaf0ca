// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 is decoded by hand: the standard library has no checked decoder, and hostile bytes need one
// that refuses overlong forms, surrogates and values beyond U+10FFFF, each of which some terminal
// accepts.
#include "base/text.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

constexpr size_t kMatchBytesMax = 128;

struct CodePoint {
  uint32_t value = 0;
  size_t length = 0;  // 0: the bytes are not valid UTF-8.
};

struct CodePointRange {
  uint32_t first, last;
};

// What a terminal would obey, reorder or not show. Sorted.
constexpr CodePointRange kHarmful[] = {
    {0x80, 0x9f},        // C1 controls; 0x9b is ESC [ in one character.
    {0xad, 0xad},        // Soft hyphen.
    {0x61c, 0x61c},      // Arabic letter mark.
    {0x115f, 0x1160},    // Hangul fillers, shown as nothing.
    {0x17b4, 0x17b5},    // Khmer inherent vowels, shown as nothing.
    {0x180b, 0x180f},    // Mongolian selectors and vowel separator.
    {0x200b, 0x200f},    // Zero-width characters, left-to-right and right-to-left marks.
    {0x2028, 0x202e},    // Line and paragraph separators, bidirectional embeddings and overrides.
    {0x2060, 0x206f},    // Invisible operators, bidirectional isolates.
    {0x3164, 0x3164},    // Hangul filler.
    {0xfe00, 0xfe0f},    // Variation selectors.
    {0xfeff, 0xfeff},    // Byte order mark.
    {0xffa0, 0xffa0},    // Half-width Hangul filler.
    {0xfff0, 0xfffb},    // Specials: interlinear annotation.
    {0xfffe, 0xffff},    // Non-characters.
    {0xe0000, 0xe0fff},  // Tags and more variation selectors: text that nobody sees.
};

bool IsHarmful(uint32_t value) {
  for (const CodePointRange& range : kHarmful) {
    if (value < range.first) return false;
    if (value <= range.last) return true;
  }
  return false;
}

// The length that a first byte announces; 0 if no sequence starts with it.
size_t SequenceLength(uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

CodePoint Decode(absl::string_view text) {
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  constexpr uint8_t kFirstMask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  const auto first = static_cast<uint8_t>(text[0]);
  const size_t length = SequenceLength(first);
  if (length == 0 || length > text.size()) return {};
  uint32_t value = first & kFirstMask[length];
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>(text[i]);
    if ((next & 0xc0) != 0x80) return {};
    value = (value << 6) | (next & 0x3fU);
  }
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < kSmallest[length] || value > 0x10ffff || surrogate) return {};
  return {value, length};
}

}  // namespace

std::string EscapeControl(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = Decode(text);
    const size_t length = std::max<size_t>(point.length, 1);
    const bool control = length == 1 && (point.value < 0x20 || point.value == 0x7f);
    if (point.length == 0 || control) {
      absl::StrAppend(&out, "\\x", absl::Hex(static_cast<uint8_t>(text[0]), absl::kZeroPad2));
    } else if (IsHarmful(point.value)) {
      absl::StrAppend(&out, "\\u{", absl::Hex(point.value), "}");
    } else {
      absl::StrAppend(&out, text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string EscapeControlInLines(absl::string_view text) {
  std::string out;
  while (true) {
    const size_t end = std::min(text.find_first_of("\n\t"), text.size());
    out += EscapeControl(text.substr(0, end));
    if (end == text.size()) return out;
    out.push_back(text[end]);
    text.remove_prefix(end + 1);
  }
}

std::string ValidUtf8(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = Decode(text).length;
    absl::StrAppend(&out, length == 0 ? "\xef\xbf\xbd" : text.substr(0, length));
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return out;
}

absl::string_view TruncateUtf8(absl::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  // Only the sequence that covers the cut matters, and it starts at most 3 bytes before it.
  for (size_t back = 1; back <= 3 && back <= bytes_max; ++back) {
    const size_t start = bytes_max - back;
    const CodePoint point = Decode(text.substr(start));
    if (point.length > back) return text.substr(0, start);
    if (point.length != 0) break;
  }
  return text.substr(0, bytes_max);
}

size_t EditDistance(absl::string_view a, absl::string_view b, size_t limit) {
  const size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit) return limit + 1;
  // Rows of the classic table: `row` for a[0..i], `above` for one byte less, `above2` for two.
  std::vector<size_t> above2(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    std::swap(above2, above);
    std::swap(above, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], above2[j - 2] + 1);
    }
  }
  return std::min(row[b.size()], limit + 1);
}

std::optional<absl::string_view> ClosestMatch(absl::string_view name,
                                              absl::Span<const absl::string_view> candidates) {
  if (name.empty() || name.size() > kMatchBytesMax) return std::nullopt;
  const std::string lower = absl::AsciiStrToLower(name);
  size_t allowed = std::max<size_t>(1, name.size() / 3);
  std::optional<absl::string_view> best;
  for (const absl::string_view candidate : candidates) {
    const size_t edits = EditDistance(lower, absl::AsciiStrToLower(candidate), allowed);
    if (edits > allowed) continue;
    best = candidate;
    if (edits == 0) break;
    allowed = edits - 1;  // Later ones must be better.
  }
  return best;
}

}  // namespace vedette
