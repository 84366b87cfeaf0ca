// SPDX-License-Identifier: Apache-2.0
//
// Everything about one alert that whoever gets the case needs: `vedette case`.
#ifndef VEDETTE_CLI_CASE_REPORT_H_
#define VEDETTE_CLI_CASE_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/process_report.h"
#include "cli/store_rows.h"
#include "cli/tree_view.h"
#include "storage/queries.h"

namespace vedette {

struct CaseOptions {
  absl::Duration before = absl::Minutes(10), after = absl::Minutes(10);  // Of the timeline.
  uint64_t rows_max = 2000;                                              // Of each list.
  // The store is a copy of what the fleet has: the chain is with the host.
  bool of_fleet = false;
};

struct CaseReport {
  StoredAlert stored;
  absl::Time made, from, to;
  std::string version, store_path;
  std::optional<ProcessReport> process;  // None: the store does not know it any more.
  std::optional<ProcessTree> tree;
  TreeMarks marks;
  // part ("alert", "before": of its prehistory, "lineage", "parents"), time, kind, name, pid,
  // exec_id, object, result. Of those nearest to the alert, in order.
  StoreRows timeline;
  StoreRows files;         // path, kind, times, first, last: of the lineage
  StoreRows destinations;  // address, port, kind, times, first, last
  StoreRows gaps;          // start, end, kind, stage, count: between from and to
  bool of_fleet = false;
  ChainReport chain;  // Not of a fleet.
};

// `id` as `vedette alerts show` takes it.
absl::StatusOr<CaseReport> ReadCase(StoreReader& store, const std::string& id,
                                    const CaseOptions& options);

// One object. Pure.
std::string CaseJson(const CaseReport& report);
// One page that refers to nothing outside of it, runs nothing and asks for nothing: its own
// Content-Security-Policy forbids all but its style. Every text is escaped. Pure.
std::string CaseHtml(const CaseReport& report);

}  // namespace vedette

#endif  // VEDETTE_CLI_CASE_REPORT_H_
