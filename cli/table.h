// SPDX-License-Identifier: Apache-2.0
//
// Tables for people: columns that line up and fit the terminal.
#ifndef VEDETTE_CLI_TABLE_H_
#define VEDETTE_CLI_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/display_width.h"
#include "cli/io.h"

namespace vedette {

// What becomes of a cell that is wider than its column.
enum class Cut {
  kEnd,     // The end goes: names, texts.
  kMiddle,  // The middle goes: of a path, its end tells most.
  kNever,   // The column keeps its width: ids, times, numbers, which are useless in part.
};

// Cells may come from anywhere: they are made harmless here (base/text.h). All of them are kept in
// memory until Render(). Not thread-safe.
class TextTable {
 public:
  static constexpr size_t kNarrowest = 12;

  explicit TextTable(std::vector<std::string> titles);

  // For numbers: they are never cut.
  void AlignRight(size_t column);
  // Else kEnd. `narrowest`: a column does not give way beyond this.
  void SetCut(size_t column, Cut cut, size_t narrowest = kNarrowest);
  // Without a terminal a longer cell moves what is behind it, instead of every line being as long
  // as the longest.
  void PadAtMost(size_t column, size_t width);
  // Missing cells are empty; more cells than titles are dropped.
  void AddRow(std::vector<std::string> cells);
  size_t rows() const { return rows_.size(); }

  // A line of titles and one for each row. Where the screen is too narrow the widest columns that
  // may be cut give way, with "…" ("~" without UTF-8) for what is missing. Where that is not enough
  // either, the last columns stand in further lines below each row.
  std::string Render(const Screen& screen) const;
  // How many lines Render() takes for a row.
  size_t LinesPerRow(const Screen& screen) const;
  // A line "column  value" for each cell, uncut, and a line between rows.
  std::string RenderRecords(const Screen& screen) const;

 private:
  struct Column {
    std::string title;
    bool right = false;
    size_t width = 0;  // Of its widest cell.
    Cut cut = Cut::kEnd;
    size_t narrowest = kNarrowest;
    size_t pad_max = static_cast<size_t>(-1);
  };
  // Columns [begin, end) of one line, after `indent` blanks.
  struct Line {
    size_t begin, end, indent;
  };
  static size_t LeastWidth(const Column& column);
  std::vector<Line> BreakLines(size_t columns) const;
  std::vector<size_t> FitWidths(size_t columns) const;
  void FitLine(const Line& line, size_t columns, std::vector<size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// The text, or as much of it as fits with "…" behind it.
std::string FitToWidth(absl::string_view text, size_t width, bool utf8);

// The text, or as much of its beginning and its end as fits with "…" between them.
std::string FitMiddle(absl::string_view text, size_t width, bool utf8);

}  // namespace vedette

#endif  // VEDETTE_CLI_TABLE_H_
