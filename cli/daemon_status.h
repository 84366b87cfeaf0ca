// SPDX-License-Identifier: Apache-2.0
//
// The daemon's counts as a report. Pure, any thread.
#ifndef VEDETTE_CLI_DAEMON_STATUS_H_
#define VEDETTE_CLI_DAEMON_STATUS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "cli/activity.h"
#include "cli/summary.h"
#include "engine/match/matcher.h"
#include "integrations/latency.h"
#include "integrations/runtimes/container_worker.h"
#include "integrations/status/status_report.h"
#include "sensor/source/hooks.h"

namespace vedette {

struct HookStatus {
  std::string section;  // "fexit/do_filp_open"
  std::string kind;     // "file_open"
  bool runs = true;
};

struct RuleCostStatus {
  std::string rule;
  Matcher::RuleCost cost;
};

struct DaemonState {
  DaemonCounts counts;
  absl::Time now = absl::UnixEpoch(), started = absl::UnixEpoch();
  std::string hostname, mode, store_path;  // An empty path: none.
  uint64_t rules = 0;
  absl::Status store_health;
  std::vector<std::string> hook_warnings;  // What this kernel does not offer.
  std::vector<HookStatus> hooks;           // Those that were attached.
  LatencyCounts latency_matched, latency_stored;
  std::map<std::string, RuleHits> rule_hits;
  std::vector<RuleCostStatus> rule_costs;
  std::vector<ProcessActivity> processes;
  absl::Duration processes_over;
  std::vector<SourceCounts> container_sources;
  uint64_t containers_known = 0;
  uint64_t memory_bytes = 0;
  absl::Duration cpu;  // Of all threads.
};

// Costs are given of so many rules, the dearest.
inline constexpr size_t kCostsMax = 50;
std::vector<RuleCostStatus> CostsOf(const Matcher& matcher);
// `stopped`: RingSource::StoppedHooks().
std::vector<HookStatus> StatusOf(absl::Span<const Hook> hooks,
                                 absl::Span<const std::string> stopped);

StatusReport ReportOf(const DaemonState& state);

// Resident memory of this process; 0 if it cannot be read.
uint64_t ResidentBytes();

}  // namespace vedette

#endif  // VEDETTE_CLI_DAEMON_STATUS_H_
