// SPDX-License-Identifier: Apache-2.0
//
// No unit test: process_packer_test joins through it.
#include "storage/process_index.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/event_block.h"
#include "storage/segment_catalog.h"
#include "storage/tables.h"

namespace vedette {

absl::Status ProcessIndex::Fill(sqlite3* db, const SegmentCatalog& catalog) {
  const std::vector<SegmentInfo>& segments = catalog.segments();
  const std::vector<EventColumn>& columns = EventColumns(kProcessesKind);
  const auto exe_path = static_cast<size_t>(
      std::find_if(columns.begin(), columns.end(),
                   [](const EventColumn& column) { return column.name == "exe_path"; }) -
      columns.begin());
  places_.reserve(static_cast<size_t>(catalog.processes()));
  for (size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].kind != kProcessesKind) continue;
    ASSIGN_OR_RETURN(const std::shared_ptr<EventBatch> batch, catalog.Read(segments[i]));
    if (batch == nullptr) continue;  // Damaged.
    ASSIGN_OR_RETURN(const ColumnData* const ids, batch->Column(kIdColumn));
    ASSIGN_OR_RETURN(const ColumnData* const paths, batch->Column(exe_path));
    std::vector<uint32_t> number(paths->texts.size());
    for (size_t text = 1; text < number.size(); ++text)
      number[text] = paths_.Add(paths->texts[text]);
    for (size_t row = 0; row < batch->rows(); ++row) {
      places_[ids->numbers[row]] = {.segment = static_cast<uint32_t>(i),
                                    .path = number[static_cast<size_t>(paths->numbers[row])]};
    }
  }
  return AddRows(db);
}

absl::Status ProcessIndex::AddRows(sqlite3* db) {
  // Up to version 2 all processes are in one table.
  absl::StatusOr<Statement> rows =
      Prepare(db, absl::StrCat("SELECT exec_id, exe_path FROM ", kProcessRowsTable));
  if (!rows.ok()) {
    rows = Prepare(db, absl::StrCat("SELECT exec_id, exe_path FROM ", kProcessesTable));
  }
  RETURN_IF_ERROR(rows.status());
  int rc;
  while ((rc = sqlite3_step(rows->get())) == SQLITE_ROW) {
    Place& place = places_[sqlite3_column_int64(rows->get(), 0)];
    place.path = paths_.Add(ColumnBytes(rows->get(), 1));
  }
  return rc == SQLITE_DONE ? absl::OkStatus() : SqliteError(db, rc, "read processes");
}

std::optional<size_t> ProcessIndex::SegmentOf(int64_t exec_id) const {
  const auto at = places_.find(exec_id);
  if (at == places_.end() || at->second.segment == kInRows) return std::nullopt;
  return at->second.segment;
}

}  // namespace vedette
