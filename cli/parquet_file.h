// SPDX-License-Identifier: Apache-2.0
//
// Apache Parquet, as much of it as a table of an answer needs: flat columns that may be null, one
// page a column and row group, plain values, zstd. Debian has no library that writes it.
// https://parquet.apache.org/docs/file-format/ and parquet.thrift of the format 2.10.
#ifndef VEDETTE_CLI_PARQUET_FILE_H_
#define VEDETTE_CLI_PARQUET_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace vedette {

enum class ParquetType { kInteger, kReal, kText, kBytes };

struct ParquetColumn {
  std::string name;
  ParquetType type;
};

// The values of one column of a row group, in the order of its rows. Of a type's kind: what is
// added must fit the column.
class ParquetValues {
 public:
  void AddNull() { present_.push_back(false); }
  void Add(int64_t integer);
  void Add(double real);
  void Add(absl::string_view bytes);  // Text must be UTF-8.

  size_t rows() const { return present_.size(); }
  size_t bytes() const { return plain_.size(); }
  const std::vector<bool>& present() const { return present_; }
  absl::string_view plain() const { return plain_; }

 private:
  std::vector<bool> present_;
  std::string plain_;  // As the file has them.
};

// Makes the bytes of a file, piece by piece, for whoever writes them. Not thread-safe.
class ParquetFile {
 public:
  explicit ParquetFile(std::vector<ParquetColumn> columns);

  // What the file begins with.
  std::string Head() const;
  // Of values of all columns, with as many rows each, at most 1 GiB a column. kInternal: zstd has
  // no memory.
  absl::StatusOr<std::string> RowGroup(absl::Span<const ParquetValues> values);
  // What it ends with; nothing may follow.
  std::string Tail() const;

 private:
  struct Chunk {
    uint64_t offset, rows, plain_bytes, stored_bytes;  // With the header of its page.
  };

  const std::vector<ParquetColumn> columns_;
  std::vector<std::vector<Chunk>> groups_;
  uint64_t written_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_PARQUET_FILE_H_
