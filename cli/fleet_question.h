// SPDX-License-Identifier: Apache-2.0
//
// The questions of question.h asked of all hosts: of the ClickHouse into which they deliver alerts
// and events (docs/fleet.md). Every answer has a column `host`.
#ifndef VEDETTE_CLI_FLEET_QUESTION_H_
#define VEDETTE_CLI_FLEET_QUESTION_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/question.h"
#include "integrations/fleet/fleet_reader.h"

namespace vedette {

// What is asked of: conditions, each with AND in front.
struct FleetScope {
  TimeRange times;
  std::string host;     // Empty: all.
  std::string lineage;  // Empty: all; or pairs of host and exec_id, as FleetLineageOf() lists them.

  std::string AndHost() const;
  // Times by `time_ns`, which has the seconds in `time` beside it; host; lineage.
  std::string And(absl::string_view time_ns) const;
};

using MakeFleetSql = absl::FunctionRef<std::string(const FleetScope& scope)>;
// `what` as for a lineage's question, or empty. Asks and prints.
ExitCode AskFleet(const QuestionOptions& options, const std::string& what, Io& io,
                  MakeFleetSql make);

// For `vedette query`: the word LINEAGE of the SQL becomes a list of that lineage.
struct FleetQuery {
  std::string address, lineage, host;
};
ExitCode QueryFleet(const FleetQuery& fleet, std::string sql, const std::string& format,
                    const PageFlags& page, Io& io);

// `SELECT`-able: nanoseconds as the store writes times.
std::string FleetTime(absl::string_view ns);
// Columns of vedette.events that are paths.
const std::vector<absl::string_view>& FleetPathColumns();

// Pairs of a host and an exec_id of 16 digits: that of an alert's id or its beginning, an exec_id,
// or, with a host, of the latest process with a pid. kNotFound; not empty.
using FleetPairs = std::vector<std::pair<std::string, std::string>>;
absl::StatusOr<FleetPairs> FindFleetRoots(FleetReader& fleet, const std::string& host,
                                          const std::string& what);

// A process and all that descend from it: of an alert's id or its beginning, an exec_id, or, with
// a host, the latest process with a pid. "('host', 'exec_id'), ...", with FleetText().
absl::StatusOr<std::string> FleetLineageOf(FleetReader& fleet, const std::string& host,
                                           const std::string& what);

}  // namespace vedette

#endif  // VEDETTE_CLI_FLEET_QUESTION_H_
