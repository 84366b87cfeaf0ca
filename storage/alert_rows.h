// SPDX-License-Identifier: Apache-2.0
//
// Alerts, what was done with them, and gaps as rows. Lives on the writer thread.
#ifndef VEDETTE_STORAGE_ALERT_ROWS_H_
#define VEDETTE_STORAGE_ALERT_ROWS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/match/alert.h"
#include "storage/alert_change.h"
#include "storage/database.h"
#include "storage/event_store.h"

namespace vedette {

class AlertRows {
 public:
  // The tables must exist. `db` must outlive this.
  static absl::StatusOr<AlertRows> Create(sqlite3* db, int64_t run);

  // Errors as for EventRows::Insert. After one, rows of the alert may be there: roll back.
  // Its row.
  absl::StatusOr<int64_t> Insert(const Alert& alert);
  absl::Status Insert(const Gap& gap);
  // False: there is no such alert, and nothing was written.
  absl::StatusOr<bool> Insert(const AlertChange& change);

 private:
  absl::Status InsertLists(const Alert& alert, int64_t row);
  absl::Status InsertEvidence(const Alert& alert, int64_t row);
  absl::Status InsertReasons(const Alert& alert, int64_t row);

  sqlite3* db_ = nullptr;
  int64_t run_ = 0;
  Statement alert_, field_, process_, tag_, evidence_, match_, prehistory_, gap_, change_;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_ALERT_ROWS_H_
