// SPDX-License-Identifier: Apache-2.0
//
// What the store is compared with: events in a plain SQLite table, as one would build it in an
// afternoon, with the columns that people ask for, and no others.
#ifndef VEDETTE_TESTS_BENCH_PLAIN_TABLE_H_
#define VEDETTE_TESTS_BENCH_PLAIN_TABLE_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "sensor/decode/record_builder.h"

namespace vedette {

// Makes the file `path` and writes the records to its table `events`, in transactions of as many
// rows as the store's largest. An index for each of `indexed`, names of columns.
void WritePlainTable(const std::string& path, const std::vector<RecordBytes>& records,
                     absl::Span<const char* const> indexed);

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_PLAIN_TABLE_H_
