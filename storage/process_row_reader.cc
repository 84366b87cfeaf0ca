// SPDX-License-Identifier: Apache-2.0
//
// No unit test: process_packer_test compares rows and segments with a plain table.
#include "storage/process_row_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "storage/event_block.h"
#include "storage/segment_head.h"
#include "storage/tables.h"

namespace vedette {
namespace {

constexpr absl::string_view kIndexed[] = {"exec_id", "parent_exec_id", "previous_exec_id", "pid"};

class Rows final : public EventBatch {
 public:
  explicit Rows(std::vector<ColumnData> columns) : columns_(std::move(columns)) {
    const std::vector<int64_t>& ids = columns_[kIdColumn].numbers;
    info_.kind = kProcessesKind;
    info_.rows = static_cast<int64_t>(ids.size());
    const auto [least, most] = std::minmax_element(ids.begin(), ids.end());
    info_.first_id = *least;
    info_.last_id = *most;
  }

  absl::StatusOr<const ColumnData*> Column(size_t column) override { return &columns_[column]; }
  const ColumnHead* HeadOf(size_t) const override { return nullptr; }
  absl::string_view filter() const override { return {}; }
  bool MarksUnresolved() const override { return false; }
  uint64_t KeyOf(size_t, int64_t) const override { return 0; }
  size_t Bytes() const override { return 0; }  // No catalog keeps it.

 private:
  std::vector<ColumnData> columns_;
};

}  // namespace

absl::Status TakeProcessRows(sqlite3_stmt* statement, std::vector<ColumnData>& columns) {
  int rc;
  while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
    for (size_t i = 0; i < columns.size(); ++i) {
      const int at = static_cast<int>(i);
      if (sqlite3_column_type(statement, at) == SQLITE_NULL) {
        columns[i].AddNull();
      } else if (columns[i].is_text) {
        columns[i].AddText(ColumnBytes(statement, at));
      } else {
        columns[i].AddNumber(sqlite3_column_int64(statement, at));
      }
    }
  }
  sqlite3_reset(statement);
  return rc == SQLITE_DONE ? absl::OkStatus()
                           : SqliteError(sqlite3_db_handle(statement), rc, "read processes");
}

namespace {

std::shared_ptr<EventBatch> BatchOf(std::vector<ColumnData> columns) {
  if (columns[kIdColumn].rows() == 0) return nullptr;
  return std::make_shared<Rows>(std::move(columns));
}

}  // namespace

std::string ProcessColumnList() {
  return absl::StrJoin(EventColumns(kProcessesKind), ", ",
                       [](std::string* to, const EventColumn& column) {
                         absl::StrAppend(to, "\"", column.name, "\"");
                       });
}

bool ProcessRowReader::CanFind(size_t column) {
  const std::string& name = EventColumns(kProcessesKind)[column].name;
  return std::find(std::begin(kIndexed), std::end(kIndexed), name) != std::end(kIndexed);
}

absl::StatusOr<sqlite3_stmt*> ProcessRowReader::StatementFor(const std::string& condition) {
  Statement& statement = statements_[condition];
  if (statement == nullptr) {
    ASSIGN_OR_RETURN(statement, Prepare(db_, absl::StrCat("SELECT ", ProcessColumnList(), " FROM ",
                                                          kProcessRowsTable, " ", condition)));
  }
  return statement.get();
}

absl::StatusOr<std::shared_ptr<EventBatch>> ProcessRowReader::Find(
    size_t column, const std::vector<int64_t>& numbers) {
  ASSIGN_OR_RETURN(
      sqlite3_stmt* const statement,
      StatementFor(absl::StrCat("WHERE \"", EventColumns(kProcessesKind)[column].name, "\" = ?1")));
  std::vector<ColumnData> columns;
  for (const int64_t number : numbers) {
    BindInteger(statement, 1, number);
    if (columns.empty()) {
      // Most find nothing: only what has a row takes room.
      const int rc = sqlite3_step(statement);
      sqlite3_reset(statement);
      if (rc == SQLITE_DONE) continue;
      if (rc != SQLITE_ROW) return SqliteError(db_, rc, "read processes");
      columns = EmptyColumns(kProcessesKind);
    }
    RETURN_IF_ERROR(TakeProcessRows(statement, columns));
  }
  return columns.empty() ? nullptr : BatchOf(std::move(columns));
}

absl::StatusOr<std::shared_ptr<EventBatch>> ProcessRowReader::From(int64_t id) {
  ASSIGN_OR_RETURN(
      sqlite3_stmt* const statement,
      StatementFor(absl::StrCat("WHERE exec_id >= ?1 ORDER BY exec_id LIMIT ", kSegmentRows)));
  BindInteger(statement, 1, id);
  std::vector<ColumnData> columns = EmptyColumns(kProcessesKind);
  RETURN_IF_ERROR(TakeProcessRows(statement, columns));
  return BatchOf(std::move(columns));
}

}  // namespace vedette
