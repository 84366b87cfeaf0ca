// SPDX-License-Identifier: Apache-2.0
//
// Standard input line by line, for commands that answer each line.
#ifndef VEDETTE_CLI_LINE_READER_H_
#define VEDETTE_CLI_LINE_READER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/io.h"

namespace vedette {

// Holds one line and one block of input. Not thread-safe.
class LineReader {
 public:
  enum class Got {
    kLine,
    kTooLong,  // The line has more than `bytes_max` bytes: it was skipped up to its end.
    kEnd,
  };

  LineReader(Io& io, size_t bytes_max) : io_(io), bytes_max_(bytes_max), block_(64 << 10) {}

  // The next line without its newline; the last one may have none. Gives a line as soon as it is
  // there, so that whoever writes may wait for an answer before the next.
  absl::StatusOr<Got> Next(std::string& line);
  size_t number() const { return number_; }  // Of the line last given, from 1.

 private:
  Io& io_;
  const size_t bytes_max_;
  std::vector<char> block_;
  size_t begin_ = 0, end_ = 0;  // Of what is left in the block.
  size_t number_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_LINE_READER_H_
