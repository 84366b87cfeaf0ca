// SPDX-License-Identifier: Apache-2.0
//
// What the daemon is doing now, as a page of text: two of its reports make rates.
#ifndef VEDETTE_CLI_TOP_VIEW_H_
#define VEDETTE_CLI_TOP_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vedette {

struct TopSnapshot {
  struct Process {
    uint32_t pid = 0;
    std::string name;
    double events = 0;
  };
  struct Histogram {
    std::vector<double> buckets;  // As kLatencyBounds, not cumulative.
  };
  using Labels = std::map<std::string, std::string>;
  struct Row {
    Labels labels;
    double value = 0;
    Histogram histogram;
  };

  double time = 0;    // Seconds since 1970.
  std::string title;  // The report's first line.
  std::vector<std::string> problems;
  std::vector<Process> processes;
  double processes_over = 0;  // Seconds.
  std::map<std::string, std::vector<Row>> metrics;

  double Sum(const std::string& metric) const;
};

// Of /status.json. Any bytes; kInvalidArgument: not a daemon's report.
absl::StatusOr<TopSnapshot> ParseTopSnapshot(absl::string_view json);

// At most `rows` lines of at most `columns` bytes each, harmless for terminals. The same twice (or
// another daemon's): no rates, only totals.
std::string RenderTop(const TopSnapshot& before, const TopSnapshot& now, size_t columns,
                      size_t rows);

}  // namespace vedette

#endif  // VEDETTE_CLI_TOP_VIEW_H_
