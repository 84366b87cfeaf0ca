// SPDX-License-Identifier: Apache-2.0
//
// What `vedette doctor` has found, as text for people and as JSON. Pure: the findings come in.
#ifndef VEDETTE_CLI_DOCTOR_REPORT_H_
#define VEDETTE_CLI_DOCTOR_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/container_lookup.h"
#include "cli/io.h"
#include "sensor/source/hooks.h"
#include "sensor/source/kernel_support.h"

namespace vedette {

struct Findings {
  bool root = false;
  KernelSupport kernel;
  std::optional<SensorMode> mode;  // The one that was chosen; empty: none works.
  std::string why_not;             // Why the sensor did not start, if so.
  std::vector<Hook> hooks;         // After they were tried.
  std::vector<SourceFinding> containers;
};

std::string DoctorText(const Findings& findings, const Screen& screen);
std::string DoctorJson(const Findings& findings);

// What the mode means, each as a sentence.
struct ModeMeaning {
  absl::string_view detection, enforcement;
};
ModeMeaning MeaningOf(SensorMode mode);

// What the user can do, most useful first. Empty: everything is as good as it gets.
std::vector<std::string> Advice(const Findings& findings);

}  // namespace vedette

#endif  // VEDETTE_CLI_DOCTOR_REPORT_H_
