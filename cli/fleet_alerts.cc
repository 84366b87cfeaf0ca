// SPDX-License-Identifier: Apache-2.0
#include "cli/fleet_alerts.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace vedette {

std::string FleetAlertsSql(const FleetScope& scope, const AlertFilter& filter) {
  FleetScope asked = scope;
  asked.times.from = std::max(asked.times.from, filter.since);
  std::string conditions = asked.And("time_ns");
  if (!filter.rule.empty()) {
    absl::StrAppend(&conditions,
                    " AND lower(rule) = ", FleetText(absl::AsciiStrToLower(filter.rule)));
  }
  if (filter.priority_min != Priority::kDebug) {
    absl::StrAppend(&conditions, " AND severity <= ", static_cast<int>(filter.priority_min));
  }
  return absl::StrCat("SELECT hostname AS host, ", FleetTime("time_ns"),
                      " AS at, id, priority, rule, message, process, pid, exec_id FROM (SELECT"
                      " hostname, time_ns, id, priority, rule, message, process, pid, exec_id"
                      " FROM alerts FINAL WHERE 1",
                      conditions, " ORDER BY time_ns DESC, id LIMIT ",
                      filter.limit > 0 ? filter.limit - 1 : 0, ") ORDER BY time_ns, host, id");
}

ExitCode ListFleetAlerts(const QuestionOptions& options, const AlertFilter& filter, bool json,
                         Io& io) {
  const bool of_state =
      !filter.state.empty() || !filter.assignee.empty() || filter.suppressed == Suppressed::kOnly;
  if (of_state) {
    io.Complain(
        "--state, --assignee and --suppressed: what was done about an alert is with its host; ask "
        "there, without --fleet");
    return ExitCode::kUsage;
  }
  QuestionOptions question = options;
  question.json = json;
  question.limit = filter.limit;
  return AskFleet(question, "", io,
                  [&](const FleetScope& scope) { return FleetAlertsSql(scope, filter); });
}

}  // namespace vedette
