// SPDX-License-Identifier: Apache-2.0
//
// An event's columns, by the names that they have in its table, as a record again: of an event that
// was sent to another engine and comes back.
#ifndef VEDETTE_STORAGE_RECORD_COLUMNS_H_
#define VEDETTE_STORAGE_RECORD_COLUMNS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sensor/schema/schema.h"
#include "storage/column_data.h"

namespace vedette {

class RecordColumns {
 public:
  explicit RecordColumns(EventKind kind);

  // The last word on a column counts. False, and nothing is set: the kind has no such column, or
  // one of the other type.
  bool SetNumber(absl::string_view column, int64_t number);
  bool SetText(absl::string_view column, absl::string_view text);

  // Well-formed whatever was set, as EventView::Parse accepts it; what was not set is 0 or empty.
  absl::StatusOr<std::string> Record() const;

 private:
  ColumnData* Find(absl::string_view column, bool is_text);

  EventKind kind_;
  std::vector<ColumnData> columns_;  // Of EventColumns(kind_), each with one row.
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_RECORD_COLUMNS_H_
