// SPDX-License-Identifier: Apache-2.0
//
// No unit test: parquet_file_test reads what it writes.
#include "cli/parquet_rows.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "cli/parquet_file.h"

namespace vedette {
namespace {

constexpr size_t kRowsMax = 65'536;
constexpr size_t kBytesMax = size_t{16} << 20;

using Type = SqlValue::Type;

// The column's type with one more value in it.
ParquetType Widened(std::optional<ParquetType> column, Type value) {
  const ParquetType of_value = value == Type::kInteger ? ParquetType::kInteger
                               : value == Type::kReal  ? ParquetType::kReal
                               : value == Type::kBlob  ? ParquetType::kBytes
                                                       : ParquetType::kText;
  if (!column || *column == of_value) return of_value;
  const auto is_number = [](ParquetType type) {
    return type == ParquetType::kInteger || type == ParquetType::kReal;
  };
  if (is_number(*column) && is_number(of_value)) return ParquetType::kReal;
  return *column == ParquetType::kBytes || of_value == ParquetType::kBytes ? ParquetType::kBytes
                                                                           : ParquetType::kText;
}

absl::string_view NameOf(ParquetType type) {
  switch (type) {
    case ParquetType::kInteger:
      return "integers";
    case ParquetType::kReal:
      return "reals";
    case ParquetType::kText:
      return "texts";
    case ParquetType::kBytes:
      return "bytes";
  }
  return "";
}

class ParquetWriter : public RowWriter {
 public:
  explicit ParquetWriter(Io& io) : io_(io) {}

  void Columns(absl::Span<const std::string> names) override { names_ = DistinctNames(names); }

  void Row(absl::Span<const SqlValue> values) override {
    if (!status_.ok()) return;
    for (const SqlValue& value : values) {
      waiting_.push_back(value);
      waiting_.back().bytes = Kept(value);
      bytes_ += sizeof(value) + value.bytes.size();
    }
    if (waiting_.size() >= kRowsMax * names_.size() || bytes_ >= kBytesMax) WriteGroup();
  }

  void End() override {
    if (!waiting_.empty() || file_ == nullptr) WriteGroup();
    if (status_.ok()) io_.Print(file_->Tail());
  }

  absl::Status status() const override { return status_; }

 private:
  // The statement's own bytes are gone with its row.
  absl::string_view Kept(const SqlValue& value) {
    if (value.bytes.empty()) return {};
    texts_.push_back(std::string(value.bytes));
    return texts_.back();
  }

  void WriteGroup() {
    if (file_ == nullptr) Begin();
    std::vector<ParquetValues> columns(names_.size());
    for (size_t i = 0; i < waiting_.size() && status_.ok(); ++i) {
      status_ = Add(waiting_[i], i % names_.size(), columns[i % names_.size()]);
    }
    if (!status_.ok()) return;
    if (!waiting_.empty()) {
      absl::StatusOr<std::string> group = file_->RowGroup(columns);
      if (group.ok()) io_.Print(*group);
      status_ = group.status();
    }
    waiting_.clear();
    texts_.clear();
    bytes_ = 0;
  }

  void Begin() {
    std::vector<std::optional<ParquetType>> types(names_.size());
    for (size_t i = 0; i < waiting_.size(); ++i) {
      std::optional<ParquetType>& type = types[i % names_.size()];
      if (waiting_[i].type != Type::kNull) type = Widened(type, waiting_[i].type);
    }
    std::vector<ParquetColumn> columns;
    for (size_t i = 0; i < names_.size(); ++i) {
      types_.push_back(types[i].value_or(ParquetType::kText));
      columns.push_back({names_[i], types_.back()});
    }
    file_ = std::make_unique<ParquetFile>(std::move(columns));
    io_.Print(file_->Head());
  }

  absl::Status Add(const SqlValue& value, size_t column, ParquetValues& to) const {
    if (value.type == Type::kNull) {
      to.AddNull();
      return absl::OkStatus();
    }
    const ParquetType type = types_[column];
    const bool fits =
        type == ParquetType::kText ? value.type != Type::kBlob : Widened(type, value.type) == type;
    if (!fits) {
      return absl::FailedPreconditionError(
          absl::StrCat("column \"", EscapeControl(names_[column]), "\" has ", NameOf(type),
                       " in its first rows and \"", EscapeControl(ShownValue(value)).substr(0, 40),
                       "\" later, and a column of Parquet has one type: ask for CAST(... AS ",
                       value.type == Type::kReal   ? "REAL"
                       : value.type == Type::kBlob ? "BLOB"
                                                   : "TEXT",
                       ") in its place"));
    }
    switch (type) {
      case ParquetType::kInteger:
        to.Add(value.integer);
        break;
      case ParquetType::kReal:
        to.Add(value.type == Type::kReal ? value.real : static_cast<double>(value.integer));
        break;
      case ParquetType::kText:
        to.Add(absl::string_view(ValidUtf8(ShownValue(value))));
        break;
      case ParquetType::kBytes:
        to.Add(absl::string_view(ShownValue(value)));
        break;
    }
    return absl::OkStatus();
  }

  Io& io_;
  std::vector<std::string> names_;
  std::vector<ParquetType> types_;
  std::unique_ptr<ParquetFile> file_;
  std::vector<SqlValue> waiting_;  // Row by row.
  std::deque<std::string> texts_;  // Theirs.
  size_t bytes_ = 0;
  absl::Status status_;
};

}  // namespace

std::unique_ptr<RowWriter> NewParquetWriter(Io& io) { return std::make_unique<ParquetWriter>(io); }

}  // namespace vedette
