// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace vedette {
namespace {

constexpr size_t kGap = 2;     // Blanks between columns.
constexpr size_t kIndent = 4;  // Of the further lines of a row.
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

// As much of the end of the text as fits.
absl::string_view Suffix(absl::string_view text, size_t width) {
  size_t total = DisplayWidth(text);
  while (total > width) total -= WidthOf(NextCharacter(text));
  return text;
}

std::string FitCell(absl::string_view cell, size_t width, Cut cut, bool utf8) {
  return cut == Cut::kMiddle ? FitMiddle(cell, width, utf8) : FitToWidth(cell, width, utf8);
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

std::string FitMiddle(absl::string_view text, size_t width, bool utf8) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width < 3) return FitToWidth(text, width, utf8);
  const size_t behind = width / 2;
  return absl::StrCat(Prefix(text, width - 1 - behind), utf8 ? "…" : "~", Suffix(text, behind));
}

TextTable::TextTable(std::vector<std::string> titles) {
  for (std::string& title : titles) {
    std::string shown = EscapeControl(title);
    const size_t width = DisplayWidth(shown);
    columns_.push_back({.title = std::move(shown), .right = false, .width = width});
  }
}

void TextTable::AlignRight(size_t column) {
  columns_[column].right = true;
  columns_[column].cut = Cut::kNever;
}

void TextTable::SetCut(size_t column, Cut cut, size_t narrowest) {
  columns_[column].cut = cut;
  columns_[column].narrowest = narrowest;
}

void TextTable::PadAtMost(size_t column, size_t width) { columns_[column].pad_max = width; }

void TextTable::AddRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i] = EscapeControl(cells[i]);
    columns_[i].width = std::max(columns_[i].width, DisplayWidth(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

size_t TextTable::LeastWidth(const Column& column) {
  return column.cut == Cut::kNever ? column.width : std::min(column.width, column.narrowest);
}

std::vector<TextTable::Line> TextTable::BreakLines(size_t columns) const {
  std::vector<Line> lines = {{0, 0, 0}};
  size_t used = 0;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const size_t least = LeastWidth(columns_[i]);
    Line& line = lines.back();
    const bool first = line.end == line.begin;
    if (columns > 0 && !first && used + kGap + least > columns) {
      lines.push_back({i, i + 1, kIndent});
      used = kIndent + least;
      continue;
    }
    used += first ? least : kGap + least;
    line.end = i + 1;
  }
  return lines;
}

void TextTable::FitLine(const Line& line, size_t columns, std::vector<size_t>& widths) const {
  size_t total = line.indent + (line.end - line.begin - 1) * kGap;
  for (size_t i = line.begin; i < line.end; ++i) total += widths[i];
  while (total > columns) {
    // The widest of those that can give way, and how far down to the next narrower one, so that
    // equals give way together.
    size_t widest = line.end;
    size_t next = 0;
    size_t equals = 0;
    for (size_t i = line.begin; i < line.end; ++i) {
      if (widths[i] <= LeastWidth(columns_[i])) continue;
      if (widest == line.end || widths[i] > widths[widest]) {
        next = widest == line.end ? 0 : widths[widest];
        widest = i;
        equals = 1;
      } else if (widths[i] == widths[widest]) {
        ++equals;
      } else {
        next = std::max(next, widths[i]);
      }
    }
    if (widest == line.end) return;  // The line will be too long.
    next = std::max(next, LeastWidth(columns_[widest]));
    const size_t step =
        equals == 1 ? std::clamp<size_t>(widths[widest] - next, 1, total - columns) : 1;
    widths[widest] -= step;
    total -= step;
  }
}

std::vector<size_t> TextTable::FitWidths(size_t columns) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) {
    widths.push_back(columns == 0 ? std::min(column.width, column.pad_max) : column.width);
  }
  if (columns == 0 || widths.empty()) return widths;
  for (const Line& line : BreakLines(columns)) FitLine(line, columns, widths);
  return widths;
}

size_t TextTable::LinesPerRow(const Screen& screen) const {
  return BreakLines(screen.columns).size();
}

std::string TextTable::Render(const Screen& screen) const {
  const std::vector<size_t> widths = FitWidths(screen.columns);
  const std::vector<Line> lines = BreakLines(screen.columns);
  std::string out;
  auto append_row = [&](auto cell_at, bool bold) {
    for (const Line& part : lines) {
      std::string line(part.indent, ' ');
      for (size_t i = part.begin; i < part.end; ++i) {
        const Column& column = columns_[i];
        if (i > part.begin) line.append(kGap, ' ');
        const std::string cell = screen.columns == 0
                                     ? std::string(cell_at(i))
                                     : FitCell(cell_at(i), widths[i], column.cut, screen.utf8);
        AppendCell(line, cell, widths[i], column.right);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      if (line.empty() && part.indent > 0) continue;  // Nothing is known for a further line.
      absl::StrAppend(&out, bold ? kBold : "", line, bold ? kReset : "", "\n");
    }
  };
  append_row([&](size_t i) { return absl::string_view(columns_[i].title); }, screen.colour);
  for (const std::vector<std::string>& row : rows_) {
    append_row([&](size_t i) { return absl::string_view(row[i]); }, false);
  }
  return out;
}

std::string TextTable::RenderRecords(const Screen& screen) const {
  size_t titles = 0;
  for (const Column& column : columns_) titles = std::max(titles, DisplayWidth(column.title));
  std::string out;
  for (const std::vector<std::string>& row : rows_) {
    if (&row != rows_.data()) absl::StrAppend(&out, std::string(titles, '-'), "\n");
    for (size_t i = 0; i < columns_.size(); ++i) {
      std::string title;
      AppendCell(title, columns_[i].title, row[i].empty() ? 0 : titles + kGap, false);
      absl::StrAppend(&out, screen.colour ? kBold : "", title, screen.colour ? kReset : "", row[i],
                      "\n");
    }
  }
  return out;
}

}  // namespace vedette
