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

namespace vedette {

struct Metric {
  enum class Type : uint8_t { kCounter, kGauge };
  std::string name;  // "vedette_alerts_total": letters, digits and underscores.
  std::string help;
  Type type = Type::kCounter;
  std::vector<std::pair<std::string, std::string>> labels = {};  // Values: any bytes.
  double value = 0;
};

struct StatusReport {
  absl::Time time = absl::InfinitePast();  // When it was made.
  std::string text;                        // Lines for people, made harmless.
  // A sentence each; none: everything that was asked for works.
  std::vector<std::string> problems;
  std::vector<Metric> metrics;  // Those of one name follow one another.
};

// The text exposition format 0.0.4 of Prometheus. Pure, any thread.
std::string FormatPrometheus(const std::vector<Metric>& metrics);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_STATUS_STATUS_REPORT_H_
