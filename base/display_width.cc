// SPDX-License-Identifier: Apache-2.0
#include "base/display_width.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace vedette {
namespace {

struct Range {
  uint32_t first, last;
};
// Combining marks: no width of their own.
constexpr Range kZeroWide[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},
                               {0x610, 0x61a},   {0x64b, 0x65f},   {0x93c, 0x93c},
                               {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff},
                               {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
// East Asian wide and full-width characters, and emoji.
constexpr Range kDoubleWide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
                                 {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
                                 {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                                 {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
                                 {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

template <size_t size>
bool IsIn(const Range (&ranges)[size], uint32_t point) {
  return std::any_of(std::begin(ranges), std::end(ranges), [point](const Range& range) {
    return range.first <= point && point <= range.last;
  });
}

// Takes one character off the front of `text`, which EscapeControl has made valid UTF-8.
uint32_t NextCharacter(absl::string_view& text) {
  const auto lead = static_cast<uint8_t>(text.front());
  size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  size = std::min(size, text.size());
  uint32_t point = size == 1 ? lead : lead & (0x7fu >> size);
  for (size_t i = 1; i < size; ++i) point = point << 6 | (static_cast<uint8_t>(text[i]) & 0x3fu);
  text.remove_prefix(size);
  return point;
}

size_t WidthOf(uint32_t point) {
  if (point < 0x300) return 1;
  if (IsIn(kZeroWide, point)) return 0;
  return IsIn(kDoubleWide, point) ? 2 : 1;
}

}  // namespace

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += WidthOf(NextCharacter(text));
  return width;
}

absl::string_view WidthPrefix(absl::string_view text, size_t width) {
  absl::string_view rest = text;
  size_t used = 0;
  while (!rest.empty()) {
    absl::string_view behind = rest;
    used += WidthOf(NextCharacter(behind));
    if (used > width) break;
    rest = behind;
  }
  return text.substr(0, text.size() - rest.size());
}

absl::string_view WidthSuffix(absl::string_view text, size_t width) {
  size_t total = DisplayWidth(text);
  while (total > width) total -= WidthOf(NextCharacter(text));
  return text;
}

std::string WrapToWidth(absl::string_view text, size_t columns, size_t first, size_t indent) {
  constexpr size_t kLeast = 16;  // A terminal with less room breaks lines itself.
  if (columns < first + kLeast || columns < indent + kLeast) return std::string(text);
  std::string out;
  size_t used = first;
  const auto new_line = [&] {
    out.erase(out.find_last_not_of(' ') + 1);
    absl::StrAppend(&out, "\n", std::string(indent, ' '));
    used = indent;
  };
  bool begun = false;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    const size_t width = DisplayWidth(word);
    if (begun && used + 1 + width > columns) {
      new_line();
    } else if (begun) {
      out += ' ';
      ++used;
    }
    begun = true;
    while (used + DisplayWidth(word) > columns) {
      const absl::string_view part = WidthPrefix(word, columns - used);
      absl::StrAppend(&out, part);
      word.remove_prefix(part.size());
      new_line();
    }
    absl::StrAppend(&out, word);
    used += DisplayWidth(word);
  }
  return out;
}

}  // namespace vedette
