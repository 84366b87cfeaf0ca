// SPDX-License-Identifier: Apache-2.0
//
// A segment of a store that somebody else made. The bytes are the head's size, the head and the
// data; the head is also tried as a filter.
#include <algorithm>

#include "storage/segment_filter.h"
#include "storage/segment_reader.h"
#include "storage/test_segment.h"
#include "tests/fuzz/fuzz_target.h"

namespace vedette {
namespace {

void ReadEverything(absl::string_view head, absl::string_view data) {
  const auto reader =
      SegmentReader::Create(head, [data](uint64_t offset, size_t size, std::string& to) {
        if (offset > data.size() || size > data.size() - offset) {
          return absl::DataLossError("beyond the data");
        }
        to.assign(data.data() + offset, size);
        return absl::OkStatus();
      });
  if (!reader.ok()) return;
  size_t sum = 0;
  for (size_t i = 0; i < std::min<size_t>((*reader)->head().columns.size(), 64); ++i) {
    const auto column = (*reader)->Column(i);
    if (!column.ok()) continue;
    for (size_t row = 0; row < (*column)->rows(); ++row) {
      sum += (*column)->is_text ? (*column)->Text(row).size() : (*column)->IsNull(row);
    }
  }
  asm volatile("" : : "r"(sum));  // Nothing above may be left out.
}

}  // namespace
}  // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  if (size < 2) return 0;
  const absl::string_view bytes = AsText(data, size);
  const size_t head = std::min<size_t>(data[0] | data[1] << 8, size - 2);
  const absl::string_view given = bytes.substr(2, head), rest = bytes.substr(2 + head);
  ReadEverything(given, rest);
  ReadEverything(WithRightChecksums(given, rest), rest);  // As an attacker would write it.
  FilterMayHave(bytes.substr(2, head), FolderKey(bytes));
  return 0;
}
