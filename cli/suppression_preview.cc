// SPDX-License-Identifier: Apache-2.0
// No unit test: suppressions_test looks back with the command.
#include "cli/suppression_preview.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "cli/alert_pages.h"
#include "cli/suppressor.h"

namespace vedette {

absl::StatusOr<SuppressionPreview> PreviewSuppression(StoreReader& store,
                                                      const SuppressionCriteria& criteria,
                                                      absl::Time since) {
  Suppressor suppressor;
  SuppressionAct act;
  act.id = "preview";
  act.criteria = criteria;
  act.expires = absl::InfiniteFuture();
  RETURN_IF_ERROR(suppressor.Apply(act));
  SuppressionPreview preview;
  preview.since = since;
  std::map<std::tuple<std::string, std::string>, SuppressionPreview::Row> rows;
  AlertFilter filter;
  filter.since = since;
  filter.suppressed = Suppressed::kNo;
  RETURN_IF_ERROR(ForEachAlert(store, filter, [&](const StoredAlert& stored) {
    Alert alert = stored.alert;
    // Numbers begin anew with each run of the daemon, ids of events do not.
    alert.event_number = static_cast<uint64_t>(stored.event_id);
    ++preview.alerts;
    if (suppressor.Cover(alert).empty()) return true;
    ++preview.covered;
    if (stored.state.closed_as == "true-positive") ++preview.true_positives;
    const std::string program = alert.processes.empty() ? "" : alert.processes[0].exe_path;
    SuppressionPreview::Row& row = rows[{alert.rule, program}];
    row.rule = alert.rule;
    row.priority = std::string(PriorityName(alert.priority));
    row.program = program;
    ++row.alerts;
    row.last = std::max(row.last, alert.time);
    return true;
  }));
  for (auto& [key, row] : rows) preview.rows.push_back(std::move(row));
  std::stable_sort(preview.rows.begin(), preview.rows.end(),
                   [](const auto& a, const auto& b) { return a.alerts > b.alerts; });
  return preview;
}

}  // namespace vedette
