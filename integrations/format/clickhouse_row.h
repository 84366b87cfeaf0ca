// SPDX-License-Identifier: Apache-2.0
//
// Rows of the tables in docs/clickhouse.sql, as ClickHouse takes them by JSONEachRow: what the sink
// `clickhouse` inserts, and what travels through a broker as `format: clickhouse`.
#ifndef VEDETTE_INTEGRATIONS_FORMAT_CLICKHOUSE_ROW_H_
#define VEDETTE_INTEGRATIONS_FORMAT_CLICKHOUSE_ROW_H_

#include <string>

#include "engine/match/alert.h"
#include "integrations/sink.h"

namespace vedette {

// Pure, any thread. One line without a line end; times are as every version of ClickHouse reads
// them.
void AppendClickHouseRow(const Alert& alert, std::string& to);
// Every key of the event's JSON, of which the table may have no column, and `more`.
void AppendClickHouseRow(const DeliveredEvent& event, std::string& to);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FORMAT_CLICKHOUSE_ROW_H_
