// SPDX-License-Identifier: Apache-2.0
#include "storage/process_packer.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "storage/event_block.h"
#include "storage/process_row_reader.h"
#include "storage/tables.h"

namespace vedette {
namespace {

// Whatever their parents were called when they began; older rows do not say it.
std::string ColumnsWithParent() {
  return absl::StrReplaceAll(
      ProcessColumnList(),
      {{"\"parent_name\"",
        "coalesce(parent_name, (SELECT name FROM process_rows AS parent WHERE parent.exec_id = "
        "process_rows.parent_exec_id))"}});
}

}  // namespace

absl::StatusOr<ProcessPacker> ProcessPacker::Create(sqlite3* db, SegmentWriter& events) {
  ProcessPacker packer;
  packer.db_ = db;
  packer.events_ = &events;
  // ?1: before then. What alerts point to is passed over each time, by an index.
  const std::string ended = absl::StrCat(
      " FROM process_rows WHERE end_ns < ?1 AND start_ns IS NOT NULL AND NOT EXISTS (SELECT 1 FROM"
      " alert_processes AS a WHERE a.exec_id = process_rows.exec_id) ORDER BY end_ns LIMIT ");
  ASSIGN_OR_RETURN(packer.enough_,
                   Prepare(db, absl::StrCat("SELECT 1", ended, "1 OFFSET ", kRowsPerStep - 1)));
  ASSIGN_OR_RETURN(packer.rows_,
                   Prepare(db, absl::StrCat("SELECT ", ColumnsWithParent(), ended, kRowsPerStep)));
  ASSIGN_OR_RETURN(packer.delete_, Prepare(db, "DELETE FROM process_rows WHERE exec_id = ?1"));
  return packer;
}

void ProcessPacker::Saw(const EventView& event, int64_t time_ns) {
  latest_ns_ = std::max(latest_ns_, time_ns);
  // An exec ends a row, too.
  if (event.kind() == WIRE_process_exit || event.kind() == WIRE_process_exec) ++ended_;
}

absl::StatusOr<bool> ProcessPacker::HasEnough() {
  BindInteger(enough_.get(), 1, latest_ns_ - absl::ToInt64Nanoseconds(kWait));
  const int rc = sqlite3_step(enough_.get());
  sqlite3_reset(enough_.get());
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return SqliteError(db_, rc, "count processes");
  return rc == SQLITE_ROW;
}

absl::StatusOr<bool> ProcessPacker::Step() {
  if (ended_ < kRowsPerStep / 8 || latest_ns_ == 0) return false;
  ASSIGN_OR_RETURN(const bool has_enough, HasEnough());
  if (!has_enough) {
    ended_ = 0;
    return false;
  }
  RETURN_IF_ERROR(Execute(db_, "BEGIN IMMEDIATE"));
  absl::Status status = Pack();
  if (status.ok()) status = Execute(db_, "COMMIT");
  if (status.ok()) {
    events_->Committed();
    return true;
  }
  if (sqlite3_get_autocommit(db_) == 0) Execute(db_, "ROLLBACK").IgnoreError();
  events_->RolledBack();
  return status;
}

absl::Status ProcessPacker::Pack() {
  BindInteger(rows_.get(), 1, latest_ns_ - absl::ToInt64Nanoseconds(kWait));
  std::vector<ColumnData> columns = EmptyColumns(kProcessesKind);
  RETURN_IF_ERROR(TakeProcessRows(rows_.get(), columns));
  if (columns[kIdColumn].rows() == 0) return absl::OkStatus();
  SortRowsById(columns);
  const std::vector<int64_t> ids = columns[kIdColumn].numbers;
  RETURN_IF_ERROR(events_->Put(kProcessesKind, columns, /*kept=*/false));
  for (const int64_t id : ids) {
    BindInteger(delete_.get(), 1, id);
    RETURN_IF_ERROR(StepDone(delete_.get(), "delete a packed process"));
  }
  return absl::OkStatus();
}

}  // namespace vedette
