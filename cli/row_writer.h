// SPDX-License-Identifier: Apache-2.0
//
// Rows of an answer for people or programs. Values may come from anywhere: they are made harmless
// here. Not thread-safe.
#ifndef VEDETTE_CLI_ROW_WRITER_H_
#define VEDETTE_CLI_ROW_WRITER_H_

#include <memory>
#include <string>

#include "absl/types/span.h"
#include "cli/io.h"
#include "storage/queries.h"

namespace vedette {

// Takes the answer row by row. One for each format.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void Columns(absl::Span<const std::string> names) = 0;
  virtual void Row(absl::Span<const SqlValue> values) = 0;
  virtual void End() {}
};

// What a table becomes on a terminal that has no room for it with 12 characters a column.
enum class Narrow {
  kFold,     // The last columns stand in further lines below each row.
  kRecords,  // A line for each column of a row.
};

// `format`: "table" (kept in memory until End(), to fit its columns), "json" (an object a line) or
// "csv". `io` outlives it.
std::unique_ptr<RowWriter> NewRowWriter(const std::string& format, Io& io,
                                        Narrow narrow = Narrow::kFold);

}  // namespace vedette

#endif  // VEDETTE_CLI_ROW_WRITER_H_
