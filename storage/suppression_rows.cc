// SPDX-License-Identifier: Apache-2.0
//
// No unit test: suppression_test writes and reads through the door.
#include "storage/suppression_rows.h"

#include <map>
#include <string>
#include <utility>

#include "base/status_macros.h"

namespace vedette {
namespace {

constexpr absl::string_view kInsert = R"(
INSERT INTO suppressions (time_ns, action, id, rule, program, ancestor, command, account, object,
                          container, duplicate_of, expires_ns, reason, user, login_uid, uid)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16
WHERE NOT EXISTS (SELECT 1 FROM suppressions WHERE id = ?3 AND action = ?2)
AND (?2 = 'make' OR EXISTS (SELECT 1 FROM suppressions WHERE id = ?3)))";
constexpr absl::string_view kSelect =
    "SELECT time_ns, action, id, expires_ns, reason, user, login_uid, uid, rule, program, ancestor,"
    " command, account, object, container, duplicate_of FROM suppressions ORDER BY suppression";
constexpr int kFirstCriterion = 8;  // Of kSelect's columns.

SuppressionAct ActOf(sqlite3_stmt* row) {
  const auto text = [row](int column) { return std::string(ColumnBytes(row, column)); };
  SuppressionAct act;
  act.time = absl::FromUnixNanos(sqlite3_column_int64(row, 0));
  act.ends = text(1) == "end";
  act.id = text(2);
  act.expires = absl::FromUnixNanos(sqlite3_column_int64(row, 3));
  act.reason = text(4);
  act.user = text(5);
  const bool logged_in = sqlite3_column_type(row, 6) != SQLITE_NULL;
  act.login_uid = logged_in ? static_cast<uint32_t>(ColumnNumber(row, 6)) : kNoLoginUid;
  act.uid = static_cast<uint32_t>(ColumnNumber(row, 7));
  int at = kFirstCriterion;
  for (const SuppressionCriterion& one : SuppressionCriterions())
    act.criteria.*one.value = text(at++);
  return act;
}

}  // namespace

absl::StatusOr<std::vector<StoredSuppression>> ReadSuppressions(sqlite3* db) {
  std::vector<StoredSuppression> all;
  ASSIGN_OR_RETURN(const bool exists, HasTable(db, "suppressions"));
  if (!exists) return all;
  ASSIGN_OR_RETURN(const Statement read, Prepare(db, kSelect));
  std::map<std::string, size_t> place;
  int rc;
  while ((rc = sqlite3_step(read.get())) == SQLITE_ROW) {
    SuppressionAct act = ActOf(read.get());
    const auto known = place.find(act.id);
    if (!act.ends && known == place.end()) {
      place[act.id] = all.size();
      all.push_back({std::move(act), false, {}});
    } else if (act.ends && known != place.end() && !all[known->second].ended) {
      all[known->second].ended = true;
      all[known->second].end = std::move(act);
    }
  }
  if (rc != SQLITE_DONE) return SqliteError(db, rc, "read suppressions");
  return all;
}

absl::StatusOr<SuppressionRows> SuppressionRows::Create(sqlite3* db) {
  SuppressionRows rows;
  rows.db_ = db;
  ASSIGN_OR_RETURN(rows.insert_, Prepare(db, kInsert));
  return rows;
}

absl::StatusOr<int64_t> SuppressionRows::Insert(const SuppressionAct& act) {
  sqlite3_stmt* const insert = insert_.get();
  BindInteger(insert, 1, absl::ToUnixNanos(act.time));
  BindText(insert, 2, act.ends ? "end" : "make");
  BindText(insert, 3, act.id);
  int at = 4;
  for (const SuppressionCriterion& one : SuppressionCriterions())
    BindText(insert, at++, act.criteria.*one.value);
  if (act.ends) {
    sqlite3_bind_null(insert, 12);
  } else {
    BindInteger(insert, 12, absl::ToUnixNanos(act.expires));
  }
  BindText(insert, 13, act.reason);
  BindText(insert, 14, act.user);
  if (act.login_uid == kNoLoginUid) {
    sqlite3_bind_null(insert, 15);
  } else {
    BindInteger(insert, 15, act.login_uid);
  }
  BindInteger(insert, 16, act.uid);
  RETURN_IF_ERROR(StepDone(insert, "suppression"));
  return sqlite3_changes(db_) > 0 ? sqlite3_last_insert_rowid(db_) : 0;
}

}  // namespace vedette
