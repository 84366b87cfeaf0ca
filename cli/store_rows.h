// SPDX-License-Identifier: Apache-2.0
//
// Answers of the store that are small enough for memory, for commands that make one page out of
// several questions.
#ifndef VEDETTE_CLI_STORE_ROWS_H_
#define VEDETTE_CLI_STORE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/queries.h"

namespace vedette {

struct StoreCell {
  SqlValue::Type type = SqlValue::Type::kNull;
  int64_t integer = 0;
  std::string text;  // As people read it, whatever the type; bytes as the kernel gave them.
  bool is_null() const { return type == SqlValue::Type::kNull; }
};

struct StoreRows {
  std::vector<std::string> columns;
  std::vector<std::vector<StoreCell>> rows;
  bool more = false;  // There are rows beyond the limit.

  // Of a row; a column that there is not is NULL, as it would be in a younger store.
  const StoreCell& At(size_t row, absl::string_view column) const;
  std::string Text(size_t row, absl::string_view column) const { return At(row, column).text; }
};

absl::StatusOr<StoreRows> AskRows(StoreReader& store, absl::string_view sql,
                                  uint64_t rows_max = 10'000);

// An object for each row, in a JSON array: numbers, texts, null.
void AppendRowsJson(const StoreRows& rows, std::string& to);

}  // namespace vedette

#endif  // VEDETTE_CLI_STORE_ROWS_H_
