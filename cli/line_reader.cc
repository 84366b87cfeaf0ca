// SPDX-License-Identifier: Apache-2.0
#include "cli/line_reader.h"

#include <algorithm>
#include <cstring>

#include "base/status_macros.h"

namespace vedette {

absl::StatusOr<LineReader::Got> LineReader::Next(std::string& line) {
  line.clear();
  bool begun = false;
  bool too_long = false;
  while (true) {
    if (begin_ == end_) {
      ASSIGN_OR_RETURN(end_, io_.Read(block_.data(), block_.size()));
      begin_ = 0;
      if (end_ == 0) break;
    }
    begun = true;
    const char* from = block_.data() + begin_;
    const size_t size = end_ - begin_;
    const auto* newline = static_cast<const char*>(std::memchr(from, '\n', size));
    const size_t length = newline == nullptr ? size : static_cast<size_t>(newline - from);
    if (line.size() + length > bytes_max_) {
      too_long = true;
      line.clear();
      line.shrink_to_fit();
    }
    if (!too_long) line.append(from, length);
    begin_ += std::min(size, length + 1);
    if (newline != nullptr) break;
  }
  if (!begun) return Got::kEnd;
  ++number_;
  return too_long ? Got::kTooLong : Got::kLine;
}

}  // namespace vedette
