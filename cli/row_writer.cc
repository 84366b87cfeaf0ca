// SPDX-License-Identifier: Apache-2.0
//
// No unit test: query_test asks for every format.
#include "cli/row_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"
#include "cli/parquet_rows.h"
#include "cli/table.h"
#include "cli/when.h"
#include "integrations/format/json.h"

namespace vedette {
namespace {

// As many digits as it takes to read the same number again; times in seconds need 16.
std::string ShortestReal(double real) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), real).ptr};
}

bool IsNumber(const SqlValue& value) {
  return value.type == SqlValue::Type::kInteger || value.type == SqlValue::Type::kReal;
}

// Ids and times; those of SQL answers are known by their names.
bool IsIdOrTime(absl::string_view name) {
  static constexpr absl::string_view kNames[] = {"time", "start", "end",   "first",   "last",
                                                 "exec", "id",    "alert", "expires", "kind"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames) ||
         absl::EndsWith(name, "_id") || absl::EndsWith(name, "address");
}

bool IsPath(absl::string_view name) {
  return name == "object" || absl::EndsWith(name, "path") || absl::EndsWith(name, "file");
}

class TableWriter : public RowWriter {
 public:
  TableWriter(Io& io, TableOf what) : io_(io), what_(what) {}
  void Columns(absl::Span<const std::string> names) override {
    table_ = std::make_unique<TextTable>(std::vector<std::string>(names.begin(), names.end()));
    numbers_.assign(names.size(), true);
    for (size_t i = 0; i < names.size(); ++i) {
      table_->SetCut(i, IsIdOrTime(names[i]) ? Cut::kNever
                        : IsPath(names[i])   ? Cut::kMiddle
                                             : Cut::kEnd);
    }
  }
  void Row(absl::Span<const SqlValue> values) override {
    std::vector<std::string> cells;
    for (size_t i = 0; i < values.size(); ++i) {
      numbers_[i] = numbers_[i] && (IsNumber(values[i]) || values[i].type == SqlValue::Type::kNull);
      cells.push_back(what_ == TableOf::kSql ? ShownValue(values[i])
                                             : ShownIfTime(ShownValue(values[i]), io_.zone()));
    }
    table_->AddRow(std::move(cells));
  }
  void End() override {
    if (table_ == nullptr || (what_ == TableOf::kAnswer && table_->rows() == 0)) return;
    for (size_t i = 0; i < numbers_.size(); ++i) {
      if (numbers_[i] && table_->rows() > 0) table_->AlignRight(i);
    }
    const size_t lines_max = what_ == TableOf::kSql ? 1 : kLinesMax;
    const bool fits = table_->LinesPerRow(io_.screen()) <= lines_max;
    io_.Print(fits || table_->rows() == 0 ? table_->Render(io_.screen())
                                          : table_->RenderRecords(io_.screen()));
  }

 private:
  static constexpr size_t kLinesMax = 3;  // Of a row; more are hard to read below each other.

  Io& io_;
  const TableOf what_;
  std::unique_ptr<TextTable> table_;
  std::vector<bool> numbers_;  // By column: all values are.
};

// One object per line.
class JsonWriter : public RowWriter {
 public:
  explicit JsonWriter(Io& io) : io_(io) {}
  void Columns(absl::Span<const std::string> names) override {
    for (const std::string& name : DistinctNames(names)) {
      keys_.emplace_back();
      AppendJsonString(name, keys_.back());
    }
  }
  void Row(absl::Span<const SqlValue> values) override {
    std::string line = "{";
    for (size_t i = 0; i < values.size(); ++i) {
      absl::StrAppend(&line, i == 0 ? "" : ",", keys_[i], ":");
      AppendValue(values[i], line);
    }
    io_.Print(absl::StrCat(line, "}\n"));
  }

 private:
  static void AppendValue(const SqlValue& value, std::string& to) {
    const std::string text = ShownValue(value);
    if (value.type == SqlValue::Type::kNull || (IsNumber(value) && !IsJsonNumber(text))) {
      to += "null";
    } else if (IsNumber(value)) {
      to += text;
    } else {
      AppendJsonString(text, to);
    }
  }

  Io& io_;
  std::vector<std::string> keys_;
};

// RFC 4180, with control characters made harmless as everywhere.
class CsvWriter : public RowWriter {
 public:
  explicit CsvWriter(Io& io) : io_(io) {}
  void Columns(absl::Span<const std::string> names) override {
    std::string line;
    for (const std::string& name : DistinctNames(names)) AppendCell(name, line);
    io_.Print(absl::StrCat(line, "\n"));
  }
  void Row(absl::Span<const SqlValue> values) override {
    std::string line;
    bool first = true;
    for (const SqlValue& value : values) {
      if (!first) line += ',';
      first = false;
      AppendQuoted(ShownValue(value), line);
    }
    io_.Print(absl::StrCat(line, "\n"));
  }

 private:
  static void AppendCell(const std::string& text, std::string& line) {
    if (!line.empty()) line += ',';
    AppendQuoted(text, line);
  }
  static void AppendQuoted(const std::string& text, std::string& line) {
    const std::string shown = EscapeControl(text);
    if (shown.find_first_of(",\"") == std::string::npos) {
      line += shown;
      return;
    }
    absl::StrAppend(&line, "\"", absl::StrReplaceAll(shown, {{"\"", "\"\""}}), "\"");
  }

  Io& io_;
};

}  // namespace

std::vector<std::string> DistinctNames(absl::Span<const std::string> names) {
  std::vector<std::string> distinct;
  for (const std::string& name : names) {
    std::string unlike = ValidUtf8(name);
    for (int i = 2; std::count(distinct.begin(), distinct.end(), unlike) > 0; ++i) {
      unlike = absl::StrCat(ValidUtf8(name), "_", i);
    }
    distinct.push_back(std::move(unlike));
  }
  return distinct;
}

std::string ShownValue(const SqlValue& value) {
  switch (value.type) {
    case SqlValue::Type::kNull:
      return "";
    case SqlValue::Type::kInteger:
      return absl::StrCat(value.integer);
    case SqlValue::Type::kReal:
      return ShortestReal(value.real);
    case SqlValue::Type::kText:
    case SqlValue::Type::kBlob:
      return std::string(value.bytes);
  }
  return "";
}

std::unique_ptr<RowWriter> NewRowWriter(const std::string& format, Io& io, TableOf table) {
  if (format == "json") return std::make_unique<JsonWriter>(io);
  if (format == "csv") return std::make_unique<CsvWriter>(io);
  if (format == "parquet") return NewParquetWriter(io);
  return std::make_unique<TableWriter>(io, table);
}

}  // namespace vedette
