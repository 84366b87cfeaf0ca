// SPDX-License-Identifier: Apache-2.0
//
// Alerts and gaps out of their tables; StoreReader's questions of the same names.
#ifndef VEDETTE_STORAGE_ALERT_QUERIES_H_
#define VEDETTE_STORAGE_ALERT_QUERIES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/database.h"
#include "storage/queries.h"

namespace vedette {

absl::StatusOr<std::vector<StoredAlert>> ReadAlerts(sqlite3* db, const AlertFilter& filter);
absl::StatusOr<StoredAlert> ReadAlert(sqlite3* db, absl::string_view id);
absl::StatusOr<std::vector<Gap>> ReadGaps(sqlite3* db, absl::Time from, absl::Time to);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_ALERT_QUERIES_H_
