// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace vedette {
namespace {

constexpr size_t kGap = 2;     // Blanks between columns.
constexpr size_t kIndent = 4;  // Of the further lines of a row.
constexpr absl::string_view kBold = "\x1b[1m";
constexpr absl::string_view kReset = "\x1b[0m";

std::string FitCell(absl::string_view cell, size_t width, Cut cut, bool utf8) {
  return cut == Cut::kMiddle ? FitMiddle(cell, width, utf8) : FitToWidth(cell, width, utf8);
}

void AppendCell(std::string& line, absl::string_view cell, size_t width, bool right) {
  const std::string blanks(width - std::min(width, DisplayWidth(cell)), ' ');
  absl::StrAppend(&line, right ? blanks : "", cell, right ? "" : blanks);
}

}  // namespace

std::string FitToWidth(absl::string_view text, size_t width, bool utf8) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  return absl::StrCat(WidthPrefix(text, width - 1), utf8 ? "…" : "~");
}

std::string FitMiddle(absl::string_view text, size_t width, bool utf8) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width < 3) return FitToWidth(text, width, utf8);
  const size_t behind = width / 2;
  return absl::StrCat(WidthPrefix(text, width - 1 - behind), utf8 ? "…" : "~",
                      WidthSuffix(text, behind));
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
