// SPDX-License-Identifier: Apache-2.0
//
// Events of one kind as the columns of a segment: those of EventColumns(kind), in that order.
#ifndef VEDETTE_STORAGE_EVENT_BLOCK_H_
#define VEDETTE_STORAGE_EVENT_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "sensor/decode/event_view.h"
#include "storage/column_data.h"
#include "storage/segment_encoder.h"
#include "storage/tables.h"

namespace vedette {

// A row's place: which run, which event of it, and when by the wall clock.
struct EventPlace {
  int64_t id = 0;  // run * kNumbersPerRun + number
  int64_t time_ns = 0;
};

struct PlacedEvent {
  EventView view;
  EventPlace place;
};

// Where `id` and `time_ns` are in every kind's columns.
inline constexpr size_t kIdColumn = 0, kTimeColumn = 1;

// Empty columns of the kind.
std::vector<ColumnData> EmptyColumns(EventKind kind);
// `events` are all of the kind.
std::vector<ColumnData> ColumnsOf(EventKind kind, absl::Span<const PlacedEvent* const> events);
// By id, as segments have their rows. Ids are unique in it already.
void SortRowsById(std::vector<ColumnData>& columns);
// Derived from the rows of the schema. Constant; any thread.
const std::vector<ColumnHint>& HintsOf(EventKind kind);

// `arguments` ("a\0b\0") joined by blanks into `to`.
void AppendArguments(absl::string_view arguments, std::string& to);
// What has to be known beside that to have the arguments back: their lengths, joined by blanks, and
// behind them a minus if the last one has no NUL. Empty if they end where the blanks are.
std::string SplitOfArguments(absl::string_view arguments);
// The arguments, from these two, which may be anything: what does not fit is left out.
void AppendSplitArguments(absl::string_view joined, absl::string_view split, std::string& to);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_EVENT_BLOCK_H_
