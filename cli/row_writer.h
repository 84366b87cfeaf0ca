// SPDX-License-Identifier: Apache-2.0
//
// Rows of an answer for people or programs. Values may come from anywhere: they are made harmless
// here. Not thread-safe.
#ifndef VEDETTE_CLI_ROW_WRITER_H_
#define VEDETTE_CLI_ROW_WRITER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
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
  // Why the rows could not be written; nothing more is then.
  virtual absl::Status status() const { return absl::OkStatus(); }
};

// Whose columns a table has.
enum class TableOf {
  // A command's own: times are in Io::zone(). On a terminal that has no room for 12 characters a
  // column the last columns stand in further lines below each row.
  kAnswer,
  // What somebody asked for in SQL: values as they are. Without room, a line for each column of a
  // row.
  kSql,
};

// For programs, which take a name once: of equal names the second is NAME_2, and so on.
std::vector<std::string> DistinctNames(absl::Span<const std::string> names);

// As text for people. Numbers as SQL has them.
std::string ShownValue(const SqlValue& value);

// `format`: "table" (kept in memory until End(), to fit its columns), "json" (an object a line),
// "csv" or "parquet" (parquet_rows.h). `io` outlives it.
std::unique_ptr<RowWriter> NewRowWriter(const std::string& format, Io& io,
                                        TableOf table = TableOf::kAnswer);

}  // namespace vedette

#endif  // VEDETTE_CLI_ROW_WRITER_H_
