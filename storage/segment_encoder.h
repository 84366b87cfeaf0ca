// SPDX-License-Identifier: Apache-2.0
//
// Columns to a segment. The same columns give the same bytes.
#ifndef VEDETTE_STORAGE_SEGMENT_ENCODER_H_
#define VEDETTE_STORAGE_SEGMENT_ENCODER_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "storage/column_data.h"

namespace vedette {

// What is worth trying on a column. A wrong hint costs space, nothing else. Numbers are places of
// other columns, -1: none.
struct ColumnHint {
  int difference = -1;              // It is near the number there.
  int keyed = -1;                   // It counts up for each number there.
  int base = -1;                    // A text that often is one of the texts there, too.
  std::vector<int> per_entry = {};  // It often is a function of what is there.
  int resolved = -1;                // A name, of which that column has the path.
  bool is_identity = false;         // Has few different numbers, far from each other.
  bool in_filter = false;           // People look for single values.
  bool has_folders = false;         // Of paths.
};

struct EncodedSegment {
  std::string head, filter, data;
  size_t bytes() const { return head.size() + filter.size() + data.size(); }
};

// All columns have the same number of rows, 1 to kSegmentRowsMax, and texts of at most
// kColumnTextMax together. Changes `columns` (texts get other numbers). Any thread.
EncodedSegment EncodeSegment(std::vector<ColumnData>& columns, absl::Span<const ColumnHint> hints);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SEGMENT_ENCODER_H_
