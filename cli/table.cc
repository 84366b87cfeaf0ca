// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace vedette {
namespace {

constexpr size_t kGap = 2;        // Blanks between columns.
constexpr size_t kNarrowest = 8;  // A column does not give way beyond this.
constexpr absl::string_view kBold = "\x1b[1m";
constexpr absl::string_view kReset = "\x1b[0m";

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

// As much of the text as fits.
absl::string_view Prefix(absl::string_view text, size_t width) {
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

void AppendCell(std::string& line, absl::string_view cell, size_t width, bool right) {
  const std::string blanks(width - std::min(width, DisplayWidth(cell)), ' ');
  absl::StrAppend(&line, right ? blanks : "", cell, right ? "" : blanks);
}

}  // namespace

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += WidthOf(NextCharacter(text));
  return width;
}

std::string FitToWidth(absl::string_view text, size_t width, bool utf8) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  return absl::StrCat(Prefix(text, width - 1), utf8 ? "…" : "~");
}

TextTable::TextTable(std::vector<std::string> titles) {
  for (std::string& title : titles) {
    std::string shown = EscapeControl(title);
    const size_t width = DisplayWidth(shown);
    columns_.push_back({.title = std::move(shown), .right = false, .width = width});
  }
}

void TextTable::AlignRight(size_t column) { columns_[column].right = true; }

void TextTable::AddRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i] = EscapeControl(cells[i]);
    columns_[i].width = std::max(columns_[i].width, DisplayWidth(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

std::vector<size_t> TextTable::FitWidths(size_t columns) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(column.width);
  if (columns == 0 || widths.empty()) return widths;
  size_t total = std::accumulate(widths.begin(), widths.end(), (widths.size() - 1) * kGap);
  while (total > columns) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowest) break;  // Too many columns: the lines will be too long.
    // Down to the next narrower column, so that equals give way together.
    size_t next = kNarrowest;
    for (const size_t width : widths) {
      if (width < *widest) next = std::max(next, width);
    }
    const bool alone = std::count(widths.begin(), widths.end(), *widest) == 1;
    const size_t step = alone ? std::clamp<size_t>(*widest - next, 1, total - columns) : 1;
    *widest -= step;
    total -= step;
  }
  return widths;
}

std::string TextTable::Render(const Screen& screen) const {
  const std::vector<size_t> widths = FitWidths(screen.columns);
  std::string out;
  auto append_line = [&](auto cell_at, bool bold) {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line.append(kGap, ' ');
      AppendCell(line, FitToWidth(cell_at(i), widths[i], screen.utf8), widths[i],
                 columns_[i].right);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&out, bold ? kBold : "", line, bold ? kReset : "", "\n");
  };
  append_line([&](size_t i) { return absl::string_view(columns_[i].title); }, screen.colour);
  for (const std::vector<std::string>& row : rows_) {
    append_line([&](size_t i) { return absl::string_view(row[i]); }, false);
  }
  return out;
}

}  // namespace vedette
