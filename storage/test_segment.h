// SPDX-License-Identifier: Apache-2.0
//
// For tests and fuzzers that look behind the checksums, at what an attacker can write.
#ifndef VEDETTE_STORAGE_TEST_SEGMENT_H_
#define VEDETTE_STORAGE_TEST_SEGMENT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "storage/checksum.h"
#include "storage/segment_head.h"

namespace vedette {

// The head with the checksums of what is in `data`; unchanged if it makes no sense.
inline std::string WithRightChecksums(absl::string_view bytes, absl::string_view data) {
  absl::StatusOr<SegmentHead> head = ParseSegmentHead(bytes);
  if (!head.ok() || !head->HasChecksums()) return std::string(bytes);
  for (const Stream* const stream : head->Streams()) {
    if (stream->offset > data.size()) continue;
    const_cast<Stream*>(stream)->check = Checksum(data.substr(stream->offset, stream->stored));
  }
  std::string right;
  AppendSegmentHead(*head, right);
  return right;
}

}  // namespace vedette

#endif  // VEDETTE_STORAGE_TEST_SEGMENT_H_
