// SPDX-License-Identifier: Apache-2.0
//
// Who keeps the daemon busy: how often each rule has alerted, and which processes do most.
#ifndef VEDETTE_CLI_ACTIVITY_H_
#define VEDETTE_CLI_ACTIVITY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "engine/event.h"
#include "engine/match/alert.h"
#include "integrations/latency.h"
#include "integrations/status/status_report.h"

namespace vedette {

struct RuleHits {
  Priority priority = Priority::kNotice;
  uint64_t alerts = 0;
};

// Lives on the pipeline thread.
class Activity {
 public:
  // Of so many processes at once, and of so many rules, is known what they do; the rest is not.
  static constexpr size_t kProcessesMax = 4096, kRulesMax = 20'000, kTopMax = 20;

  void OnEvent(const Event& event);
  // `since_event`: from the act to now.
  void OnAlert(const Alert& alert, absl::Duration since_event);

  const std::map<std::string, RuleHits>& rules() const { return rules_; }
  LatencyCounts latency() const { return latency_.Counts(); }
  // The busiest since the last call, most events first; forgets all.
  std::vector<ProcessActivity> TakeProcesses();

 private:
  std::map<std::string, RuleHits> rules_;
  absl::flat_hash_map<uint64_t, ProcessActivity> processes_;  // By exec_id.
  LatencyMeter latency_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_ACTIVITY_H_
