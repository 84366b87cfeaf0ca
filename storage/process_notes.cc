// SPDX-License-Identifier: Apache-2.0
#include "storage/process_notes.h"

#include <utility>

#include "absl/strings/string_view.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

constexpr absl::string_view kUpdate = R"(
UPDATE process_rows SET
  exe_sha256 = coalesce(?2, exe_sha256), exe_sha256_state = coalesce(?3, exe_sha256_state),
  requested_by_exec_id = coalesce(?4, requested_by_exec_id),
  requested_via = coalesce(?5, requested_via),
  requested_candidates = coalesce(?6, requested_candidates)
WHERE exec_id = ?1)";

}  // namespace

absl::StatusOr<ProcessNotes> ProcessNotes::Create(sqlite3* db) {
  ProcessNotes notes;
  notes.db_ = db;
  ASSIGN_OR_RETURN(notes.update_, Prepare(db, kUpdate));
  return notes;
}

absl::Status ProcessNotes::Update(const StoredProcessNote& note, bool& has_row) {
  sqlite3_stmt* const statement = update_.get();
  BindNumber(statement, 1, note.exec_id);
  BindText(statement, 2, note.exe_sha256);
  BindText(statement, 3, note.exe_sha256_state);
  BindIdentity(statement, 4, note.requested_by_exec_id);
  BindText(statement, 5, note.requested_via);
  if (note.requested_candidates == 0) {
    sqlite3_bind_null(statement, 6);
  } else {
    BindInteger(statement, 6, note.requested_candidates);
  }
  RETURN_IF_ERROR(StepDone(statement, "process note"));
  has_row = sqlite3_changes(db_) > 0;
  return absl::OkStatus();
}

absl::Status ProcessNotes::Put(const StoredProcessNote& note) {
  bool has_row = false;
  RETURN_IF_ERROR(Update(note, has_row));
  if (has_row) return absl::OkStatus();
  const auto [at, is_new] = early_.try_emplace(note.exec_id, note);
  if (!is_new) {  // Two of one process: each knows something else.
    StoredProcessNote& known = at->second;
    if (!note.exe_sha256_state.empty()) {
      known.exe_sha256 = note.exe_sha256;
      known.exe_sha256_state = note.exe_sha256_state;
    }
    if (note.requested_by_exec_id != 0) {
      known.requested_by_exec_id = note.requested_by_exec_id;
      known.requested_via = note.requested_via;
      known.requested_candidates = note.requested_candidates;
    }
    return absl::OkStatus();
  }
  order_.push_back(note.exec_id);
  if (order_.size() <= kEarlyMax) return absl::OkStatus();
  early_.erase(order_.front());
  order_.pop_front();
  return absl::OkStatus();
}

absl::Status ProcessNotes::OnRow(uint64_t exec_id) {
  const auto at = early_.find(exec_id);
  bool has_row = false;
  return at == early_.end() ? absl::OkStatus() : Update(at->second, has_row);
}

}  // namespace vedette
