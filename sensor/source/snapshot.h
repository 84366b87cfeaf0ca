// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_SENSOR_SOURCE_SNAPSHOT_H_
#define VEDETTE_SENSOR_SOURCE_SNAPSHOT_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace vedette {

using RecordBytes = std::vector<std::byte>;

// Splits what a task iterator's file gave into its process_seen records, and adds to each what only
// /proc knows: the arguments. A process that has ended meanwhile keeps its record without them.
// Parents come before their children.
std::vector<RecordBytes> CompleteSnapshot(absl::Span<const std::byte> records);

// Appends a text to a record that has none for this slot yet; cut to the slot's longest and to the
// record's size. `slot_offset` is that of the wire_text in the record.
void AppendText(RecordBytes& record, size_t slot_offset, absl::string_view text);

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_SNAPSHOT_H_
