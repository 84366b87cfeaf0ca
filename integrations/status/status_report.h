// SPDX-License-Identifier: Apache-2.0
//
// What the daemon says about itself: numbers for Prometheus, problems for whoever watches it, and
// text for people.
#ifndef VEDETTE_INTEGRATIONS_STATUS_STATUS_REPORT_H_
#define VEDETTE_INTEGRATIONS_STATUS_STATUS_REPORT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "integrations/latency.h"

namespace vedette {

struct Metric {
  enum class Type : uint8_t { kCounter, kGauge, kHistogram };
  std::string name;  // "vedette_alerts_total": letters, digits and underscores.
  std::string help;
  Type type = Type::kCounter;
  std::vector<std::pair<std::string, std::string>> labels = {};  // Values: any bytes.
  double value = 0;
  LatencyCounts latency = {};  // Of a histogram, instead of `value`.
};

// What one process has done since the last report but one; for `vedette top`.
struct ProcessActivity {
  uint32_t pid = 0;
  std::string name;  // Any bytes.
  uint64_t events = 0;
};

struct StatusReport {
  absl::Time time = absl::InfinitePast();  // When it was made.
  std::string text;                        // Lines for people, made harmless.
  // A sentence each. Problems: something that worked, or was asked for, does not; none: all is
  // well. Notes: what this machine does not offer, which nobody can mend while the daemon runs.
  std::vector<std::string> problems, notes;
  std::vector<Metric> metrics;  // Those of one name follow one another.
  std::vector<ProcessActivity> processes;
  absl::Duration processes_over;  // The time in which they did it.
};

// The text exposition format 0.0.4 of Prometheus. Pure, any thread.
std::string FormatPrometheus(const std::vector<Metric>& metrics);

// The whole report as one JSON object. Texts are escaped for terminals. Pure, any thread.
std::string FormatStatusJson(const StatusReport& report);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_STATUS_STATUS_REPORT_H_
