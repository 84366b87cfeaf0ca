// SPDX-License-Identifier: Apache-2.0
//
// Rows of an answer as a Parquet file. SQL gives each value its type, Parquet each column, before
// its first value: what the first row group has decides.
#ifndef VEDETTE_CLI_PARQUET_ROWS_H_
#define VEDETTE_CLI_PARQUET_ROWS_H_

#include <memory>

#include "cli/io.h"
#include "cli/row_writer.h"

namespace vedette {

// Keeps a row group in memory: at most 65,536 rows or 16 MiB of values. Numbers that are whole and
// others make a column of reals; numbers and text, or nothing at all, make one of text, in which
// bytes that are not UTF-8 become U+FFFD. A value that comes later and does not fit is
// kFailedPrecondition: status() names the column and the way out. `io` outlives it.
std::unique_ptr<RowWriter> NewParquetWriter(Io& io);

}  // namespace vedette

#endif  // VEDETTE_CLI_PARQUET_ROWS_H_
