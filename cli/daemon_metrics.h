// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_DAEMON_METRICS_H_
#define VEDETTE_CLI_DAEMON_METRICS_H_

#include <vector>

#include "cli/daemon_status.h"

namespace vedette {

// The daemon's numbers for Prometheus (docs/metrics.md lists them). Counters are there from the
// beginning, at 0, because Prometheus does not see the first step of one that appears. Pure.
std::vector<Metric> MetricsOf(const DaemonState& state);

}  // namespace vedette

#endif  // VEDETTE_CLI_DAEMON_METRICS_H_
