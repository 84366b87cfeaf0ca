// SPDX-License-Identifier: Apache-2.0
//
// Questions to the ClickHouse into which many hosts deliver (docs/clickhouse.sql). Only reads: the
// server is told to refuse everything else. What a user or a process names goes into SQL by
// FleetText() alone.
#ifndef VEDETTE_INTEGRATIONS_FLEET_FLEET_READER_H_
#define VEDETTE_INTEGRATIONS_FLEET_FLEET_READER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "integrations/fleet/fleet_address.h"
#include "storage/queries.h"

namespace vedette {

// The text as an expression of SQL: unhex('...'). Digits alone, so no byte of the text is ever read
// as SQL, and in every version of ClickHouse; query parameters exist from 19.14 on.
std::string FleetText(absl::string_view text);

// Used by one thread.
class FleetReader {
 public:
  static absl::StatusOr<FleetReader> Open(absl::string_view address);

  // Names of tables without a database mean those of the address. `rows_max` and `time_max` of the
  // limits hold. kInvalidArgument: the server's word on the SQL; kUnavailable: it cannot be asked.
  absl::StatusOr<QueryEnd> Query(absl::string_view sql, const QueryLimits& limits,
                                 ColumnsCallback columns, RowCallback row);

 private:
  explicit FleetReader(FleetAddress address);
  HttpClient client_;
  std::string database_;
};

// Takes rows apart that ClickHouse has sent as TabSeparatedWithNamesAndTypes. kDataLoss: they are
// not in that form.
absl::StatusOr<QueryEnd> ReadTabSeparated(absl::string_view text, uint64_t rows_max,
                                          ColumnsCallback columns, RowCallback row);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FLEET_FLEET_READER_H_
