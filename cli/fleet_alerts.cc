// SPDX-License-Identifier: Apache-2.0
#include "cli/fleet_alerts.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace vedette {

std::string FleetAlertsSql(const FleetScope& scope, const AlertFilter& filter,
                           const PageFlags& page) {
  FleetScope asked = scope;
  asked.times.from = std::max(asked.times.from, filter.since);
  asked.times.to = std::min(asked.times.to, filter.until);
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
                      conditions, " ORDER BY time_ns DESC, id LIMIT ", page.limit, " OFFSET ",
                      page.offset, ") ORDER BY time_ns, host, id");
}

ExitCode ListFleetAlerts(const AlertListOptions& options, const AlertFilter& filter, Io& io) {
  const bool of_state =
      !filter.state.empty() || !filter.assignee.empty() || filter.suppressed == Suppressed::kOnly;
  if (of_state) {
    io.Complain(
        "--state, --assignee and --suppressed: what was done about an alert is with its host; ask "
        "there, without --fleet");
    return ExitCode::kUsage;
  }
  QuestionOptions question;
  question.fleet = options.fleet;
  question.host = options.host;
  question.form = {.json = options.json(), .csv = options.form.csv};
  question.page.limit = options.page.limit;
  return AskFleet(question, "", io, [&](const FleetScope& scope) {
    return FleetAlertsSql(scope, filter, options.page);
  });
}

}  // namespace vedette
