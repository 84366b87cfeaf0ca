// SPDX-License-Identifier: Apache-2.0
// No unit test: process_test, diff_test and case_test ask through it.
#include "cli/store_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "integrations/format/json.h"

namespace vedette {
namespace {

StoreCell CellOf(const SqlValue& value) {
  StoreCell cell;
  cell.type = value.type;
  switch (value.type) {
    case SqlValue::Type::kNull:
      break;
    case SqlValue::Type::kInteger:
      cell.integer = value.integer;
      cell.text = absl::StrCat(value.integer);
      break;
    case SqlValue::Type::kReal:
      cell.text = absl::StrCat(value.real);
      break;
    case SqlValue::Type::kText:
    case SqlValue::Type::kBlob:
      cell.text = std::string(value.bytes);
      break;
  }
  return cell;
}

}  // namespace

const StoreCell& StoreRows::At(size_t row, absl::string_view column) const {
  static const StoreCell* const null = new StoreCell();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == column) return rows[row][i];
  }
  return *null;
}

absl::StatusOr<StoreRows> AskRows(StoreReader& store, absl::string_view sql, uint64_t rows_max) {
  StoreRows answer;
  QueryLimits limits;
  limits.rows_max = rows_max;
  ASSIGN_OR_RETURN(const QueryEnd end, store.Query(
                                           sql, limits,
                                           [&](absl::Span<const std::string> names) {
                                             answer.columns.assign(names.begin(), names.end());
                                           },
                                           [&](absl::Span<const SqlValue> values) {
                                             std::vector<StoreCell>& row =
                                                 answer.rows.emplace_back();
                                             for (const SqlValue& value : values)
                                               row.push_back(CellOf(value));
                                             return true;
                                           }));
  answer.more = end.more;
  return answer;
}

void AppendRowsJson(const StoreRows& rows, std::string& to) {
  to += '[';
  for (const std::vector<StoreCell>& row : rows.rows) {
    to += &row == rows.rows.data() ? "{" : ",{";
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) to += ',';
      AppendJsonString(rows.columns[i], to);
      to += ':';
      const bool number = row[i].type == SqlValue::Type::kInteger ||
                          (row[i].type == SqlValue::Type::kReal && IsJsonNumber(row[i].text));
      if (row[i].is_null()) {
        to += "null";
      } else if (number) {
        to += row[i].text;
      } else {
        AppendJsonString(row[i].text, to);
      }
    }
    to += '}';
  }
  to += ']';
}

}  // namespace vedette
