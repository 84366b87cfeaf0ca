// SPDX-License-Identifier: Apache-2.0
//
// Tables for people: columns that line up and fit the terminal.
#ifndef VEDETTE_CLI_TABLE_H_
#define VEDETTE_CLI_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/io.h"

namespace vedette {

// Cells may come from anywhere: they are made harmless here (base/text.h). All of them are kept in
// memory until Render(). Not thread-safe.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> titles);

  void AlignRight(size_t column);
  // Missing cells are empty; more cells than titles are dropped.
  void AddRow(std::vector<std::string> cells);
  size_t rows() const { return rows_.size(); }

  // A line of titles and one for each row. Where the screen is too narrow the widest columns give
  // way, and their cells are cut and end with "…" ("~" without UTF-8).
  std::string Render(const Screen& screen) const;

 private:
  struct Column {
    std::string title;
    bool right = false;
    size_t width = 0;  // Of its widest cell.
  };
  std::vector<size_t> FitWidths(size_t columns) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Columns of a terminal that a text without control characters takes. Text that is not UTF-8 counts
// by bytes.
size_t DisplayWidth(absl::string_view text);

// The text, or as much of it as fits with "…" behind it.
std::string FitToWidth(absl::string_view text, size_t width, bool utf8);

}  // namespace vedette

#endif  // VEDETTE_CLI_TABLE_H_
