// SPDX-License-Identifier: Apache-2.0
//
// The daemon's counts as a report. Pure, any thread.
#ifndef VEDETTE_CLI_DAEMON_STATUS_H_
#define VEDETTE_CLI_DAEMON_STATUS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cli/summary.h"
#include "integrations/status/status_report.h"

namespace vedette {

struct DaemonState {
  DaemonCounts counts;
  absl::Time now = absl::UnixEpoch(), started = absl::UnixEpoch();
  std::string hostname, mode, store_path;  // An empty path: none.
  uint64_t rules = 0;
  absl::Status store_health;
  std::vector<std::string> hook_warnings;
  uint64_t memory_bytes = 0;
};

StatusReport ReportOf(const DaemonState& state);

// Resident memory of this process; 0 if it cannot be read.
uint64_t ResidentBytes();

}  // namespace vedette

#endif  // VEDETTE_CLI_DAEMON_STATUS_H_
